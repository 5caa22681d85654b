// Reductions over a set of axes. As primitives they keep the reduced extents as 1; the functions drop them unless told otherwise.
//
//   value m = reduce_mean(x, {1, 2});      value s = reduce_sum(x);      value c = argmax(x, -1);
#pragma once
#include "movement.hpp"
#include "select.hpp"

namespace igata::inline IGATA_ABI::detail {

// One function for all of them.
struct any_reduction {
  using attributes = axes_attributes;
  static constexpr int axes_of(const graph& g, const node& v) {  // the primitives' rules are not there yet
    return read_attributes<axes_attributes>(g.attributes.items + v.attributes, v.attribute_count).axis_mask;
  }
  static constexpr bool gives_index(op code) { return code == op::argmax || code == op::argmin; }

  static constexpr void infer(graph& g, node& v, source at) {
    const node& x = g.operand_node(v, 0);
    v.type = gives_index(v.code) ? i32 : x.type;
    if (!is_floating(x.type) && x.type != i32 && x.type != i64)
      return g.fail(name_of(v.code), needs_fractions(x.type), at);
    v.dims = x.dims;
    const int mask = axes_of(g, v);
    for (int i = 0; i < x.dims.rank; ++i)
      if (mask >> i & 1) {
        v.dims[i] = 1;
        if (i == 0) v.dims.rows_of = no_symbol;
      }
  }
  static constexpr void evaluate(const evaluation& e) {
    const shape in = e.in_dims(0), out = e.dims();
    const strides to(out);
    const op code = e.v.code;
    const int mask = axes_of(e.g, e.v);
    const bool largest = code == op::reduce_max || code == op::argmax, product = code == op::reduce_prod;
    const dtype type = e.g.operand_node(e.v, 0).type;
    const bool whole = is_whole(type);
    const std::uint64_t highest = ~std::uint64_t{0} >> 1;
    const double above = type == i64 ? held_as(highest, i64) : whole ? 2147483647.0 : math::infinity,
                 below = type == i64 ? held_as(~highest, i64) : whole ? -2147483648.0 : -math::infinity;
    const double one = holds_bits(type) ? held_as(std::uint64_t{1}, type) : 1.0;
    vec<double> best(e.out.size(), code == op::reduce_sum ? 0.0 : product ? one : largest ? below : above);
    vec<char> seen(e.out.size());
    for (double& x : e.out) x = best.empty() ? 0 : best[0];
    for (int i = 0; i < e.in(0).size(); ++i) {
      long long at = 0, place = 0, step = 1;
      for (int axis = in.rank, rest = i; axis-- > 0; rest /= in[axis]) {
        if (mask >> axis & 1) {
          place += rest % in[axis] * step;
          step *= in[axis];
        } else {
          at += rest % in[axis] * to[axis];
        }
      }
      const int o = static_cast<int>(at);
      const double x = e.in(0)[i];
      if (code == op::reduce_sum) {
        e.out[o] = whole ? held_as(whole_of(e.out[o], type) + whole_of(x, type), type) : e.out[o] + x;
      } else if (product) {
        e.out[o] = whole ? held_as(whole_of(e.out[o], type) * whole_of(x, type), type) : e.out[o] * x;
      } else {
        const auto is_above = [&](double p, double q) {
          return whole ? static_cast<std::int64_t>(whole_of(p, type)) > static_cast<std::int64_t>(whole_of(q, type)) : p > q;
        };
        const bool first_nan = !whole && math::is_nan(x) && !math::is_nan(best[o]), better = largest ? is_above(x, best[o]) : is_above(best[o], x);
        if (first_nan || better || !seen[o]) {
          best[o] = x;
          e.out[o] = gives_index(code) ? static_cast<double>(place) : x;
        }
        seen[o] = 1;
      }
    }
  }
};
template <op Code>
struct reduce_rule : any_reduction {
  static constexpr void gradient(backward& b);
};

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::ir {

template <> struct rule<op::reduce_sum> : detail::reduce_rule<op::reduce_sum> {};
template <> struct rule<op::reduce_prod> : detail::reduce_rule<op::reduce_prod> {};
template <> struct rule<op::reduce_max> : detail::reduce_rule<op::reduce_max> {};
template <> struct rule<op::reduce_min> : detail::reduce_rule<op::reduce_min> {};
template <> struct rule<op::argmax> : detail::reduce_rule<op::argmax> {};
template <> struct rule<op::argmin> : detail::reduce_rule<op::argmin> {};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

template <ir::op Code>
constexpr void detail::reduce_rule<Code>::gradient(ir::backward& b) {
  if constexpr (Code == ir::op::reduce_sum) {
    b.add(0, broadcast_to(b.dy, b.in(0).dims()));
  } else if constexpr (Code == ir::op::reduce_prod) {
    // The product of the others: of several zeros none, of a single one the product of all the rest.
    const value x = b.in(0), zero = x == 0, others = select(zero, 1, x);
    const value count = ir::emit<ir::op::reduce_sum>(b.g, {cast(zero, x.type())}, attributes_of<ir::op::reduce_sum>(b), 0, {});
    const value rest = ir::emit<ir::op::reduce_prod>(b.g, {others}, attributes_of<ir::op::reduce_prod>(b), 0, {});
    b.add(0, b.dy * select(zero, select(count == 1, rest, 0), b.y / others));
  } else if constexpr (Code == ir::op::reduce_max || Code == ir::op::reduce_min) {  // shared equally among equals
    const value equals = cast(b.in(0) == b.y, b.y.type());
    const value count = ir::emit<ir::op::reduce_sum>(b.g, {equals}, attributes_of<Code>(b), 0, {});
    b.add(0, equals * (b.dy / count));
  }
}

}  // namespace igata::inline IGATA_ABI

namespace igata::inline IGATA_ABI::ir {

// The axes of any reduction, as a bit mask.
constexpr int reduced_axes(const graph& g, const node& v) { return attributes_of<op::reduce_sum>(g, v).axis_mask; }

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

// Which axes to reduce; none named: all.
struct axes {
  int list[max_rank]{}, count = 0;
  constexpr axes() = default;
  constexpr axes(int axis) : list{axis}, count(1) {}
  constexpr axes(std::initializer_list<int> a) {
    for (const int i : a)
      if (count < max_rank) list[count++] = i;
  }
};

namespace detail {
constexpr int axis_mask(graph& g, std::string_view what, const axes& over, int rank, source at) {
  if (over.count == 0) return (1 << rank) - 1;
  int mask = 0;
  for (int i = 0; i < over.count; ++i) {
    const int bit = 1 << normalize_axis(g, what, over.list[i], rank, at);
    if (mask & bit) g.fail(what, text() << "axis " << over.list[i] << " is named twice", at);
    mask |= bit;
  }
  return mask;
}
constexpr value drop_axes(value x, int mask, source at) {
  shape dims;
  dims.rows_of = x.dims().rows_of;
  for (int i = 0; i < x.rank(); ++i)
    if (!(mask >> i & 1)) dims.push(x.dims()[i]);
  return reshape_to(x, dims, at);
}
constexpr value reduce(op code, value x, const axes& over, bool keep, source at) {
  if (!x.valid()) return x;
  const int mask = axis_mask(x.owner(), name_of(code), over, x.rank(), at);
  if (mask == 0) return x;
  const double half = x.type() == u64 ? 0x1p63 : 0x1p31;  // types with a sign order those without from which it is taken
  const bool moves = (x.type() == u32 || x.type() == u64) && code != op::reduce_sum && code != op::reduce_prod;
  const value from = widened_for_kernels(moves ? x + half : x, at);
  value y = emit_node(x.owner(), code, any_reduction::infer, &from, 1, run_of(axes_attributes{.axis_mask = mask}), 0, at, f32, {});
  if (!any_reduction::gives_index(code)) {
    y = narrowed_as(y, x.type(), at);
    if (moves) y = y + half;
  }
  return keep || !y.valid() ? y : drop_axes(y, mask, at);
}
constexpr value reduce_mask(op code, value mask, std::string_view what, const axes& over, bool keep, source at) {
  if (!mask.valid()) return mask;
  if (mask.type() != boolean)
    return mask.owner().fail(what, text() << "needs bool, got " << name_of(mask.type()) << "; compare first", at), poison(mask.owner());
  return reduce(code, cast(mask, i32, at), over, keep, at) != 0;
}
}  // namespace detail

// Over the named axes, all if none is named; keep: with extent 1 in their place. Sums of whole numbers wrap to their type.
constexpr value reduce_sum(value x, axes over = {}, bool keep = false, source at = source::here()) {
  return detail::reduce(ir::op::reduce_sum, x, over, keep, at);
}
// As reduce_sum. Its gradient is exact at zeros; that of its gradient is not.
constexpr value reduce_prod(value x, axes over = {}, bool keep = false, source at = source::here()) {
  return detail::reduce(ir::op::reduce_prod, x, over, keep, at);
}
// As reduce_sum; equal elements share the gradient.
constexpr value reduce_max(value x, axes over = {}, bool keep = false, source at = source::here()) {
  return detail::reduce(ir::op::reduce_max, x, over, keep, at);
}
// As reduce_max.
constexpr value reduce_min(value x, axes over = {}, bool keep = false, source at = source::here()) {
  return detail::reduce(ir::op::reduce_min, x, over, keep, at);
}
// Index of the first largest element of an axis, i32.
constexpr value argmax(value x, int axis = -1, bool keep = false, source at = source::here()) {
  return detail::reduce(ir::op::argmax, x, axis, keep, at);
}
// Index of the first smallest element of an axis, i32.
constexpr value argmin(value x, int axis = -1, bool keep = false, source at = source::here()) {
  return detail::reduce(ir::op::argmin, x, axis, keep, at);
}

// Of a mask: whether any element holds, whether all do.
constexpr value reduce_any(value mask, axes over = {}, bool keep = false, source at = source::here()) {
  return detail::reduce_mask(ir::op::reduce_max, mask, "reduce_any", over, keep, at);
}
constexpr value reduce_all(value mask, axes over = {}, bool keep = false, source at = source::here()) {
  return detail::reduce_mask(ir::op::reduce_min, mask, "reduce_all", over, keep, at);
}

// Divides by the true number of elements: a partial batch's own n.
constexpr value reduce_mean(value x, axes over = {}, bool keep = false, source at = source::here()) {
  if (!x.valid()) return x;
  if (is_half(x.type())) return cast(reduce_mean(cast(x, f32, at), over, keep, at), x.type(), at);
  if (!is_floating(x.type()))
    return x.owner().fail("reduce_mean", ir::needs_fractions(x.type()), at), poison(x.owner());
  const int mask = detail::axis_mask(x.owner(), "reduce_mean", over, x.rank(), at);
  double count = 1;
  for (int i = 0; i < x.rank(); ++i)
    if (mask >> i & 1) count *= x.dims()[i];
  const value sum = reduce_sum(x, over, keep, at);
  if (!sum.valid()) return sum;
  if (x.dims().rows_of && mask & 1) {
    const value rows = cast(batch_size(x.owner(), x.dims().rows_of), x.type(), at);
    return sum / (count == 1 ? rows : rows * count);
  }
  return sum * (1 / count);
}

constexpr value sum_to(value x, const shape& dims) {
  if (!x.valid() || x.dims() == dims) return x;
  const shape from = x.dims();
  const int shift = from.rank - dims.rank;
  int mask = 0;
  for (int i = 0; i < from.rank; ++i) {
    const bool had_one = i < shift || (dims[i - shift] == 1 && !(i - shift == 0 && dims.rows_of));
    const bool is_one = from[i] == 1 && !(i == 0 && from.rows_of);
    if (had_one && !is_one) mask |= 1 << i;
  }
  const value sum =
      mask ? ir::narrowed_as(ir::emit<ir::op::reduce_sum>(x.owner(), {ir::widened(x, {})}, {.axis_mask = mask}, 0, {}), x.type(), {}) : x;
  return reshape_to(sum, dims);
}

}  // namespace igata::inline IGATA_ABI

namespace igata::inline IGATA_ABI::ir {

constexpr void rule<op::broadcast_to>::gradient(backward& b) { b.add(0, sum_to(b.dy, b.in(0).dims())); }

}  // namespace igata::inline IGATA_ABI::ir
