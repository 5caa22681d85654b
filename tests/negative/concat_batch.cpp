// error: concat_batch.cpp:10: concat: on the batch axis; n is not a number (needs batch<N>)
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return concat({x, x}, 1);
#else
    return concat({x, x}, 0);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
