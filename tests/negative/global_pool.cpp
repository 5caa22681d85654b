// error: global_pool.cpp:10: global_avg_pool2d: needs images [n, height, width, channels], got [n,6]; reshape first
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::global_avg_pool2d(reshape(x, {1, 1, 6}));
#else
    return nn::global_avg_pool2d(x);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
