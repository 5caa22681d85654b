// error: filters.cpp:10: conv2d: filters [3,3,4,8] expect 4 channels, the input [n,6,6,6] has 6
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return conv2d(x, reshape(cast(iota(x.owner(), 432), f32), {3, 3, 6, 8}));
#else
    return conv2d(x, reshape(cast(iota(x.owner(), 288), f32), {3, 3, 4, 8}));
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"image", 6, 6, 6>>) > 0);
