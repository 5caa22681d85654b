// error: training<net>: the precision is given 2 times; give one, such as precision::fp64{}
#include <igata/igata.hpp>
#include <igata/f64.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, precision::fp64{}>;
#else
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}, precision::fp64{}, precision::fp64{}>;
#endif
static_assert(sizeof(train_t) > 0);
