// error: training<net>, option 5: int is none of in<...>, ids<...>, labels<...>, a loss, loss_weights{}, an optimizer, metrics<...>, freeze<...>, watch<...>, max_batch{}, winograd::off, precision::fp64{}, a gradient change, a schedule
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, max_batch{32}>;
#else
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, 32>;
#endif
static_assert(sizeof(train_t) > 0);
