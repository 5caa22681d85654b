// error: training<net>: on_gradient: the function must take (std::string_view parameter, std::span<double> gradient)
#include <igata/igata.hpp>
#include <igata/f64.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
using net_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, optim::gradient_hook{}, precision::fp64{}>;
#if defined(IGATA_FIXED)
using gradient_t = std::span<double>;
#else
using gradient_t = std::span<float>;
#endif
void halve(net_t& t) {
  t.on_gradient([](std::string_view, gradient_t gradient) {
    for (auto& g : gradient) g /= 2;
  });
}
