// error: training<net>, option 4: freeze: no parameter matches 'conv/*'; parameters are dense/kernel, dense/bias
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, freeze<"dense/bias">, optim::sgd{}>;
#else
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, freeze<"conv/*">, optim::sgd{}>;
#endif
static_assert(sizeof(train_t) > 0);
