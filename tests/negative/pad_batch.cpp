// error: pad_batch.cpp:10: pad: of the batch axis; n is not a number (needs batch<N>)
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return pad(x, {{0, 0}, {1, 1}});
#else
    return pad(x, {{1, 1}, {0, 0}});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
