// error: reverse_batch.cpp:10: reverse: of the batch axis; n is not a number (needs batch<N>)
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return reverse(x, 1);
#else
    return reverse(x, 0);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
