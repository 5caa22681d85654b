// Parts of a tensor along its axes.
#pragma once
#include "emit.hpp"

namespace igata::inline IGATA_ABI::ir {

struct slice_axis {
  IGATA_ATTRIBUTES(begin = 0, step = 1);
};

// The result's extents are given.
template <>
struct rule<op::slice> {
  using attributes = per_axis<slice_axis>;

  static constexpr void infer(graph& g, node& v, source at) {
    const node& x = g.operand_node(v, 0);
    v.type = x.type;
    const per_axis<slice_axis> axes = attributes_of<op::slice>(g, v);
    if (v.dims.rank != x.dims.rank || axes.rank != x.dims.rank)
      return g.fail("slice", text() << "needs a range for each of the " << x.dims.rank << " axes", at);
    for (int i = 0; i < x.dims.rank; ++i) {
      const int begin = axes[i].begin, step = axes[i].step;
      if (i == 0 && x.dims.rows_of) {
        if (begin != 0 || step != 1 || v.dims[0] != x.dims[0] || v.dims.rows_of != x.dims.rows_of)
          refuse_symbol(g, "slice", "of", x.dims.rows_of, at);
      } else if (begin < 0 || step < 1 || v.dims[i] < 0 || (v.dims[i] > 0 && begin + (v.dims[i] - 1) * step >= x.dims[i])) {
        g.fail(
            "slice",
            text() << "axis " << i << ": " << v.dims[i] << " elements from " << begin << " by " << step << " reach outside [0, " << x.dims[i] << ")",
            at);
      }
    }
  }
  static constexpr void evaluate(const evaluation& e) {
    const shape out = e.dims();
    const strides from(e.in_dims(0));
    const per_axis<slice_axis> axes = attributes_of<op::slice>(e);
    for (int i = 0; i < e.out.size(); ++i) {
      long long at = 0;
      for (int axis = out.rank, rest = i; axis-- > 0; rest /= out[axis]) at += (axes[axis].begin + rest % out[axis] * axes[axis].step) * from[axis];
      e.out[i] = e.in(0)[static_cast<int>(at)];
    }
  }
  static constexpr void gradient(backward& b);
};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI::detail {

// A part of x along one axis.
constexpr value slice_axis_of(value x, int axis, int begin, int step, const shape& dims, source at) {
  per_axis<slice_axis> axes(dims.rank);
  axes[axis] = {begin, step};
  return emit<op::slice>(x.owner(), {x}, axes, 0, at, x.type(), dims);
}

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI {

// Elements begin, begin + step … before end, of one axis; negative numbers count from the end.
constexpr value slice(value x, int axis, int begin, int end, int step = 1, source at = source::here()) {
  if (!x.valid()) return x;
  ir::graph& g = x.owner();
  axis = normalize_axis(g, "slice", axis, x.rank(), at);
  if (g.failed()) return poison(g);
  shape dims = x.dims();
  if (axis == 0 && dims.rows_of) return refuse_symbol(g, "slice", "of", dims.rows_of, at), poison(g);
  const int extent = dims[axis];
  if (begin < 0) begin += extent;
  if (end < 0) end += extent;
  if (step < 1 || begin < 0 || end > extent || begin >= end)
    return g.fail("slice",
                  text() << "axis " << axis << ": from " << begin << " to " << end << " by " << step << " is no range inside [0, " << extent << ")",
                  at),
           poison(g);
  dims[axis] = (end - begin + step - 1) / step;
  return detail::slice_axis_of(x, axis, begin, step, dims, at);
}

}  // namespace igata::inline IGATA_ABI
