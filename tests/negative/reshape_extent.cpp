// error: reshape_extent.cpp:10: reshape: [n,6] to [-2,-3]; extents must be 1 or more, or -1 for what is left
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return reshape(x, {2, 3});
#else
    return reshape(x, {-2, -3});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
