// error: training<net>: on_gradient: the function must take (std::string_view parameter, std::span<float> gradient)
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
using net_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, optim::gradient_hook{}>;
void halve(net_t& t) {
#if defined(IGATA_FIXED)
  t.on_gradient([](std::string_view, std::span<float> gradient) {
#else
  t.on_gradient([](std::span<float> gradient) {
#endif
    for (float& g : gradient) g /= 2;
  });
}
