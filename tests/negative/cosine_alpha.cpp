// error: training<net>, option 5: cosine_decay: .alpha = -3; must be in [0, 1]
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, optim::cosine_decay{.alpha = 0.1}>;
#else
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, optim::cosine_decay{.alpha = -3}>;
#endif
static_assert(sizeof(train_t) > 0);
