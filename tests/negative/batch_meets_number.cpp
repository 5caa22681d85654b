// error: batch_meets_number.cpp:10: add: [n,6] vs [5,6]; extents must be equal or 1 (n, the batch, meets n or 1 only)
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return x + reshape(cast(iota(x.owner(), 6), f32), {1, 6});
#else
    return x + reshape(cast(iota(x.owner(), 30), f32), {5, 6});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
