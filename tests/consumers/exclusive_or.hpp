// A program that every consumer can run: it learns exclusive or.
#pragma once
#include <igata/igata.hpp>

struct network {
  constexpr igata::value operator()(igata::value x) const { return igata::nn::dense(tanh(igata::nn::dense(x, {.units = 8})), {.units = 1}); }
};
using train_t = igata::training<network{}, igata::in<"bits", 2>, igata::labels<"xor", igata::f32, 0, 1>, igata::loss::binary_cross_entropy{},
                                igata::optim::adam{.learning_rate = 0.05}>;
using infer_t = igata::inference<network{}, igata::in<"bits", 2>, igata::max_batch{4}>;

// static: each unit that includes this has its own, made by its compiler flags and its version of the library.
static bool learns_exclusive_or() {
  const float bits[] = {0, 0, 0, 1, 1, 0, 1, 1}, truth[] = {0, 1, 1, 0};
  train_t t;
  for (int i = 0; i < 300; ++i)
    if (!t.step({bits, truth}, 4)) return false;
  infer_t net{infer_t::pack(t.weights())};
  float score[4];
  if (!net.run(bits, score)) return false;
  for (int i = 0; i < 4; ++i)
    if ((score[i] > 0) != (truth[i] > 0)) return false;
  return true;
}
