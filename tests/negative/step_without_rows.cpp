// error: step: pointers do not say how many rows there are; pass n
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}>;

bool step(train_t& t, const float* x, const float* y) {
#if defined(IGATA_FIXED)
  return static_cast<bool>(t.step({x, y}, 1));
#else
  return static_cast<bool>(t.step({x, y}));
#endif
}
