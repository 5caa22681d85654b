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
constexpr value in_unit(value g, double limit) { return igata::ir::widened(g, {}) * (1 / norm_unit(limit)); }  // of 16 bits it would vanish
constexpr value squares(value g) { return reduce_sum(g * g); }
// What takes gradients back from the unit, and to the limit where their norm is above it.
constexpr value shrink(value squared_norm, double limit) { return limit / maximum(sqrt(squared_norm), limit / norm_unit(limit)); }

template <class F>
constexpr void change(vec<value>& gradients, F f) {
  for (int i = 0; i < gradients.size(); ++i)
    if (gradients[i].valid()) gradients[i] = f(i, gradients[i]);
}
}  // namespace detail

// Each gradient is handed to the function that the program got by on_gradient, which may change it: an all-reduce, loss scaling, a look at it. Its
// place among the options decides: in front of a clipping it gets what differentiation gave. (PyTorch's DDP communication hook.)
//
//   training<net{}, …, optim::adam{}, optim::gradient_hook{}> t;
//   t.on_gradient([&](std::string_view parameter, std::span<float> gradient) { … });
//
// The gradients come in the same order in every step of a program, one after the other, in the thread that calls step.
struct gradient_hook {
  constexpr void operator()(const vec<value>& weights, vec<value>& gradients) const {
    int number = -1;
    detail::change(gradients, [&](int i, value g) {
      if (number < 0) number = igata::detail::calls_in(g.owner());
      return igata::detail::call_host(g, weights[i], number++);
    });
  }
};

// The update is that of the mean gradient of so many steps, the micro-batches, of which the last one updates; the others leave weights, the
// optimizer's state and its step counter as they are. With micro-batches of one size it is the update of one batch of all their rows. (Keras'
// gradient_accumulation_steps.) It keeps a slot "accumulated" for each parameter; batch norm's moving statistics follow every micro-batch.
struct gradient_accumulation {
  int steps = 2;
  // Whether this step updates.
  template <class Update>
  constexpr value operator()(Update& u, const vec<value>& weights, vec<value>& gradients) const {
    const value micro_step = u.counter("micro_step");
    detail::check_option(micro_step, "gradient_accumulation", "steps", steps, steps >= 1, "1 or more");
    if (!micro_step.valid() || micro_step.owner().failed()) return micro_step;
    const value next = micro_step + 1, updates = next >= steps;
    assign(micro_step, select(updates, 0, next));
    detail::change(gradients, [&](int i, value g) {
      u.set_parameter(leaf_index(g.owner(), weights[i].get()));
      const value kept = u.slot("accumulated"), sum = kept + g;
      assign(kept, select(updates, 0, sum));
      return sum * (1. / steps);
    });
    return updates;
  }
};

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
      return cast(part * detail::shrink(detail::squares(part), limit), g.type());
    });
  }
};

// All gradients together to a norm of `limit` at most (Pascanu, Mikolov, Bengio 2013).
struct clip_by_global_norm {
  double limit = 1;
  constexpr void operator()(const vec<value>& weights, vec<value>& gradients) const {
    value sum;
    detail::change(gradients, [&](int, value g) {
      detail::check_above(g, "clip_by_global_norm", "limit", limit);
      const value part = detail::in_unit(g, limit), squares = detail::squares(part);
      const dtype type = sum.valid() && sum.type() == f64 ? f64 : squares.type();  // where one is
      sum = sum.valid() ? cast(sum, type) + cast(squares, type) : squares;
      return part;
    });
    if (!sum.valid()) return;
    const value factor = detail::shrink(sum, limit);
    detail::change(gradients, [&](int i, value g) { return cast(g * cast(factor, g.type()), weights[i].type()); });
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
