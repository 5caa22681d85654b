// error: stored_constant.cpp:10: constant: 256 is no u8; cast the other operand to f32, or give a whole number
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return x + 255;
#else
    return x + 256;
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", u8, 6>>) > 0);
