// error: accuracy.cpp:6: training<net>, option 4: accuracy: target f32[n] for prediction [n]; must be classes i32[] or probabilities f32[n]
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return reshape(nn::dense(x, {.units = 1}), {}); }
};
#if defined(IGATA_FIXED)
using train_t = training<net{}, in<"x", 6>, labels<"y", f32>, loss::mse{}, metrics<metric::mae{}>, optim::sgd{}>;
#else
using train_t = training<net{}, in<"x", 6>, labels<"y", f32>, loss::mse{}, metrics<metric::accuracy{}>, optim::sgd{}>;
#endif
static_assert(sizeof(train_t) > 0);
