// error: negative_padding.cpp:10: conv2d/conv2d: padding {-1, -1, -1, -1}; must not be negative
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::conv2d(x, {.filters = 4, .kernel = 3, .padding = 1});
#else
    return nn::conv2d(x, {.filters = 4, .kernel = 3, .padding = -1});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"image", 6, 6, 6>>) > 0);
