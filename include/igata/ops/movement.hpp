// Primitives that only change how elements are addressed: reshape, transpose, broadcast_to, reverse, stop_gradient; slice has a file of its own.
//
//   value rows = reshape(x, {4, -1});        one extent may be -1; the batch stays the first
//   value t = transpose(x, {1, 0});
#pragma once
#include "binary.hpp"

namespace igata::inline IGATA_ABI::ir {

template <>
struct rule<op::reshape> {
  static constexpr void infer(graph& g, node& v, source at) {
    const node& x = g.operand_node(v, 0);
    v.type = x.type;
    if (v.dims.count() != x.dims.count() || v.dims.rows_of != x.dims.rows_of)
      g.fail("reshape", text() << x.dims << " to " << v.dims << " changes the number of elements; the product of the extents must stay", at);
  }
  static constexpr void evaluate(const evaluation& e) { e.out = e.in(0); }
  static constexpr void gradient(backward& b);
};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

// To exactly these dims, the batch axis included.
constexpr value reshape_to(value x, const shape& dims, source at = source::here()) {
  if (!x.valid() || x.dims() == dims) return x;
  return ir::emit<ir::op::reshape>(x.owner(), {x}, {}, 0, at, x.type(), dims);
}
// The batch axis, where there is one, stays in front and is not named. One extent may be -1.
constexpr value reshape(value x, shape extents, source at = source::here()) {
  if (!x.valid()) return x;
  ir::graph& g = x.owner();
  const shape from = x.dims();
  if (extents.rank + (from.rows_of != no_symbol) > max_rank)
    return g.fail("reshape", text() << "to " << extents.rank << " extents; at most " << max_rank - (from.rows_of != no_symbol) << " beside the batch",
                  at),
           poison(g);
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
  const bool keeps_batch = from.rows_of && from[0] == 1;
  const long long total = from.count();
  if (open >= 0) {
    if (total % known)
      return g.fail("reshape", text() << from << " does not divide into extents of " << known << " elements", at), poison(g);
    extents[open] = static_cast<int>(total / known);
  }
  if (keeps_batch) return reshape_to(x, rows(extents, from.rows_of), at);
  extents.rows_of = from.rows_of;
  return reshape_to(x, extents, at);
}

}  // namespace igata::inline IGATA_ABI

namespace igata::inline IGATA_ABI::ir {

constexpr void rule<op::reshape>::gradient(backward& b) { b.add(0, reshape_to(b.dy, b.in(0).dims())); }

struct transpose_axis {
  IGATA_ATTRIBUTES(from = -1);
};

template <>
struct rule<op::transpose> {
  using attributes = per_axis<transpose_axis>;

  static constexpr void infer(graph& g, node& v, source at) {
    const node& x = g.operand_node(v, 0);
    v.type = x.type;
    v.dims = x.dims;
    const per_axis<transpose_axis> order = attributes_of<op::transpose>(g, v);
    bool seen[max_rank]{};
    for (int i = 0; i < x.dims.rank; ++i) {
      const int from = order.rank == x.dims.rank ? order[i].from : -1;
      if (from < 0 || from >= x.dims.rank || seen[from])
        return g.fail("transpose", text() << "the order must name each of the " << x.dims.rank << " axes once", at);
      seen[from] = true;
      v.dims[i] = x.dims[from];
    }
    if (x.dims.rows_of > 1 && order[0].from != 0)
      g.fail("transpose",
             text() << "would move the dim '" << g.view(g.symbols[x.dims.rows_of].name) << "' from the front; it must stay the first extent", at);
    else if (x.dims.rows_of && x.dims.rank && order[0].from != 0)
      g.fail("transpose", "would move the batch from the front; n must stay the first extent (needs batch<N>)", at);
  }
  static constexpr void evaluate(const evaluation& e) {
    const shape out = e.dims();
    const strides from(e.in_dims(0));
    const per_axis<transpose_axis> order = attributes_of<op::transpose>(e);
    for (int i = 0; i < e.out.size(); ++i) {
      long long at = 0;
      for (int axis = out.rank, rest = i; axis-- > 0; rest /= out[axis]) at += rest % out[axis] * from[order[axis].from];
      e.out[i] = e.in(0)[static_cast<int>(at)];
    }
  }
  static constexpr void gradient(backward& b);
};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

// order[i] is the axis of x that becomes axis i.
constexpr value transpose(value x, std::initializer_list<int> order, source at = source::here()) {
  if (!x.valid()) return x;
  ir::per_axis<ir::transpose_axis> axes;
  for (const int from : order)
    if (axes.rank < max_rank) axes.push({from});
  if (static_cast<int>(order.size()) > max_rank) axes.rank = 0;  // refused
  return ir::emit<ir::op::transpose>(x.owner(), {x}, axes, 0, at);
}

}  // namespace igata::inline IGATA_ABI

