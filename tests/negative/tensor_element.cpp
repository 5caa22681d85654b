// error: tensor: the element type must be float, std::int32_t or bool
#include <igata/expr.hpp>
using namespace igata;

#if defined(IGATA_FIXED)
tensor<float, 2> a;
#else
tensor<double, 2> a;
#endif
