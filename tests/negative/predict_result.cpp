// error: predict: result 'output' has 3 elements; expected rows of 2
#include <igata/igata.hpp>
using namespace igata;

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}>;

int main() {
  train_t t;
#if defined(IGATA_FIXED)
  float x[6]{}, scores[2];
#else
  float x[6]{}, scores[3];
#endif
  return !t.predict({x}, 1, scores);
}
