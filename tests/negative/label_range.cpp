// error: label_range.cpp:6: training<net>, option 3: softmax_cross_entropy: input 'y' has numbers in [0, 5) for a choice of 2; correct one of the two
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using train_t = training<net{}, in<"x", 6>, labels<"y", i32, 2>, loss::softmax_cross_entropy{}, optim::sgd{}>;
#else
using train_t = training<net{}, in<"x", 6>, labels<"y", i32, 5>, loss::softmax_cross_entropy{}, optim::sgd{}>;
#endif
static_assert(sizeof(train_t) > 0);
