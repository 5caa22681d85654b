// error: tensor: of elements that can be written; a const tensor has const elements
#include <igata/expr.hpp>
using namespace igata;

#if defined(IGATA_FIXED)
tensor<float, 2> a;
#else
tensor<const float, 2> a;
#endif
