// error: momentum.cpp:10: batch_norm: .momentum = 1; must be in [0, 1)
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::batch_norm(x, {.momentum = 0.9});
#else
    return nn::batch_norm(x, {.momentum = 1});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
