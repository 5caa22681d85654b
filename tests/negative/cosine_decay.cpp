// error: training<net>, option 5: cosine_decay: .steps = 5, .warmup = 9; steps must be above warmup
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, optim::cosine_decay{.steps = 9, .warmup = 5}>;
#else
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, optim::cosine_decay{.steps = 5, .warmup = 9}>;
#endif
static_assert(sizeof(train_t) > 0);
