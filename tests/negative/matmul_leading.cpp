// error: matmul_leading.cpp:11: matmul: [2,3,4] x [5,4,6]; leading extents must be equal
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    const value a = reshape(cast(iota(x.owner(), 24), f32), {2, 3, 4}), b = cast(iota(x.owner(), 120), f32);
#if defined(IGATA_FIXED)
    return x + reduce_sum(matmul(a, reshape(slice(b, 0, 0, 48), {2, 4, 6})));
#else
    return x + reduce_sum(matmul(a, reshape(b, {5, 4, 6})));
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
