// error: mse.cpp:6: training<net>, option 3: mse: prediction [n,2] vs target [n]; the shapes must be equal, reshape one
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}>;
#else
using train_t = training<net{}, in<"x", 6>, labels<"y", f32>, loss::mse{}, optim::sgd{}>;
#endif
static_assert(sizeof(train_t) > 0);
