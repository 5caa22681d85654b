// error: epsilon.cpp:10: layer_norm: .epsilon = 0; must be above 0
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::layer_norm(x, {.epsilon = 1e-5});
#else
    return nn::layer_norm(x, {.epsilon = 0});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
