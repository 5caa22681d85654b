// error: training<net>: a schedule is given 2 times; give one, such as optim::cosine_decay{}
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, optim::cosine_decay{}>;
#else
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, optim::cosine_decay{}, optim::exponential_decay{}>;
#endif
static_assert(sizeof(train_t) > 0);
