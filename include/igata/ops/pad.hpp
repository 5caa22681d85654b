// pad: a frame of one number around (and, for slices' gradients, between) elements; concat: tensors side by side on one axis.
//
//   value framed = pad(x, {{0, 0}, {1, 1}, {1, 1}, {0, 0}});
//   value both = concat({a, b}, -1);
#pragma once
#include "movement.hpp"
#include "slice.hpp"

namespace igata::inline IGATA_ABI::ir {

// Elements before and after an axis, and 1 + those between two neighbours.
struct pad_axis {
  IGATA_ATTRIBUTES(before = 0, after = 0, step = 1);
};

template <>
struct rule<op::pad> {
  using attributes = per_axis<pad_axis>;

  static constexpr void infer(graph& g, node& v, source at) {
    const node& x = g.operand_node(v, 0);
    const int rank = x.dims.rank;
    v.type = x.type;
    v.dims = x.dims;
    const per_axis<pad_axis> frame = attributes_of<op::pad>(g, v);
    if (frame.rank != rank) return g.fail("pad", text() << "needs {before, after} for each of the " << rank << " axes", at);
    for (int i = 0; i < rank; ++i) {
      const int before = frame[i].before, after = frame[i].after, step = frame[i].step;
      if (before < 0 || after < 0 || step < 1)
        return g.fail("pad", text() << "axis " << i << ": " << before << " before, " << after << " after; must not be negative", at);
      if (i == 0 && x.dims.rows_of) {
        if (before | after || step != 1) return refuse_symbol(g, "pad", "of", x.dims.rows_of, at);
        continue;
      }
      v.dims[i] = before + after + (x.dims[i] ? (x.dims[i] - 1) * step + 1 : 0);
    }
  }
  static constexpr void evaluate(const evaluation& e) {
    const shape in = e.in_dims(0);
    const strides to(e.dims());
    const per_axis<pad_axis> frame = attributes_of<op::pad>(e);
    for (double& x : e.out) x = e.v.number;
    for (int i = 0; i < e.in(0).size(); ++i) {
      long long at = 0;
      for (int axis = in.rank, rest = i; axis-- > 0; rest /= in[axis]) at += (frame[axis].before + rest % in[axis] * frame[axis].step) * to[axis];
      e.out[static_cast<int>(at)] = e.in(0)[i];
    }
  }
  static constexpr void gradient(backward& b);
};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

// Elements in front of and behind an axis.
struct padding_range {
  int before = 0, after = 0;
};
// One {before, after} for each axis; the batch axis takes {0, 0}.
constexpr value pad(value x, std::initializer_list<padding_range> ranges, double filling = 0, source at = source::here()) {
  if (!x.valid()) return x;
  const int rank = static_cast<int>(ranges.size());
  if (rank != x.rank())
    return x.owner().fail("pad", text() << "needs {before, after} for each of the " << x.rank() << " axes, got " << rank, at), poison(x.owner());
  ir::per_axis<ir::pad_axis> frame;
  for (const padding_range& r : ranges) frame.push({.before = r.before, .after = r.after});
  if (!is_number_of(filling, x.type()))
    return x.owner().fail("pad", text() << filling << " is no " << name_of(x.type()) << "; give a whole number", at), poison(x.owner());
  return ir::emit<ir::op::pad>(x.owner(), {x}, frame, held_in(filling, x.type()), at);
}

}  // namespace igata::inline IGATA_ABI

