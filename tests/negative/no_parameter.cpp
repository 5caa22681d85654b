// error: no_parameter.cpp:6: training<net>, option 3: minimize: the loss reaches no parameter; compute it from the model's result
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
struct own_loss {
  constexpr value operator()([[maybe_unused]] value prediction, value target) const {
#if defined(IGATA_FIXED)
    return reduce_mean(prediction * target);
#else
    return reduce_mean(target * target);
#endif
  }
};
static_assert(sizeof(training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, own_loss{}, optim::sgd{}>) > 0);
