// error: embedded: the weights end before the program; name them: static constexpr auto weights = net_t::pack<...>();
#include <igata/embedded.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
inline constexpr float kernel[8]{}, bias[2]{};
inline constexpr constant_weight weights[] = {{"dense/kernel", {4, 2}, kernel}, {"dense/bias", {2}, bias}};
using net_t = embedded<net{}, in<"x", 4>>;
net_t::memory memory;
#if defined(IGATA_FIXED)
constexpr auto packed = net_t::pack<weights>();
net_t make() { return net_t{memory, packed}; }
#else
net_t make() { return net_t{memory, net_t::pack<weights>()}; }
#endif
