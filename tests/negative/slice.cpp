// error: slice.cpp:10: slice: axis 1: from 2 to 9 by 1 is no range inside [0, 6)
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return slice(x, 1, 2, 6);
#else
    return slice(x, 1, 2, 9);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
