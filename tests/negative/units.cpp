// error: units.cpp:10: dense: .units = 0; must be 1 or more
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::dense(x, {.units = 4});
#else
    return nn::dense(x);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
