// error: reshape_count.cpp:10: reshape: [n,6] to [n,2,2] changes the number of elements; the product of the extents must stay
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return reshape(x, {2, 3});
#else
    return reshape(x, {2, 2});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
