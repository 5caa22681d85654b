// error: training<net>, option 4: no labels 'main' for the output 'main'; the labels are 'y', 'side': loss_of<"main", loss, "labels">
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr outputs operator()(value x) const { return {{"main", nn::dense(x, {.units = 2, .name = "a"})}, {"side", nn::dense(x, {.units = 2, .name = "b"})}}; }
};
#if defined(IGATA_FIXED)
using net_t = training<net{}, in<"x", 3>, labels<"y", f32, 0, 2>, labels<"side", f32, 0, 2>, loss_of<"main", loss::mse{}, "y">, loss_of<"side", loss::mse{}>, optim::sgd{}>;
#else
using net_t = training<net{}, in<"x", 3>, labels<"y", f32, 0, 2>, labels<"side", f32, 0, 2>, loss_of<"main", loss::mse{}>, loss_of<"side", loss::mse{}>, optim::sgd{}>;
#endif
static_assert(sizeof(net_t) > 0);
