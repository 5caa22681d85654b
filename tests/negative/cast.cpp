// error: cast.cpp:10: cast: to bool; compare with a number instead: x != 0
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return select(x != 0, x, 1);
#else
    return select(cast(x, boolean), x, 1);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
