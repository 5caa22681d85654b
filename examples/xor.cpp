// Learns exclusive or: a complete program.
#include <cstdio>
#include <igata/igata.hpp>
using namespace igata;

struct network {
  constexpr value operator()(value x) const { return nn::dense(tanh(nn::dense(x, {.units = 8})), {.units = 1}); }
};
using train_t = training<network{}, in<"bits", 2>, labels<"xor", f32, 0, 1>, loss::binary_cross_entropy{}, optim::adam{.learning_rate = 0.05}>;

int main() {
  const float bits[] = {0, 0, 0, 1, 1, 0, 1, 1}, truth[] = {0, 1, 1, 0};
  train_t t;
  for (int i = 0; i < 300; ++i)
    if (!t.step({bits, truth}, 4)) return 1;
  float score[4];
  if (!t.predict({bits}, 4, score)) return 1;
  for (int i = 0; i < 4; ++i) std::printf("%g xor %g = %d\n", bits[2 * i], bits[2 * i + 1], score[i] > 0);
}
