// error: training<net>: a loss is given 2 times, and the model returns 1 value; give one for each in order, or loss_of<"name", loss::mse{}>; metrics stand in metrics<...>
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}>;
#else
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, loss::mae{}, optim::sgd{}>;
#endif
static_assert(sizeof(train_t) > 0);
