// error: literal.cpp:10: constant: 0.5 is no i32; cast the other operand to f32, or give a whole number
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return cast(x, f32) * 0.5;
#else
    return cast(x * 0.5, f32);
#endif
  }
};
static_assert(sizeof(inference<net{}, ids<"x", 9>>) > 0);
