// error: stride.cpp:10: conv2d/conv2d: window 3x3, stride 0x0, dilation 1x1; all must be 1 or more
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::conv2d(x, {.filters = 4, .kernel = 3, .stride = 2});
#else
    return nn::conv2d(x, {.filters = 4, .kernel = 3, .stride = 0});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"image", 6, 6, 6>>) > 0);
