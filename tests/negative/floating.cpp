// error: floating.cpp:10: exp: needs a floating type, got i32; cast(x, f32) first
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return exp(cast(x, f32));
#else
    return exp(x);
#endif
  }
};
static_assert(sizeof(inference<net{}, ids<"token", 10, 6>>) > 0);
