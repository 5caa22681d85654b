// error: tensor: more indices than axes
#include <igata/expr.hpp>
using namespace igata;

#if defined(IGATA_FIXED)
float of(const tensor<float, 2, 3>& a) { return a(0, 1); }
#else
void of(const tensor<float, 2, 3>& a) { a(0, 1, 1); }
#endif
