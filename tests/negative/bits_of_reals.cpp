// error: bits_of_reals.cpp:10: rem: needs whole numbers, got f32; cast(x, i32) first
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return cast(cast(x, i32) % 2, f32);
#else
    return x % 2;
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
