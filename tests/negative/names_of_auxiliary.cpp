// error: training<net>: dense may be either of dense, dense_1 (training), of which evaluation has dense; give each a .name
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
#if defined(IGATA_FIXED)
    const value main = nn::dense(x, {.units = 2, .name = "main"});
    return x.training() ? main + nn::dense(x, {.units = 2, .name = "auxiliary"}) * 0.3 : main;
#else
    const value main = nn::dense(x, {.units = 2});
    return x.training() ? nn::dense(x, {.units = 2}) * 0.3 + main : main;
#endif
  }
};
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}>;
static_assert(sizeof(train_t) > 0);
