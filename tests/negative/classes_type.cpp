// error: classes_type.cpp:6: training<net>, option 3: softmax_cross_entropy: classes must be whole numbers, got f32[n]; cast(x, i32), or give probabilities [n,2]
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using train_t = training<net{}, in<"x", 6>, labels<"y">, loss::softmax_cross_entropy{}, optim::sgd{}>;
#else
using train_t = training<net{}, in<"x", 6>, labels<"y", f32>, loss::softmax_cross_entropy{}, optim::sgd{}>;
#endif
static_assert(sizeof(train_t) > 0);
