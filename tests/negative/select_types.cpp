// error: select_types.cpp:11: select: f32 vs i32; cast one of them
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    const value i = iota(x.owner(), 6);
#if defined(IGATA_FIXED)
    return select(x > 0, x, cast(i, f32));
#else
    return select(x > 0, x, i);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
