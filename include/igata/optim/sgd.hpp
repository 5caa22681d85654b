// sgd: stochastic gradient descent, with momentum if asked for; PyTorch's rule:
//
//   g += weight_decay * w;   v = momentum * v + g;   w -= learning_rate * v        (nesterov: w -= learning_rate * (g + momentum * v))
//
//   s.minimize(loss, "*", optim::sgd{.learning_rate = 0.1, .momentum = 0.9});
#pragma once
#include "option.hpp"

namespace igata::inline IGATA_ABI::optim {

struct sgd {
  double learning_rate = 0.01;
  double momentum = 0;
  double weight_decay = 0;
  bool nesterov = false;

  template <class Update>
  constexpr value operator()(Update& u, value w, value g) const {
    detail::check_share(w, "sgd", "momentum", momentum);
    detail::check_amount(w, "sgd", "weight_decay", weight_decay);
    if (nesterov && momentum == 0) w.owner().fail("sgd", ".nesterov = true, .momentum = 0; give it a momentum", {});
    if (weight_decay != 0) g = g + w * weight_decay;
    const value rate = u.learning_rate(learning_rate);
    if (momentum == 0) return w - rate * g;
    const value v = u.slot("momentum"), next = v * momentum + g;
    assign(v, next);
    return w - rate * (nesterov ? g + next * momentum : next);
  }
};

}  // namespace igata::inline IGATA_ABI::optim
