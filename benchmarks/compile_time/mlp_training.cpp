// budget: 1.2 s
#include <igata/igata.hpp>
using namespace igata;

struct mlp {
  constexpr value operator()(value x) const {
    x = tanh(nn::dense(x, {.units = 64}));
    x = tanh(nn::dense(x, {.units = 64}));
    return nn::dense(x, {.units = 4});
  }
};
using train_t = training<mlp{}, in<"x", 16>, labels<"y", f32, 0, 4>, loss::mse{}, optim::adam{}, max_batch{32}>;

int main() {
  train_t t{seed{7}};
  static float x[32 * 16], y[32 * 4];
  return static_cast<bool>(t.step({x, y}, 32));
}
