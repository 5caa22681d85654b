// error: predict: wrong arguments; write predict({x}, n, {output}), or predict({x}, {output}) for as many rows as the inputs hold
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}>;

status scores(train_t& t) {
  float x[6]{}, y[2]{};
#if defined(IGATA_FIXED)
  return t.predict({x}, 1, {y});
#else
  return t.predict({x}, {y}, 1);
#endif
}
