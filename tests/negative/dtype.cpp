// error: dtype.cpp:10: mul: f32 vs i32; there is no implicit promotion: cast(x, f32)
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return x * cast(iota(x.owner(), 6), f32);
#else
    return x * iota(x.owner(), 6);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
