// error: smoothing.cpp:6: training<net>, option 3: softmax_cross_entropy: .label_smoothing = 1; must be in [0, 1)
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using train_t = training<net{}, in<"x", 6>, labels<"y">, loss::softmax_cross_entropy{.label_smoothing = 0.1}, optim::sgd{}>;
#else
using train_t = training<net{}, in<"x", 6>, labels<"y">, loss::softmax_cross_entropy{.label_smoothing = 1}, optim::sgd{}>;
#endif
static_assert(sizeof(train_t) > 0);
