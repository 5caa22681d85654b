// error: pack: dense/kernel: expected f32[4,2], got f32[2,4]; the weights were made for another model
#include <igata/embedded.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
inline constexpr float kernel[8]{}, bias[2]{};
#if defined(IGATA_FIXED)
inline constexpr constant_weight weights[] = {{"dense/kernel", {4, 2}, kernel}, {"dense/bias", {2}, bias}};
#else
inline constexpr constant_weight weights[] = {{"dense/kernel", {2, 4}, kernel}, {"dense/bias", {2}, bias}};
#endif
using net_t = embedded<net{}, in<"x", 4>>;
constexpr net_t::packed_weights packed = net_t::pack<weights>();
