// error: ; pass an array, vector, span or pointer of float
// error(GNU): step: input 'y' is int [2]
// error(Clang): step: input 'y' is int[2]
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}>;

int main() {
  train_t t;
  float x[6]{};
#if defined(IGATA_FIXED)
  float y[2]{};
#else
  int y[2]{};
#endif
  return !t.step({x, y}, 1);
}
