// error: pool_padding.cpp:10: max_pool2d: padding {3, 3, 3, 3} around a window of 2x2; some windows would see nothing but padding
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::max_pool2d(x, {.size = 2, .padding = 1});
#else
    return nn::max_pool2d(x, {.size = 2, .padding = 3});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"image", 6, 6, 6>>) > 0);
