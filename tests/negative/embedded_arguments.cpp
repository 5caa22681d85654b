// error: embedded: wrong arguments; write net_t net{memory, weights}, of a net_t::memory or a std::span<std::byte>, and of what pack gives or a std::span<const std::byte>
#include <igata/embedded.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
inline constexpr float kernel[8]{}, bias[2]{};
inline constexpr constant_weight weights[] = {{"dense/kernel", {4, 2}, kernel}, {"dense/bias", {2}, bias}};
using net_t = embedded<net{}, in<"x", 4>>;
constexpr net_t::packed_weights packed = net_t::pack<weights>();

#if defined(IGATA_FIXED)
net_t::memory memory;
#else
float memory[100];
#endif
net_t make() { return net_t{memory, packed}; }
