// error: iota.cpp:10: iota: 0 elements; must be 1 or more
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return x + cast(iota(x.owner(), 6), f32);
#else
    return x + cast(iota(x.owner(), 0), f32);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
