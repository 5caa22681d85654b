// error: ; pass an array, vector, span or pointer of float
// error: evaluate: input 'x' is std::vector<double
#include <igata/igata.hpp>
using namespace igata;

#include <vector>

struct net {
  constexpr value operator()(value x) const { return nn::dense(x, {.units = 2}); }
};
using train_t = training<net{}, in<"x", 6>, labels<"y", f32, 0, 2>, loss::mse{}, optim::sgd{}>;

int main() {
  train_t t;
#if defined(IGATA_FIXED)
  std::vector<float> x(6), y(2);
#else
  std::vector<double> x(6);
  std::vector<float> y(2);
#endif
  return !t.evaluate({x, y}, 1);
}
