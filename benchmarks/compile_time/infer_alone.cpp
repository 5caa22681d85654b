// budget: 0.3 s
#include <igata/infer.hpp>
