// error: transpose_batch.cpp:10: transpose: would move the batch from the front; n must stay the first extent (needs batch<N>)
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return transpose(x, {0, 3, 1, 2});
#else
    return transpose(x, {3, 0, 1, 2});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"image", 6, 6, 6>>) > 0);
