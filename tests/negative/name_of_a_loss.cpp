// error: name_of_a_loss.cpp:15: dense: no part of the values that give layers their names, which a model returns; give it a .name
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
#if defined(IGATA_FIXED)
constexpr nn::layer_name own = "features";
#else
constexpr nn::layer_name own = {};
#endif
struct perceptual {
  constexpr value operator()(value prediction, value target) const {
    const value d = nn::dense(prediction - target, {.units = 4, .name = own});
    return reduce_mean(d * d);
  }
};
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, perceptual{}, optim::sgd{}>;
static_assert(sizeof(train_t) > 0);
