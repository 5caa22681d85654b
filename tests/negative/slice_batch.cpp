// error: slice_batch.cpp:10: slice: of the batch axis; n is not a number (needs batch<N>)
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return slice(x, 1, 1, 2);
#else
    return slice(x, 0, 1, 2);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
