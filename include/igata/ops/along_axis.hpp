// take_along_axis: an element of an axis for every index; put_along_axis: elements put where an index says. Each is what the other's gradient needs.
// (NumPy; PyTorch's gather and scatter, ONNX GatherElements and ScatterElements.)
//
//   value best = take_along_axis(q, action, 1);               q f32 [n, actions], action i32 [n, 1]: [n, 1]
//   value q2 = put_along_axis(q, action, best * 0.9, 1);      [n, actions]
//
// As for gather, an index that an input holds must lie inside the axis: a call with another one is refused. One that is computed and lies outside
// chooses zero, and nothing is put for it.
#pragma once
#include "gather.hpp"
#include "pad.hpp"

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
struct put_along_axis_attributes : scatter_attributes {
  using shared = scatter_attributes;
  IGATA_ATTRIBUTES(axis = 0);
};

template <>
struct rule<op::put_along_axis> {  // (values, index) or (values, index, x) -> x; the dims are given
  using attributes = put_along_axis_attributes;

  static constexpr void infer(graph& g, node& v, source at) {
    const node &values = g.operand_node(v, 0), &index = g.operand_node(v, 1);
    const put_along_axis_attributes a = attributes_of<op::put_along_axis>(g, v);
    v.type = values.type;
    bool fits =
        detail::may_scatter(g, v, a.how()) && values.dims == index.dims && v.dims.rank == values.dims.rank && a.axis >= 0 && a.axis < v.dims.rank;
    for (int i = 0; i < v.dims.rank && fits; ++i)
      fits = i == a.axis || (v.dims[i] == values.dims[i] && (i > 0 || v.dims.rows_of == values.dims.rows_of));
    needs_shape(g, v, fits, at);
  }
  static constexpr void evaluate(const evaluation& e) {
    const put_along_axis_attributes a = attributes_of<op::put_along_axis>(e);
    detail::start_scatter(e);
    detail::for_each_along(e.in(1), e.in_dims(1), e.dims(), a.axis, [&](int i, int to) {
      if (to >= 0) e.out[to] = detail::reduced(e.out[to], e.in(0)[i], a.how(), e.v.type);
    });
  }
  static constexpr void gradient(backward& b) {
    put_along_axis_attributes a = attributes_of<op::put_along_axis>(b);
    const value index = b.in(1);
    const auto positions = [&] {
      shape column;
      for (int i = 0; i < index.rank(); ++i) column.push(i == a.axis ? index.dims()[i] : 1);
      return broadcast_to(reshape_to(iota(b.g, column[a.axis]), column), index.dims());
    };
    const auto chosen = [&](value x) { return emit<op::take_along_axis>(b.g, {x, index}, {.axis = a.axis}, 0, {}); };
    const auto put = [&](value x, value there, scatter_reduction how) {
      a.reduction = static_cast<int>(how);
      return emit<op::put_along_axis>(b.g, {x, index, there}, a, 0, {}, x.type(), there.dims());
    };
    detail::scatter_gradient(b, a.how(), chosen, put, positions, b.v.dims);
  }
};

constexpr void rule<op::take_along_axis>::gradient(backward& b) {
  put_along_axis_attributes a;
  a.axis = attributes_of<op::take_along_axis>(b).axis;
  const value dy = widened(b.dy, {}), sum = emit<op::put_along_axis>(b.g, {dy, b.in(1)}, a, 0, {}, dy.type(), b.in(0).dims());
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

// x with values where an index of their shape says: y[…, index[…, j, …], …] = values[…, j, …]. Both have the extents of x but along the axis; behind
// the last row of another axis they may have fewer. The order is that of the index.
constexpr value put_along_axis(value x, value index, value values, int axis, scatter_reduction how = scatter_reduction::none,
                               source at = source::here()) {
  index = as_index(index, true, at);
  if (!x.valid() || !index.valid() || !values.valid()) return x.valid() ? index.valid() ? values : index : x;
  ir::graph& g = x.owner();
  axis = normalize_axis(g, "put_along_axis", axis, x.rank(), at);
  if (g.failed()) return poison(g);
  if (index.type() != i32)
    return g.fail("put_along_axis", text() << "the index must be whole numbers, got " << name_of(index.type()) << "; cast(x, i32)", at), poison(g);
  const shape dims = x.dims(), from = index.dims();
  if (axis == 0 && (dims.rows_of || from.rows_of))
    return ir::refuse_symbol(g, "put_along_axis", "along", dims.rows_of ? dims.rows_of : from.rows_of, at), poison(g);
  bool fits = from == values.dims() && from.rank == dims.rank && from.rows_of == dims.rows_of, smaller = false;
  ir::per_axis<ir::pad_axis> behind(from.rank);
  for (int i = 0; i < dims.rank && fits; ++i) {
    fits = i == axis || from[i] == dims[i] || (from[i] < dims[i] && !(i == 0 && dims.rows_of));
    if (i != axis && from[i] < dims[i]) behind[i].after = dims[i] - from[i], smaller = true;
  }
  if (!fits)
    return g.fail("put_along_axis",
                  text() << "values " << values.dims() << " by index " << from << " into " << dims << " along axis " << axis
                         << "; both must be of one shape, and no larger beside the axis: broadcast_to or slice", at),
           poison(g);
  limit_index(index, dims[axis], "put_along_axis", at);
  if (smaller) {  // what is put for the rest lies outside
    index = ir::emit<ir::op::pad>(g, {index}, behind, -1, at);
    values = ir::emit<ir::op::pad>(g, {values}, behind, 0, at);
  }
  return detail::scattered(x, values, how, "put_along_axis", at, [&](value v, value there) {
    ir::put_along_axis_attributes a;
    a.reduction = static_cast<int>(how), a.axis = axis;
    return ir::emit<ir::op::put_along_axis>(g, {v, index, there}, a, 0, at, v.type(), dims);
  });
}

}  // namespace igata::inline IGATA_ABI
