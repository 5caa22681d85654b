// Pooling and its gradients.
#pragma once
#include "../../ops/pool2d.hpp"
#include "conv2d.hpp"

namespace igata::inline IGATA_ABI::detail {

// The part of a window's sum that is its mean, and whether padding is left out.
template <class Fields>
constexpr void set_pool(const step_writer& w, Fields& f, const shape& x, const shape& y) {
  f.g = planned_window(geometry_of(w.in.g, w.anchor(), x, y), x.rows_of);
  const pool2d_attributes a = attributes_of<op::avg_pool2d>(w);
  f.scale = 1.0f / static_cast<float>(a.kernel_h * a.kernel_w);
  f.exclude_padding = !a.include_padding;
}
constexpr void write_pool(step_writer& w, step_kind kind) {
  pool2d_fields<planned> f;
  set_pool(w, f, w.dims(0), w.anchor().dims);
  f.x = w.operand(0);
  f.y = w.result();
  w.add_step(kind, f);
}
constexpr void write_pool_grad(step_writer& w, step_kind kind, int dy) {
  pool2d_grad_fields<planned> f;
  set_pool(w, f, w.anchor().dims, w.dims(dy));
  f.x = w.operand(0);
  f.dy = w.operand(dy);
  f.dx = w.result();
  w.add_step(kind, f);
}

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::plan {

template <>
struct lowering<op::max_pool2d> : own_kernel {
  static constexpr void write(detail::step_writer& w) { detail::write_pool(w, step_kind::max_pool2d); }
};
template <>
struct lowering<op::avg_pool2d> : own_kernel {
  static constexpr void write(detail::step_writer& w) { detail::write_pool(w, step_kind::avg_pool2d); }
};
template <>
struct lowering<op::max_pool2d_grad> : own_kernel {
  static constexpr void write(detail::step_writer& w) { detail::write_pool_grad(w, step_kind::max_pool2d_grad, 1); }
};
template <>
struct lowering<op::avg_pool2d_grad> : own_kernel {
  static constexpr void write(detail::step_writer& w) { detail::write_pool_grad(w, step_kind::avg_pool2d_grad, 0); }
};

}  // namespace igata::inline IGATA_ABI::plan
