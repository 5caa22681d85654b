// A model that the compiler cannot evaluate: its own errors say why, and igata adds nothing.
#include <igata/igata.hpp>
using namespace igata;

struct network {
  value operator()(value x) const { return nn::dense(relu(nn::dense(x, {.units = 8})), {.units = 3}); }
};
using train_t = training<network{}, in<"x", 4>, labels<"y", i32, 3>, loss::softmax_cross_entropy{}, optim::adam{}>;
static_assert(train_t::parameter_count < 100'000 && train_t::arena_bytes < 1'000'000);

int main() {
  train_t t{seed{1}};
  const float x[4]{};
  const int y[1]{};
  return !t.step({x, y}, 1);
}