namespace igata::inline IGATA_ABI::ir {

constexpr void rule<op::transpose>::gradient(backward& b) {
  const per_axis<transpose_axis> order = attributes_of<op::transpose>(b);
  per_axis<transpose_axis> inverse = order;
  for (int i = 0; i < order.rank; ++i) inverse[order[i].from].from = i;
  b.add(0, emit<op::transpose>(b.g, {b.dy}, inverse, 0, {}));
}

template <>
struct rule<op::broadcast_to> {
  static constexpr void infer(graph& g, node& v, source at) {
    const node& x = g.operand_node(v, 0);
    v.type = x.type;
    const shape both = broadcast_shapes(g, "broadcast_to", x.dims, v.dims, at);
    if (!g.failed() && !(both == v.dims))
      g.fail("broadcast_to", text() << x.dims << " does not fit " << v.dims << "; extents must be equal or 1", at);
  }
  static constexpr void evaluate(const evaluation& e) {
    const broadcast_index from(e.dims(), e.in_dims(0));
    for (int i = 0; i < e.out.size(); ++i) e.out[i] = e.in(0)[from(i)];
  }
  static constexpr void gradient(backward& b);
};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

// Repeats extents of 1 up to `dims`. Of rows, the batch need not be named.
constexpr value broadcast_to(value x, const shape& dims, source at = source::here()) {
  if (x.dims().rows_of && !dims.rows_of) return broadcast_to(x, rows(dims, x.dims().rows_of), at);
  if (!x.valid() || x.dims() == dims) return x;
  return ir::emit<ir::op::broadcast_to>(x.owner(), {x}, {}, 0, at, x.type(), dims);
}

}  // namespace igata::inline IGATA_ABI

namespace igata::inline IGATA_ABI::ir {

// Of reductions too: bit i is axis i.
struct axes_attributes {
  IGATA_ATTRIBUTES(axis_mask = 0);
};

template <>
struct rule<op::reverse> {
  using attributes = axes_attributes;

  static constexpr void infer(graph& g, node& v, source at) {
    const node& x = g.operand_node(v, 0);
    v.type = x.type;
    v.dims = x.dims;
    if (x.dims.rows_of && attributes_of<op::reverse>(g, v).axis_mask & 1) refuse_symbol(g, "reverse", "of", x.dims.rows_of, at);
  }
  static constexpr void evaluate(const evaluation& e) {
    const shape out = e.dims();
    const strides from(out);
    const int mask = attributes_of<op::reverse>(e).axis_mask;
    for (int i = 0; i < e.out.size(); ++i) {
      long long at = 0;
      for (int axis = out.rank, rest = i; axis-- > 0; rest /= out[axis]) {
        const int place = rest % out[axis];
        at += (mask >> axis & 1 ? out[axis] - 1 - place : place) * from[axis];
      }
      e.out[i] = e.in(0)[static_cast<int>(at)];
    }
  }
  static constexpr void gradient(backward& b);
};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

// The axis in opposite order.
constexpr value reverse(value x, int axis, source at = source::here()) {
  if (!x.valid()) return x;
  axis = normalize_axis(x.owner(), "reverse", axis, x.rank(), at);
  return ir::emit<ir::op::reverse>(x.owner(), {x}, {.axis_mask = 1 << axis}, 0, at);
}

}  // namespace igata::inline IGATA_ABI

namespace igata::inline IGATA_ABI::ir {

constexpr void rule<op::reverse>::gradient(backward& b) { b.add(0, emit<op::reverse>(b.g, {b.dy}, attributes_of<op::reverse>(b), 0, {})); }

template <>
struct rule<op::stop_gradient> {
  static constexpr void infer(graph& g, node& v, source) {
    v.type = g.operand_node(v, 0).type;
    v.dims = g.operand_node(v, 0).dims;
  }
  static constexpr void evaluate(const evaluation& e) { e.out = e.in(0); }
  static constexpr void gradient(backward&) {}
};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

// x itself, through which no gradient flows.
constexpr value stop_gradient(value x, source at = source::here()) {
  return x.valid() ? ir::emit<ir::op::stop_gradient>(x.owner(), {x}, {}, 0, at) : x;
}

}  // namespace igata::inline IGATA_ABI
