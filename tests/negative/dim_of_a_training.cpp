// error: input 'x' has a dim, and all inputs of a training have rows of n; write program<...>
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, max_batch{2}>;
#else
using train_t = training<net{}, in<"x", dim<"points", 8>, 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, max_batch{2}>;
#endif
static_assert(sizeof(train_t) > 0);
