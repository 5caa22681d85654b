// Changes of the gradients between differentiation and update; options of minimize, carried out in order.
//
//   s.minimize(loss, "*", optim::adam{}, optim::clip_by_global_norm{.limit = 1}, optim::l2{.rate = 1e-4});
#pragma once
#include "option.hpp"

namespace igata::inline IGATA_ABI::optim {

namespace detail {
// Sums of squares of gradients, divided by the limit so that 1 is where clipping begins: of their elements, and of 2^-80 of them for gradients whose
// squares are more than f32 holds. Both in one loop.
struct squares {
  static constexpr double shrunk = 0x1p-80;
  value near, far;
  constexpr void add(value g, double limit) {
    const value a = g * (1 / limit), b = g * (shrunk / limit);
    const value sum = reduce_sum(a * a), sum_far = reduce_sum(b * b);
    near = near.valid() ? near + sum : sum;
    far = far.valid() ? far + sum_far : sum_far;
  }
  // limit / norm where the norm is above the limit, else 1.
  constexpr value factor() const { return select(near < 3e38, 1 / maximum(sqrt(near), 1), shrunk / sqrt(far)); }
};

template <class F>
constexpr void change(vec<value>& gradients, F f) {
  for (int i = 0; i < gradients.size(); ++i)
    if (gradients[i].valid()) gradients[i] = f(i, gradients[i]);
}
}  // namespace detail

// Each element into [-limit, limit].
struct clip_by_value {
  double limit = 1;
  constexpr void operator()(const vec<value>&, vec<value>& gradients) const {
    detail::change(gradients, [&](int, value g) {
      detail::check_above(g, "clip_by_value", "limit", limit);
      return minimum(maximum(g, -limit), limit);
    });
  }
};

// Each parameter's gradient, as a whole, to a norm of `limit` at most.
struct clip_by_norm {
  double limit = 1;
  constexpr void operator()(const vec<value>&, vec<value>& gradients) const {
    detail::change(gradients, [&](int, value g) {
      detail::check_above(g, "clip_by_norm", "limit", limit);
      detail::squares norm;
      norm.add(g, limit);
      return g * norm.factor();
    });
  }
};

// All gradients together to a norm of `limit` at most (Pascanu, Mikolov, Bengio 2013).
struct clip_by_global_norm {
  double limit = 1;
  constexpr void operator()(const vec<value>&, vec<value>& gradients) const {
    detail::squares norm;
    for (const value& g : gradients) {
      if (!g.valid()) continue;
      detail::check_above(g, "clip_by_global_norm", "limit", limit);
      norm.add(g, limit);
    }
    if (!norm.near.valid()) return;
    const value factor = norm.factor();
    detail::change(gradients, [&](int, value g) { return g * factor; });
  }
};

// As if rate * sum(|w|) were part of the loss. Parameters below `smallest_rank` (biases, norms' scales) are left alone.
struct l1 {
  double rate = 0.01;
  int smallest_rank = 2;
  constexpr void operator()(const vec<value>& weights, vec<value>& gradients) const {
    detail::change(gradients, [&](int i, value g) {
      detail::check_amount(g, "l1", "rate", rate);
      return weights[i].rank() < smallest_rank ? g : g + sign(weights[i]) * rate;
    });
  }
};

// As if rate * sum(w²) were part of the loss (Keras' factor: the gradient is 2 * rate * w).
struct l2 {
  double rate = 0.01;
  int smallest_rank = 2;
  constexpr void operator()(const vec<value>& weights, vec<value>& gradients) const {
    detail::change(gradients, [&](int i, value g) {
      detail::check_amount(g, "l2", "rate", rate);
      return weights[i].rank() < smallest_rank ? g : g + weights[i] * (2 * rate);
    });
  }
};

}  // namespace igata::inline IGATA_ABI::optim
