// error: top_k.cpp:6: training<net>, option 4: top_k: .k = 0; must be 1 or more
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using train_t = training<net{}, in<"x", 6>, labels<"y">, loss::softmax_cross_entropy{}, metrics<metric::top_k{.k = 1}>, optim::sgd{}>;
#else
using train_t = training<net{}, in<"x", 6>, labels<"y">, loss::softmax_cross_entropy{}, metrics<metric::top_k{.k = 0}>, optim::sgd{}>;
#endif
static_assert(sizeof(train_t) > 0);