namespace igata::inline IGATA_ABI::ir {

constexpr void rule<op::pad>::gradient(backward& b) {
  const per_axis<pad_axis> frame = attributes_of<op::pad>(b);
  per_axis<slice_axis> inside;
  for (int i = 0; i < frame.rank; ++i) inside.push({.begin = frame[i].before, .step = frame[i].step});
  b.add(0, emit<op::slice>(b.g, {b.dy}, inside, 0, {}, b.in(0).type(), b.in(0).dims()));
}
constexpr void rule<op::slice>::gradient(backward& b) {
  const shape from = b.in(0).dims();
  const per_axis<slice_axis> part = attributes_of<op::slice>(b);
  per_axis<pad_axis> frame;
  for (int i = 0; i < part.rank; ++i) {
    const auto [begin, step] = part[i];
    const int last = begin + (b.v.dims[i] - 1) * step;
    frame.push({.before = begin, .after = i == 0 && from.rows_of ? 0 : from[i] - 1 - last, .step = step});
  }
  b.add(0, emit<op::pad>(b.g, {b.dy}, frame, 0, {}));
}

struct concat_attributes {
  IGATA_ATTRIBUTES(axis = 0);
};

template <>
struct rule<op::concat> {
  using attributes = concat_attributes;

  static constexpr void infer(graph& g, node& v, source at) {
    const int axis = attributes_of<op::concat>(g, v).axis;
    const node& first = g.operand_node(v, 0);
    v.type = first.type;
    v.dims = first.dims;
    if (axis == 0 && v.dims.rows_of) return refuse_symbol(g, "concat", "on", v.dims.rows_of, at);
    for (int k = 1; k < v.arity; ++k) {
      const node& x = g.operand_node(v, k);
      bool fits = x.dims.rank == v.dims.rank && x.dims.rows_of == v.dims.rows_of && x.type == v.type;
      for (int i = 0; i < v.dims.rank && fits; ++i) fits = i == axis || x.dims[i] == v.dims[i];
      if (!fits)
        return g.fail("concat", text() << "operand " << k << ": " << name_of(x.type) << x.dims << " vs " << name_of(v.type) << first.dims
                                       << "; types and all extents but axis " << axis << " must be equal", at);
      v.dims[axis] += x.dims[axis];
    }
  }
  static constexpr void evaluate(const evaluation& e) {
    const int axis = attributes_of<op::concat>(e).axis;
    const shape out = e.dims();
    long long outer = 1, inner = 1;
    for (int i = 0; i < axis; ++i) outer *= out[i];
    for (int i = axis + 1; i < out.rank; ++i) inner *= out[i];
    long long offset = 0;
    for (int k = 0; k < e.v.arity; ++k) {
      const long long run = e.in_dims(k)[axis] * inner;
      for (long long o = 0; o < outer; ++o)
        for (long long i = 0; i < run; ++i) e.out[static_cast<int>(o * out[axis] * inner + offset + i)] = e.in(k)[static_cast<int>(o * run + i)];
      offset += run;
    }
  }
  static constexpr void gradient(backward& b) {
    const int axis = attributes_of<op::concat>(b).axis;
    int begin = 0;
    for (int k = 0; k < b.v.arity; ++k) {
      const shape dims = b.in(k).dims();
      if (b.wanted(k)) b.add(k, detail::slice_axis_of(b.dy, axis, begin, 1, dims, {}));
      begin += dims[axis];
    }
  }
};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

constexpr value concat(const value* parts, int count, int axis, source at) {
  int known = 0;  // an empty part is refused by the graph of the others
  while (known < count && !parts[known].valid()) ++known;
  if (known == count) return {};
  ir::graph& g = parts[known].owner();
  axis = normalize_axis(g, "concat", axis, parts[known].rank(), at);
  return count == 1 ? parts[0] : ir::emit_list<ir::op::concat>(g, parts, count, {.axis = axis}, 0, at);
}
// One behind the other along an axis; types and all other extents must be equal.
constexpr value concat(std::initializer_list<value> parts, int axis = -1, source at = source::here()) {
  return concat(parts.begin(), static_cast<int>(parts.size()), axis, at);
}
constexpr value concat(const vec<value>& parts, int axis = -1, source at = source::here()) { return concat(parts.data(), parts.size(), axis, at); }

}  // namespace igata::inline IGATA_ABI
