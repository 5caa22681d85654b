// error: reshape_rank.cpp:10: reshape: to 6 extents; at most 5 beside the batch
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return reshape(x, {1, 1, 1, 1, 6});
#else
    return reshape(x, {1, 1, 1, 1, 1, 6});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
