// Optimisers of ONNX's preview of training: a step of each weight. The number of steps before is known.
#pragma once
#include "../nn/all.hpp"
#include "importer.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

// Inputs are the rate, the number of steps, and `groups` groups of a tensor for each weight: weights, gradients, states.
struct optimiser {
  importer& c;
  std::size_t groups, count;
  operand rate;
  double steps;

  optimiser(importer& at, std::size_t all) : c(at), groups(all), count((at.at().input.size() - 2) / all), rate(0.0), steps(at.number(1)) {
    if (at.at().input.size() < 2 + all || (at.at().input.size() - 2) % all != 0)
      c.fail("a rate, a number of steps and " + std::to_string(all) + " tensors for each weight", "others", "the file is no valid ONNX model");
    rate = c.in(0).is_known ? operand(c.number(0)) : operand(reshape_to(c.plain_copy(0), {}));
  }
  value of(std::size_t group, std::size_t i) const { return c.plain_copy(2 + group * count + i); }
  // With decay of the weight.
  value gradient(std::size_t i) const { return of(1, i) + of(0, i) * static_cast<double>(c.real("norm_coefficient", 0)); }
  void put(std::size_t group, std::size_t i, value x) const { c.put_value(x, group * count + i); }
};

inline void import_adagrad(importer& c) {
  const optimiser o(c, 3);
  const double decay = 1 + o.steps * static_cast<double>(c.real("decay_factor", 0)), epsilon = static_cast<double>(c.real("epsilon", 1e-6f));
  for (std::size_t i = 0; i < o.count; ++i) {
    const value g = o.gradient(i), squares = o.of(2, i) + g * g;
    o.put(0, i, o.of(0, i) - g / (sqrt(squares) + epsilon) * o.rate / decay);
    o.put(1, i, squares);
  }
}
inline void import_adam(importer& c) {
  const optimiser o(c, 4);
  const double alpha = static_cast<double>(c.real("alpha", 0.9f)), beta = static_cast<double>(c.real("beta", 0.999f)),
               epsilon = static_cast<double>(c.real("epsilon", 1e-6f)), after = static_cast<double>(c.real("norm_coefficient_post", 0));
  const double correction = o.steps > 0 ? math::sqrt(1 - math::pow(beta, o.steps)) / (1 - math::pow(alpha, o.steps)) : 1;
  for (std::size_t i = 0; i < o.count; ++i) {
    const value g = o.gradient(i), mean = o.of(2, i) * alpha + g * (1 - alpha), squares = o.of(3, i) * beta + g * g * (1 - beta);
    o.put(0, i, (o.of(0, i) - mean / (sqrt(squares) + epsilon) * o.rate * correction) * (1 - after));
    o.put(1, i, mean);
    o.put(2, i, squares);
  }
}
inline void import_momentum(importer& c) {
  const optimiser o(c, 3);
  const std::string mode = c.text_of("mode", "");
  if (mode != "standard" && mode != "nesterov") c.fail("mode standard or nesterov", io::escaped(mode), "the file is no valid ONNX model");
  const double alpha = static_cast<double>(c.real("alpha", 0)), beta = o.steps > 0 ? static_cast<double>(c.real("beta", 0)) : 1;
  c.knows({"beta"});
  for (std::size_t i = 0; i < o.count; ++i) {
    const value g = o.gradient(i), speed = o.of(2, i) * alpha + g * beta;
    o.put(0, i, o.of(0, i) - (mode == "nesterov" ? g + speed * alpha : speed) * o.rate);
    o.put(1, i, speed);
  }
}

// Their domain stands before the name.
inline constexpr import_rule training_rules[] = {
    {"ai.onnx.preview.training.Adagrad", import_adagrad},
    {"ai.onnx.preview.training.Adam", import_adam},
    {"ai.onnx.preview.training.Momentum", import_momentum},
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
