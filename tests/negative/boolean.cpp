// error: boolean.cpp:10: add: needs numbers, got bool; cast(x, f32) first
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return cast(x > 0, f32) + cast(x > 1, f32);
#else
    return (x > 0) + (x > 1);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
