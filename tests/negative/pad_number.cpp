// error: pad_number.cpp:10: pad: 0.5 is no i32; give a whole number
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return cast(pad(cast(x, i32), {{0, 0}, {1, 1}}, 5), f32);
#else
    return cast(pad(cast(x, i32), {{0, 0}, {1, 1}}, 0.5), f32);
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", 6>>) > 0);
