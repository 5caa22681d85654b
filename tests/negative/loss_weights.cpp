// error: training<net>: loss_weights has 1 number for 2 losses; give one for each
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr outputs operator()(value x) const { return {{"main", nn::dense(x, {.units = 2, .name = "a"})}, {"side", nn::dense(x, {.units = 2, .name = "b"})}}; }
};
#if defined(IGATA_FIXED)
using net_t = training<net{}, in<"x", 3>, labels<"y", f32, 0, 2>, loss::mse{}, loss::mae{}, loss_weights{1, 0.5}, optim::sgd{}>;
#else
using net_t = training<net{}, in<"x", 3>, labels<"y", f32, 0, 2>, loss::mse{}, loss::mae{}, loss_weights{0.5}, optim::sgd{}>;
#endif
static_assert(sizeof(net_t) > 0);
