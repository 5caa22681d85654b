// What a workload without training must compute, in double and by plain loops: the truth that every library is compared with.
#pragma once
#include "data.hpp"

namespace bench {
numbers reference(const workload&);
}
