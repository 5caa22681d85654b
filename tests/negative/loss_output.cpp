// error: training<net>, option 4: no output 'sied'; the model returns 'main', 'side'
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr outputs operator()(value x) const {
    return {{"main", nn::dense(x, {.units = 2, .name = "a"})}, {"side", nn::dense(x, {.units = 2, .name = "b"})}};
  }
};
#if defined(IGATA_FIXED)
using net_t = training<net{}, in<"x", 3>, labels<"y", f32, 0, 2>, loss_of<"main", loss::mse{}>, loss_of<"side", loss::mse{}>, optim::sgd{}>;
#else
using net_t = training<net{}, in<"x", 3>, labels<"y", f32, 0, 2>, loss_of<"main", loss::mse{}>, loss_of<"sied", loss::mse{}>, optim::sgd{}>;
#endif
static_assert(sizeof(net_t) > 0);
