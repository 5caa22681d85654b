// error: training<net>, option 5: exponential_decay: .rate = 0.5, .steps = 0; both must be above 0
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, optim::exponential_decay{.rate = 0.5, .steps = 5}>;
#else
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, optim::exponential_decay{.rate = 0.5, .steps = 0}>;
#endif
static_assert(sizeof(train_t) > 0);
