// error: matmul_rank.cpp:11: matmul: [n,6] x [6]; both operands need rank 2 or more, reshape first
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    const value v = cast(iota(x.owner(), 6), f32);
#if defined(IGATA_FIXED)
    return matmul(x, reshape(v, {6, 1}));
#else
    return matmul(x, v);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
