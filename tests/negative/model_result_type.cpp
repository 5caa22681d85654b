// error: training<net>: the model returned bool[n,6]; return cast(x, f32), or write a program<...>
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const {
    const value y = nn::dense(x, {.units = 6});
#if defined(IGATA_FIXED)
    return cast(y > 0, f32) * y;
#else
    return y > 0;
#endif
  }
};
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 6>, loss::mse{}, optim::sgd{}>;
static_assert(sizeof(train_t) > 0);
