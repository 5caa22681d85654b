// rmsprop: steps scaled by a running mean of the squared gradient (Tieleman and Hinton 2012); PyTorch's rule with Keras' names:
//
//   v = rho * v + (1 - rho) * g²;   m = momentum * m + g / (sqrt(v) + epsilon);   w -= learning_rate * m
//
//   s.minimize(loss, "*", optim::rmsprop{.learning_rate = 1e-3, .momentum = 0.9});
#pragma once
#include "option.hpp"

namespace igata::inline IGATA_ABI::optim {

struct rmsprop {
  double learning_rate = 0.01;
  double rho = 0.99;
  double epsilon = 1e-8;
  double momentum = 0;

  template <class Update>
  constexpr value operator()(Update& u, value w, value g) const {
    detail::check_share(w, "rmsprop", "rho", rho);
    detail::check_share(w, "rmsprop", "momentum", momentum);
    detail::check_amount(w, "rmsprop", "epsilon", epsilon);
    const value v = u.slot("velocity"), next_v = detail::moving_mean(v, g * g, rho);
    assign(v, next_v);
    const value rate = u.learning_rate(learning_rate);
    value next = g / (sqrt(next_v) + epsilon);
    if (momentum != 0) {
      const value m = u.slot("momentum");
      next = m * momentum + next;
      assign(m, next);
    }
    return w - rate * next;
  }
};

}  // namespace igata::inline IGATA_ABI::optim
