// error: step: got 1 input, expected 2: {x, y}
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}>;

int main() {
  train_t t;
  float x[6]{}, y[2]{1, 2};
#if defined(IGATA_FIXED)
  return !t.step({x, y}, 1);
#else
  return !t.step({x}, static_cast<int>(y[0]));
#endif
}
