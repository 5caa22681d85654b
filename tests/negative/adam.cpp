// error: training<net>, option 4: adam: .beta1 = 1; must be in [0, 1)
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::adam{.beta1 = 0.9}>;
#else
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::adam{.beta1 = 1}>;
#endif
static_assert(sizeof(train_t) > 0);
