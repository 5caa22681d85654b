// error: transpose: the order must name each axis once
#include <igata/expr.hpp>
using namespace igata;

#if defined(IGATA_FIXED)
auto turned(const tensor<float, 2, 3>& a) { return transpose<1, 0>(a); }
#else
auto turned(const tensor<float, 2, 3>& a) { return transpose<0, 2>(a); }
#endif
