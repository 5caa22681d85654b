// error: window.cpp:10: conv2d/conv2d: a window of 9x9 is larger than the padded input 6x6; pad more or use a smaller kernel
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::conv2d(x, {.filters = 4, .kernel = 9, .padding = 2});
#else
    return nn::conv2d(x, {.filters = 4, .kernel = 9});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"image", 6, 6, 6>>) > 0);
