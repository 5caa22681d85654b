// error: matmul.cpp:10: matmul: [n,6] x [4,3]; lhs columns must equal rhs rows
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return matmul(x, reshape(cast(iota(x.owner(), 18), f32), {6, 3}));
#else
    return matmul(x, reshape(cast(iota(x.owner(), 12), f32), {4, 3}));
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
