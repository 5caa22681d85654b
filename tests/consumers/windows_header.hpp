// All of igata, and a small training.
#pragma once
#include <igata/expr.hpp>
#include <igata/igata.hpp>
#include <igata/io.hpp>
#include <igata/train.hpp>
//
#include <igata/draw/eager.hpp>
#include <igata/engine/profile.hpp>
#include <igata/engine/summary.hpp>
#include <igata/threads.hpp>

struct network {
  constexpr igata::value operator()(igata::value x) const { return tanh(igata::nn::dense(x, {.units = 8})); }
};
inline double learned() {
  using train_t =
      igata::training<network{}, igata::in<"x", 2>, igata::labels<"y", igata::f32, 0, 8>, igata::loss::huber{}, igata::optim::adam{}>;
  train_t t;
  const float x[4]{1, 2, 3, 4}, y[16]{1};
  for (int i = 0; i < 3; ++i)
    if (!t.step({x, y}, 2)) return -1;
  return t.variables().floats("dense/kernel")[0];
}
