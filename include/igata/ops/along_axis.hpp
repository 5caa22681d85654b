// take_along_axis: an element of an axis for every index; add_along_axis, its gradient: elements added where an index says. (NumPy; PyTorch's
// take_along_dim and gather, ONNX GatherElements.)
//
//   value best = take_along_axis(q, action, 1);      q f32 [n, actions], action i32 [n, 1]: [n, 1]
//
// As for gather, an index that an input holds must lie inside the axis: a call with another one is refused. One that is computed and lies outside
// chooses zero, and nothing is added for it.
#pragma once
#include "gather.hpp"

namespace igata::inline IGATA_ABI::detail {

// Calls f with the index's place, and that of the element it chooses, or -1. `from`: of the axis that is chosen from.
template <class F>
constexpr void for_each_along(const vec<double>& index, const shape& dims, const shape& from, int axis, F f) {
  int inner = 1;
  for (int i = axis + 1; i < dims.rank; ++i) inner *= dims[i];
  for (int i = 0; i < index.size(); ++i) {
    const int row = row_of(index[i], from[axis]);
    f(i, row < 0 ? -1 : (i / (inner * dims[axis]) * from[axis] + row) * inner + i % inner);
  }
}

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::ir {

struct along_axis_attributes {
  IGATA_ATTRIBUTES(axis = 0);
};

template <>
struct rule<op::take_along_axis> {  // (x, index)
  using attributes = along_axis_attributes;

  static constexpr void infer(graph& g, node& v, source at) {
    const node &x = g.operand_node(v, 0), &index = g.operand_node(v, 1);
    const int axis = attributes_of<op::take_along_axis>(g, v).axis;
    v.type = x.type;
    v.dims = index.dims;
    if (index.type != i32)
      return g.fail("take_along_axis", text() << "the index must be whole numbers, got " << name_of(index.type) << "; cast(x, i32)", at);
    bool fits = x.dims.rank == index.dims.rank;
    for (int i = 0; i < x.dims.rank && fits; ++i) fits = i == axis || (x.dims[i] == index.dims[i] && (i > 0 || x.dims.rows_of == index.dims.rows_of));
    if (!fits)
      return g.fail(
          "take_along_axis",
          text() << x.dims << " by index " << index.dims << " along axis " << axis << "; all other extents must be equal: broadcast_to or reshape",
          at);
    if (axis == 0 && (x.dims.rows_of || index.dims.rows_of))
      refuse_symbol(g, "take_along_axis", "along", x.dims.rows_of ? x.dims.rows_of : index.dims.rows_of, at);
  }
  static constexpr void evaluate(const evaluation& e) {
    detail::for_each_along(e.in(1), e.dims(), e.in_dims(0), attributes_of<op::take_along_axis>(e).axis,
                           [&](int i, int from) { e.out[i] = from < 0 ? 0 : e.in(0)[from]; });
  }
  static constexpr void gradient(backward& b);
};
template <>
struct rule<op::add_along_axis> {  // (values, index) -> zeros and sums of values; the dims are given
  using attributes = along_axis_attributes;

  static constexpr void infer(graph& g, node& v, source at) {
    const node &values = g.operand_node(v, 0), &index = g.operand_node(v, 1);
    const int axis = attributes_of<op::add_along_axis>(g, v).axis;
    v.type = values.type;
    bool fits = index.type == i32 && values.dims == index.dims && v.dims.rank == values.dims.rank && axis >= 0 && axis < v.dims.rank;
    for (int i = 0; i < v.dims.rank && fits; ++i)
      fits = i == axis || (v.dims[i] == values.dims[i] && (i > 0 || v.dims.rows_of == values.dims.rows_of));
    needs_shape(g, v, fits, at);
  }
  static constexpr void evaluate(const evaluation& e) {
    detail::for_each_along(e.in(1), e.in_dims(1), e.dims(), attributes_of<op::add_along_axis>(e).axis, [&](int i, int to) {
      if (to >= 0) e.out[to] += e.in(0)[i];
    });
  }
  static constexpr void gradient(backward& b) {
    b.add(0, emit<op::take_along_axis>(b.g, {b.dy, b.in(1)}, attributes_of<op::add_along_axis>(b), 0, {}));
  }
};

constexpr void rule<op::take_along_axis>::gradient(backward& b) {
  const value dy = widened(b.dy, {}),
              sum = emit<op::add_along_axis>(b.g, {dy, b.in(1)}, attributes_of<op::take_along_axis>(b), 0, {}, dy.type(), b.in(0).dims());
  b.add(0, narrowed_as(sum, b.dy.type(), {}));
}

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

// x and an index of whole numbers and the same rank, whose extents are equal but along the axis: y[…, j, …] = x[…, index[…, j, …], …], of the index's
// shape.
constexpr value take_along_axis(value x, value index, int axis, source at = source::here()) {
  if (!x.valid()) return x;
  ir::graph& g = x.owner();
  axis = normalize_axis(g, "take_along_axis", axis, x.rank(), at);
  if (g.failed()) return poison(g);
  index = as_index(index, true, at);
  const value y = ir::emit<ir::op::take_along_axis>(g, {x, index}, {.axis = axis}, 0, at);
  if (y.valid()) limit_index(index, x.extent(axis), "take_along_axis", at);
  return y;
}

}  // namespace igata::inline IGATA_ABI
