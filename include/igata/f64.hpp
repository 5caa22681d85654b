// Kernels of lanes of 64 bits: programs whose numbers are f64 or i64. A unit that does not include this does not parse them.
#pragma once
#include "kernels/wide.hpp"
