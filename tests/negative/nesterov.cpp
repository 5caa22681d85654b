// error: training<net>, option 4: sgd: .nesterov = true, .momentum = 0; give it a momentum
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{.momentum = 0.9, .nesterov = true}>;
#else
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{.nesterov = true}>;
#endif
static_assert(sizeof(train_t) > 0);
