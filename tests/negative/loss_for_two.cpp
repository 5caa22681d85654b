// error: training<net>: the model returns 2 values, and there is one loss; give one for each in order, or loss_of<"name", loss::mse{}>
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr outputs operator()(value x) const { return {{"main", nn::dense(x, {.units = 2, .name = "a"})}, {"side", nn::dense(x, {.units = 2, .name = "b"})}}; }
};
#if defined(IGATA_FIXED)
using net_t = training<net{}, in<"x", 3>, labels<"y", f32, 0, 2>, loss::mse{}, loss::mae{}, optim::sgd{}>;
#else
using net_t = training<net{}, in<"x", 3>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}>;
#endif
static_assert(sizeof(net_t) > 0);
