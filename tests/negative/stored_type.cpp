// error: stored_type.cpp:10: dense/matmul: needs a floating type, got u8; cast(x, f32) first
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    return nn::dense(cast(x, f32), {.units = 2});
#else
    return nn::dense(x, {.units = 2});
#endif
  }
};
static_assert(sizeof(inference<net{}, in<"x", u8, 6>>) > 0);
