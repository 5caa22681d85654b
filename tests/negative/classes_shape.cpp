// error: classes_shape.cpp:6: training<net>, option 3: softmax_cross_entropy: classes [n,1] for prediction [n,2]; must be [n], reshape them
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using train_t = training<net{}, in<"x", 6>, labels<"y", i32, 2>, loss::softmax_cross_entropy{}, optim::sgd{}>;
#else
using train_t = training<net{}, in<"x", 6>, labels<"y", i32, 2, 1>, loss::softmax_cross_entropy{}, optim::sgd{}>;
#endif
static_assert(sizeof(train_t) > 0);
