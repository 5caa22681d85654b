// error: huber.cpp:6: training<net>, option 3: huber: .delta = 0; must be above 0
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::huber{.delta = 2}, optim::sgd{}>;
#else
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::huber{.delta = 0}, optim::sgd{}>;
#endif
static_assert(sizeof(train_t) > 0);
