// error: training<net>: on_gradient: the program hands no gradients out; give it optim::gradient_hook{}
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using net_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, optim::gradient_hook{}>;
#else
using net_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}>;
#endif
void halve(net_t& t) {
  t.on_gradient([](std::string_view, std::span<float> gradient) {
    for (float& g : gradient) g /= 2;
  });
}
