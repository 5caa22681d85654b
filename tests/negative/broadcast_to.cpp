// error: broadcast_to.cpp:10: broadcast_to: [n,6] vs [n,4]; extents must be equal or 1
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return broadcast_to(x, rows({6}));
#else
    return broadcast_to(x, rows({4}));
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
