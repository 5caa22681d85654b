// error: concat.cpp:11: concat: operand 1: f32[n,3,6,6] vs f32[n,6,6,6]; types and all extents but axis 2 must be equal
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    const value half = slice(x, 1, 0, 3);
#if defined(IGATA_FIXED)
    return concat({x, half}, 1);
#else
    return concat({x, half}, 2);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"image", 6, 6, 6>>) > 0);
