// error: pool_window.cpp:10: max_pool2d: a window of 7x7 is larger than the padded input 6x6; pad more or use a smaller kernel
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::max_pool2d(x, {.size = 6});
#else
    return nn::max_pool2d(x, {.size = 7});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"image", 6, 6, 6>>) > 0);
