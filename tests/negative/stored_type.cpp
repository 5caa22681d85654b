// error: stored_type.cpp:10: dense/matmul: u8 vs f32; there is no implicit promotion: cast(x, f32)
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
