// error: logical.cpp:10: logical_and: needs bool, got f32; compare first
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return cast(x > 0 && x < 1, f32);
#else
    return cast(x > 0 && x, f32);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
