// error: stored_cast.cpp:10: cast: to u8; a model computes in f32 and i32
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return cast(cast(x, i32), f32);
#else
    return cast(cast(x, u8), f32);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
