// error: embedded<net>: computes in f64, i64 or u64; embedded programs compute in f32 and i32: cast(x, f32), cast(x, i32)
#include <igata/embedded.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(cast(x, f32), {.units = 2}); }
};
inline constexpr float kernel[8]{}, bias[2]{};
inline constexpr constant_weight given[] = {{"dense/kernel", {4, 2}, kernel}, {"dense/bias", {2}, bias}};
#if defined(IGATA_FIXED)
using net_t = embedded<net{}, in<"x", 4>>;
#else
using net_t = embedded<net{}, in<"x", f64, 4>>;
#endif
static constexpr auto weights = net_t::pack<given>();
net_t::memory memory;
net_t program{memory, weights};
