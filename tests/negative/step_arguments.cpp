// error: step: wrong arguments; write step({x, y}, n), or step({x, y}) for as many rows as the inputs hold
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}>;

status step(train_t& t) {
  float x[6]{}, y[2]{};
#if defined(IGATA_FIXED)
  return t.step({x, y}, 1);
#else
  return t.step(x, y, 1);
#endif
}
