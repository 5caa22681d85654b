// error: tensor: at most 6 axes
#include <igata/expr.hpp>
using namespace igata;

#if defined(IGATA_FIXED)
tensor<float, 1, 1, 1, 1, 1, 1> a;
#else
tensor<float, 1, 1, 1, 1, 1, 1, 1> a;
#endif
