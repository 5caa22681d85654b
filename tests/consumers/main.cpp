// The program of every consumer project: whoever has found igata can compile and run this. It learns exclusive or.
#include <cstdio>  // printf

#include <igata/igata.hpp>

int second_unit();  // includes igata too: what igata defines must not be defined twice

struct network {
  constexpr igata::value operator()(igata::value x) const { return igata::nn::dense(tanh(igata::nn::dense(x, {.units = 8})), {.units = 1}); }
};
using train_t = igata::training<network{}, igata::in<"bits", 2>, igata::labels<"xor", igata::f32, 0, 1>, igata::loss::binary_cross_entropy{},
                                igata::optim::adam{.learning_rate = 0.05}>;

int main() {
  std::printf("igata %d.%d.%d\n", IGATA_VERSION_MAJOR, IGATA_VERSION_MINOR, IGATA_VERSION_PATCH);
  const float bits[] = {0, 0, 0, 1, 1, 0, 1, 1}, truth[] = {0, 1, 1, 0};
  const void* const rows[] = {bits, truth};
  train_t t;
  for (int i = 0; i < 300; ++i)
    if (!t.step(rows, 4)) return 1;
  float score[4];
  if (!t.predict(rows, 4, score)) return 1;
  for (int i = 0; i < 4; ++i)
    if ((score[i] > 0) != (truth[i] > 0)) return 1;
  return second_unit() == IGATA_VERSION_MAJOR ? 0 : 1;
}
