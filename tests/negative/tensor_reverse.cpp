// error: reverse: the axis is out of range
#include <igata/expr.hpp>
using namespace igata;

#if defined(IGATA_FIXED)
auto turned(const tensor<float, 2, 3>& a) { return reverse<1>(a); }
#else
auto turned(const tensor<float, 2, 3>& a) { return reverse<2>(a); }
#endif
