// error: pad_negative.cpp:10: pad: axis 1: -9 before, 0 after; must not be negative
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return pad(x, {{0, 0}, {9, 0}});
#else
    return pad(x, {{0, 0}, {-9, 0}});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
