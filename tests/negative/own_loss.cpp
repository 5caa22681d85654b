// error: own_loss.cpp:13: sub: [n,2] vs [n,6]; extents must be equal or 1
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
struct own_loss {
  constexpr value operator()(value prediction, value target) const {
#if defined(IGATA_FIXED)
    return reduce_mean(abs(prediction - slice(target, 1, 0, 2)));
#else
    return reduce_mean(abs(prediction - target));
#endif
  }
};
static_assert(sizeof(training<net{}, in<"x", 6>, labels<"y", f32, 0, 6>, own_loss{}, optim::sgd{}>) > 0);
