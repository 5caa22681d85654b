// error: clip.cpp:10: clip: from 2 to 1; the first must not be above the second
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return clip(x, 1, 2);
#else
    return clip(x, 2, 1);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
