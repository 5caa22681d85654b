// Elements of an axis by index.
#pragma once
#include "scatter.hpp"

namespace igata::inline IGATA_ABI::detail {

// `whole`: what has the axis that is chosen from.
constexpr void write_along_axis(step_writer& w, step_kind kind, const shape& whole, int axis) {
  const axis_split s(whole, axis);
  along_axis_fields<planned> f;
  f.outer = w.extent(s.outer, whole.rows_of);
  f.rows = whole[axis];
  f.count = w.dims(1)[axis];
  f.inner = s.inner;
  f.bytes = size_of(w.anchor().type);
  f.from = w.operand(0);
  f.index = w.operand(1);
  f.to = w.result();
  w.add_step(kind, f);
}

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::plan {

template <>
struct lowering<op::take_along_axis> : own_kernel {
  static constexpr void write(detail::step_writer& w) {
    detail::write_along_axis(w, step_kind::take_along_axis, w.dims(0), attributes_of<op::take_along_axis>(w).axis);
  }
};
template <>
struct lowering<op::put_along_axis> : own_kernel {
  static constexpr void write(detail::step_writer& w) {
    const shape& whole = w.anchor().dims;
    const put_along_axis_attributes a = attributes_of<op::put_along_axis>(w);
    if (w.anchor().arity == 2) return detail::write_along_axis(w, step_kind::add_along_axis, whole, a.axis);
    const detail::axis_split s(whole, a.axis);
    scatter_fields<planned> f;
    f.outer = w.extent(s.outer, whole.rows_of);
    f.count = w.extent(w.dims(1)[a.axis], no_symbol);
    f.rows = whole[a.axis];
    f.inner = s.inner;
    detail::write_scatter(w, a.how(), f);
  }
};

}  // namespace igata::inline IGATA_ABI::plan
