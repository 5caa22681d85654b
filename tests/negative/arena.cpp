// error: plan: the arena of 2000000000 rows has 8000004608 elements, more than 2^31; use a smaller max_batch
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, max_batch{2}>;
#else
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, max_batch{2000000000}>;
#endif
static_assert(sizeof(train_t) > 0);
