// Primitives that only change how elements are addressed: reshape, transpose, broadcast_to, slice, reverse, stop_gradient.
//
//   value rows = reshape(x, {4, -1});        one extent may be -1; the batch stays the first
//   value t = transpose(x, {1, 0});
#pragma once
#include "binary.hpp"

namespace igata::inline IGATA_ABI {

template <>
struct rule<op::reshape> {
  static constexpr void infer(graph& g, node& v, source at) {
    const node& x = g.operand_node(v, 0);
    v.type = x.type;
    if (v.dims.count() != x.dims.count() || v.dims.batched != x.dims.batched)
      g.fail("reshape", text() << x.dims << " to " << v.dims << " changes the number of elements; the product of the extents must stay", at);
  }
  static constexpr void evaluate(const evaluation& e) { e.out = e.in(0); }
  static constexpr void gradient(backward& b);
};
// To exactly these dims, the batch axis included.
constexpr value reshape_to(value x, const shape& dims, source at = source::here()) {
  if (!x.valid() || x.dims() == dims) return x;
  return emit<op::reshape>(x.owner(), {x}, {}, 0, at, x.type(), dims);
}
// The batch axis, where there is one, stays in front and is not named. One extent may be -1.
constexpr value reshape(value x, shape extents, source at = source::here()) {
  if (!x.valid()) return x;
  graph& g = x.owner();
  const shape from = x.dims();
  if (extents.rank + from.batched > max_rank)
    return g.fail("reshape", text() << "to " << extents.rank << " extents; at most " << max_rank - from.batched << " beside the batch", at), poison(g);
  long long known = 1;
  int open = -1;
  for (int i = 0; i < extents.rank; ++i) {
    if (extents[i] < -1 || extents[i] == 0)
      return g.fail("reshape", text() << from << " to " << extents << "; extents must be 1 or more, or -1 for what is left", at), poison(g);
    if (extents[i] != -1) {
      known *= extents[i];
      continue;
    }
    if (open >= 0) return g.fail("reshape", "only one extent may be -1", at), poison(g);
    open = i;
  }
  const bool keeps_batch = from.batched && from[0] == 1;
  const long long total = from.count();
  if (open >= 0) {
    if (total % known)
      return g.fail("reshape", text() << from << " does not divide into extents of " << known << " elements", at), poison(g);
    extents[open] = static_cast<int>(total / known);
  }
  if (keeps_batch) return reshape_to(x, rows(extents), at);
  extents.batched = from.batched;
  return reshape_to(x, extents, at);
}
constexpr void rule<op::reshape>::gradient(backward& b) { b.add(0, reshape_to(b.dy, b.in(0).dims())); }

template <>
struct rule<op::transpose> {
  static constexpr void infer(graph& g, node& v, source at) {
    const node& x = g.operand_node(v, 0);
    v.type = x.type;
    v.dims = x.dims;
    bool seen[max_rank]{};
    for (int i = 0; i < x.dims.rank; ++i) {
      const int from = v.attribute_count == x.dims.rank ? g.attribute(v, i) : -1;
      if (from < 0 || from >= x.dims.rank || seen[from])
        return g.fail("transpose", text() << "the order must name each of the " << x.dims.rank << " axes once", at);
      seen[from] = true;
      v.dims[i] = x.dims[from];
    }
    if (x.dims.batched && x.dims.rank && g.attribute(v, 0) != 0)
      g.fail("transpose", "would move the batch from the front; n must stay the first extent (needs batch<N>)", at);
  }
  static constexpr void evaluate(const evaluation& e) {
    const shape out = e.dims();
    const strides from(e.in_dims(0));
    for (int i = 0; i < e.out.size(); ++i) {
      long long at = 0;
      for (int axis = out.rank, rest = i; axis-- > 0; rest /= out[axis]) at += rest % out[axis] * from[e.attribute(axis)];
      e.out[i] = e.in(0)[static_cast<int>(at)];
    }
  }
  static constexpr void gradient(backward& b);
};
// order[i] is the axis of x that becomes axis i.
constexpr value transpose(value x, std::initializer_list<int> order, source at = source::here()) {
  return x.valid() ? emit_list<op::transpose>(x.owner(), &x, 1, order.begin(), static_cast<int>(order.size()), 0, at) : x;
}
constexpr void rule<op::transpose>::gradient(backward& b) {
  int inverse[max_rank]{};
  for (int i = 0; i < b.v.attribute_count; ++i) inverse[b.attribute(i)] = i;
  b.add(0, emit_list<op::transpose>(b.g, &b.dy, 1, inverse, b.v.attribute_count, 0, {}));
}

template <>
struct rule<op::broadcast_to> {
  static constexpr void infer(graph& g, node& v, source at) {
    const node& x = g.operand_node(v, 0);
    v.type = x.type;
    const shape both = broadcast_shapes(g, "broadcast_to", x.dims, v.dims, at);
    if (!g.failed() && !(both == v.dims)) g.fail("broadcast_to", text() << x.dims << " does not fit " << v.dims << "; extents must be equal or 1", at);
  }
  static constexpr void evaluate(const evaluation& e) {
    const broadcast_index from(e.dims(), e.in_dims(0));
    for (int i = 0; i < e.out.size(); ++i) e.out[i] = e.in(0)[from(i)];
  }
  static constexpr void gradient(backward& b);
};
// Repeats extents of 1 up to `dims`. Of rows, the batch need not be named.
constexpr value broadcast_to(value x, const shape& dims, source at = source::here()) {
  if (x.dims().batched && !dims.batched) return broadcast_to(x, rows(dims), at);
  if (!x.valid() || x.dims() == dims) return x;
  return emit<op::broadcast_to>(x.owner(), {x}, {}, 0, at, x.type(), dims);
}

// Attributes: begin of each axis, then step of each axis. The result's extents are given.
template <>
struct rule<op::slice> {
  static constexpr void infer(graph& g, node& v, source at) {
    const node& x = g.operand_node(v, 0);
    v.type = x.type;
    if (v.dims.rank != x.dims.rank || v.attribute_count != 2 * x.dims.rank)
      return g.fail("slice", text() << "needs a range for each of the " << x.dims.rank << " axes", at);
    for (int i = 0; i < x.dims.rank; ++i) {
      const int begin = g.attribute(v, i), step = g.attribute(v, x.dims.rank + i);
      if (i == 0 && x.dims.batched) {
        if (begin != 0 || step != 1 || v.dims[0] != x.dims[0] || !v.dims.batched) g.fail("slice", "of the batch axis; n is not a number (needs batch<N>)", at);
      } else if (begin < 0 || step < 1 || v.dims[i] < 0 || (v.dims[i] > 0 && begin + (v.dims[i] - 1) * step >= x.dims[i])) {
        g.fail("slice", text() << "axis " << i << ": " << v.dims[i] << " elements from " << begin << " by " << step << " reach outside [0, " << x.dims[i] << ")", at);
      }
    }
  }
  static constexpr void evaluate(const evaluation& e) {
    const shape out = e.dims();
    const strides from(e.in_dims(0));
    for (int i = 0; i < e.out.size(); ++i) {
      long long at = 0;
      for (int axis = out.rank, rest = i; axis-- > 0; rest /= out[axis])
        at += (e.attribute(axis) + rest % out[axis] * e.attribute(out.rank + axis)) * from[axis];
      e.out[i] = e.in(0)[static_cast<int>(at)];
    }
  }
  static constexpr void gradient(backward& b);
};
// Elements begin, begin + step … before end, of one axis; negative numbers count from the end.
constexpr value slice(value x, int axis, int begin, int end, int step = 1, source at = source::here()) {
  if (!x.valid()) return x;
  graph& g = x.owner();
  axis = normalize_axis(g, "slice", axis, x.rank(), at);
  if (g.failed()) return poison(g);
  shape dims = x.dims();
  if (axis == 0 && dims.batched) return g.fail("slice", "of the batch axis; n is not a number (needs batch<N>)", at), poison(g);
  const int extent = dims[axis];
  if (begin < 0) begin += extent;
  if (end < 0) end += extent;
  if (step < 1 || begin < 0 || end > extent || begin >= end)
    return g.fail("slice", text() << "axis " << axis << ": from " << begin << " to " << end << " by " << step << " is no range inside [0, " << extent << ")", at), poison(g);
  int attributes[2 * max_rank]{};
  for (int i = 0; i < dims.rank; ++i) attributes[dims.rank + i] = 1;
  attributes[axis] = begin;
  attributes[dims.rank + axis] = step;
  dims[axis] = (end - begin + step - 1) / step;
  return emit_list<op::slice>(g, &x, 1, attributes, 2 * dims.rank, 0, at, x.type(), dims);
}

template <>
struct rule<op::reverse> {  // attribute: bit mask of the axes
  static constexpr void infer(graph& g, node& v, source at) {
    const node& x = g.operand_node(v, 0);
    v.type = x.type;
    v.dims = x.dims;
    if (x.dims.batched && g.attribute(v, 0) & 1) g.fail("reverse", "of the batch axis; n is not a number (needs batch<N>)", at);
  }
  static constexpr void evaluate(const evaluation& e) {
    const shape out = e.dims();
    const strides from(out);
    for (int i = 0; i < e.out.size(); ++i) {
      long long at = 0;
      for (int axis = out.rank, rest = i; axis-- > 0; rest /= out[axis]) {
        const int place = rest % out[axis];
        at += (e.attribute(0) >> axis & 1 ? out[axis] - 1 - place : place) * from[axis];
      }
      e.out[i] = e.in(0)[static_cast<int>(at)];
    }
  }
  static constexpr void gradient(backward& b);
};
// The axis in opposite order.
constexpr value reverse(value x, int axis, source at = source::here()) {
  if (!x.valid()) return x;
  axis = normalize_axis(x.owner(), "reverse", axis, x.rank(), at);
  return emit<op::reverse>(x.owner(), {x}, {1 << axis}, 0, at);
}
constexpr void rule<op::reverse>::gradient(backward& b) { b.add(0, emit<op::reverse>(b.g, {b.dy}, {b.attribute(0)}, 0, {})); }

template <>
struct rule<op::stop_gradient> {
  static constexpr void infer(graph& g, node& v, source) {
    v.type = g.operand_node(v, 0).type;
    v.dims = g.operand_node(v, 0).dims;
  }
  static constexpr void evaluate(const evaluation& e) { e.out = e.in(0); }
  static constexpr void gradient(backward&) {}
};
// x itself, through which no gradient flows.
constexpr value stop_gradient(value x, source at = source::here()) { return x.valid() ? emit<op::stop_gradient>(x.owner(), {x}, {}, 0, at) : x; }

}  // namespace igata::inline IGATA_ABI
