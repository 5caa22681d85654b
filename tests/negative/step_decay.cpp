// error: training<net>, option 5: step_decay: .boundaries = {..., 10, 5, ...}; each must be above the one before
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, optim::step_decay{.boundaries = {5, 10}}>;
#else
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, optim::step_decay{.boundaries = {10, 5}}>;
#endif
static_assert(sizeof(train_t) > 0);
