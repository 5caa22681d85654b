// error: training<net>: on_gradient: the function must take (std::string_view parameter, std::span<float> gradient)
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
using net_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, optim::gradient_hook{}>;
#if defined(IGATA_FIXED)
using gradient_t = std::span<float>;
#else
using gradient_t = std::span<double>;
#endif
void halve(net_t& t) {
  t.on_gradient([](std::string_view, gradient_t gradient) {
    for (auto& g : gradient) g /= 2;
  });
}
