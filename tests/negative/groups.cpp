// error: groups.cpp:10: conv2d/conv2d: 6 channels and 16 filters must both be divisible by groups = 4
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::conv2d(x, {.filters = 16, .kernel = 3, .groups = 2});
#else
    return nn::conv2d(x, {.filters = 16, .kernel = 3, .groups = 4});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"image", 6, 6, 6>>) > 0);
