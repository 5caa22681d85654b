// error: images.cpp:10: conv2d/conv2d: needs images [n, height, width, channels], got [n,784]; reshape first
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::conv2d(reshape(x, {28, 28, 1}), {.filters = 4, .kernel = 3});
#else
    return nn::conv2d(x, {.filters = 4, .kernel = 3});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"image", 784>>) > 0);
