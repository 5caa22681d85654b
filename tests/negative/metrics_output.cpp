// error: training<net>, option 5: metrics: the model returns 2 values; say which: metrics_of<"main", ...>
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr outputs operator()(value x) const { return {{"main", nn::dense(x, {.units = 2, .name = "a"})}, {"side", nn::dense(x, {.units = 2, .name = "b"})}}; }
};
#if defined(IGATA_FIXED)
using net_t = training<net{}, in<"x", 3>, labels<"y", f32, 0, 2>, loss::mse{}, loss::mae{}, metrics_of<"main", metric::mae{}>, optim::sgd{}>;
#else
using net_t = training<net{}, in<"x", 3>, labels<"y", f32, 0, 2>, loss::mse{}, loss::mae{}, metrics<metric::mae{}>, optim::sgd{}>;
#endif
static_assert(sizeof(net_t) > 0);
