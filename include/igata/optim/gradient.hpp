// Changes of the gradients between differentiation and update; options of minimize, carried out in order.
//
//   s.minimize(loss, "*", optim::adam{}, optim::clip_by_global_norm{.limit = 1}, optim::l2{.rate = 1e-4});
#pragma once
#include "option.hpp"

namespace igata::inline IGATA_ABI::optim {

namespace detail {
// A power of two near 2^32 times the limit. Gradients are kept in this unit until they are clipped: then their squares do not overflow before their
// norm is 2^96 times the limit, and those that vanish are none of a norm near the limit.
constexpr double norm_unit(double limit) {
  double unit = 0x1p32;
  while (unit <= limit * 0x1p31 && unit < 0x1p96) unit *= 2;
  while (unit > limit * 0x1p32 && unit > 0x1p-62) unit /= 2;
  return unit;
}
constexpr value in_unit(value g, double limit) { return g * (1 / norm_unit(limit)); }
constexpr value squares(value g) { return reduce_sum(g * g); }
// What takes gradients back from the unit, and to the limit where their norm is above it.
constexpr value shrink(value squared_norm, double limit) { return limit / maximum(sqrt(squared_norm), limit / norm_unit(limit)); }

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
      const value part = detail::in_unit(g, limit);
      return part * detail::shrink(detail::squares(part), limit);
    });
  }
};

// All gradients together to a norm of `limit` at most (Pascanu, Mikolov, Bengio 2013).
struct clip_by_global_norm {
  double limit = 1;
  constexpr void operator()(const vec<value>&, vec<value>& gradients) const {
    value sum;
    detail::change(gradients, [&](int, value g) {
      detail::check_above(g, "clip_by_global_norm", "limit", limit);
      const value part = detail::in_unit(g, limit);
      sum = sum.valid() ? sum + detail::squares(part) : detail::squares(part);
      return part;
    });
    if (!sum.valid()) return;
    const value factor = detail::shrink(sum, limit);
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
