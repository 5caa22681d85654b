// adam: steps scaled by running means of the gradient and of its square (Kingma and Ba 2015, algorithm 1, as in PyTorch):
//
//   m = beta1 * m + (1 - beta1) * g;   v = beta2 * v + (1 - beta2) * g²
//   w -= learning_rate * m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)
//
// adamw is adam with weights that shrink by learning_rate * weight_decay in each step (Loshchilov and Hutter 2019).
//
//   s.minimize(loss, "*", optim::adam{.learning_rate = 1e-3});
#pragma once
#include "option.hpp"

namespace igata::inline IGATA_ABI::optim {

struct adam {
  double learning_rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;

  template <class Update>
  constexpr value operator()(Update& u, value w, value g) const {
    detail::check_share(w, "adam", "beta1", beta1);
    detail::check_share(w, "adam", "beta2", beta2);
    detail::check_amount(w, "adam", "epsilon", epsilon);
    const value m = u.slot("momentum"), v = u.slot("velocity");
    const value next_m = m + (g - m) * (1 - beta1), next_v = detail::moving_mean(v, g * g, beta2);
    assign(m, next_m);
    assign(v, next_v);
    // 1 - beta^t by expm1: the difference would lose digits while t is small
    const auto unbias = [&](double beta) { return -expm1(u.step() * math::drawn_log(beta > 0 ? beta : 1e-30)); };
    const value rate = u.shared(0, [&] { return u.learning_rate(learning_rate) / unbias(beta1); });
    const value grow = u.shared(1, [&] { return rsqrt(unbias(beta2)); });
    return w - rate * next_m / (sqrt(next_v) * grow + epsilon);
  }
};

// adam, and each step every parameter shrinks by learning_rate * weight_decay. (Loshchilov and Hutter 2019.)
struct adamw {
  double learning_rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0.01;

  template <class Update>
  constexpr value operator()(Update& u, value w, value g) const {
    detail::check_amount(w, "adamw", "weight_decay", weight_decay);
    const value keep = u.shared(2, [&] { return 1 - u.learning_rate(learning_rate) * weight_decay; });
    return adam{learning_rate, beta1, beta2, epsilon}(u, w * keep, g);
  }
};

}  // namespace igata::inline IGATA_ABI::optim
