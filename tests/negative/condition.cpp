// error: condition.cpp:10: select: the condition must be bool, got f32; compare first
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return select(x > 0, x, 0);
#else
    return select(x, x, 0);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
