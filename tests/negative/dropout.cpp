// error: dropout.cpp:10: dropout: .rate = 1; must be in [0, 1)
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::dropout(x, {.rate = 0.5});
#else
    return nn::dropout(x, {.rate = 1});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
