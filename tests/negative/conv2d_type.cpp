// error: conv2d_type.cpp:11: conv2d: needs a floating type, got i32; cast(x, f32) first
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    const value filters = reshape(iota(x.owner(), 9), {3, 3, 1, 1});
#if defined(IGATA_FIXED)
    return conv2d(cast(x, f32), cast(filters, f32));
#else
    return conv2d(x, filters);
#endif
  }
};
static_assert(sizeof(inference<net{}, ids<"x", 10, 8, 8, 1>>) > 0);
