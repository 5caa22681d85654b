// error: sequences.cpp:10: conv1d: needs sequences [n, steps, channels], got [n,784]; reshape first
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::conv1d(reshape(x, {784, 1}), {.filters = 4, .kernel = 3});
#else
    return nn::conv1d(x, {.filters = 4, .kernel = 3});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 784>>) > 0);
