// Functions along axes, made of primitives: moveaxis, logsumexp, norm, normalize, hardmax, tile; and isnan, isinf, eye.
//
//   value z = logsumexp(scores, -1);      value unit = normalize(x, {.p = 2, .axis = -1});
#pragma once
#include <limits>  // numeric_limits

#include "../ops/state.hpp"

namespace igata::inline IGATA_ABI {

// Axis `from` comes to stand at `to`; the others keep their order. (NumPy; PyTorch's movedim.)
constexpr value moveaxis(value x, int from, int to, source at = source::here()) {
  if (!x.valid()) return x;
  ir::graph& g = x.owner();
  const ir::library_call call(x, at);
  from = ir::normalize_axis(g, "moveaxis", from, x.rank(), at);
  to = ir::normalize_axis(g, "moveaxis", to, x.rank(), at);
  if (g.failed()) return ir::poison(g);
  if (from == to) return x;
  ir::per_axis<ir::transpose_axis> order;
  for (int i = 0, next = 0; i < x.rank(); ++i) {
    if (i == to) {
      order.push({from});
      continue;
    }
    if (next == from) ++next;
    order.push({next++});
  }
  return ir::emit<ir::op::transpose>(g, {x}, order, 0, at);
}

constexpr value isnan(value x, source at = source::here()) {
  const ir::library_call call(x, at);
  return x != x;
}
constexpr value isinf(value x, source at = source::here()) {
  const ir::library_call call(x, at);
  return abs(x) > (x.type() == f64 ? 1.79769313486231570815e308 : 3.40282346638528859812e38);
}

// [n, n] or [n, m]: ones on a diagonal, which begins in column `k`, zeros beside it.
constexpr value eye(ir::graph& g, int n, int m, int k = 0, dtype type = f32, source at = source::here()) {
  const value row = reshape_to(ir::iota(g, n, i32, at), {n, 1}), column = ir::iota(g, m, i32, at);
  return cast(row + k == column, type, at);
}

// log(sum(exp(x))) over the axes, without overflow. (PyTorch, SciPy.)
constexpr value logsumexp(value x, axes over = {}, bool keep = false, source at = source::here()) {
  if (!x.valid()) return x;
  const ir::library_call call(x, at);
  value most = stop_gradient(reduce_max(x, over, true));
  most = select(isinf(most), 0, most);
  const value y = log(reduce_sum(exp(x - most), over, true)) + most;
  if (keep || !y.valid()) return y;
  const int mask = detail::axis_mask(x.owner(), "logsumexp", over, x.rank(), at);
  return mask == 0 ? y : detail::drop_axes(y, mask, at);
}

namespace detail {
// Of a sum of powers, from 0 on. At 0 the slope is 0, not infinite.
constexpr value root(value sum, double p) {
  if (p == 1 || !sum.valid()) return sum;
  const value zero = sum == 0, inside = select(zero, 1, sum);
  return select(zero, 0, p == 2 ? sqrt(inside) : pow(inside, 1 / p));
}
constexpr value power_of_abs(value x, double p) { return p == 2 ? x * x : p == 1 ? abs(x) : pow(abs(x), p); }
}  // namespace detail

struct norm_options {
  double p = 2;  // above 0; infinity: the largest
  axes over = {};
  bool keep = false;
};
// The p-norm of the elements along the axes: (sum of |x|^p)^(1/p); of zeros its gradient is 0. (PyTorch's linalg.vector_norm, ONNX ReduceL1,
// ReduceL2, GlobalLpPool.)
constexpr value norm(value x, norm_options o = {}, source at = source::here()) {
  if (!x.valid()) return x;
  const ir::library_call call(x, at);
  if (!(o.p > 0)) return x.owner().fail("norm", text() << ".p = " << o.p << "; must be above 0", at), ir::poison(x.owner());
  if (o.p == std::numeric_limits<double>::infinity()) return reduce_max(abs(x), o.over, o.keep);
  return detail::root(reduce_sum(detail::power_of_abs(x, o.p), o.over, o.keep), o.p);
}
struct normalize_options {
  double p = 2;
  int axis = 1;
  double epsilon = 1e-12;  // the least that is divided by
};
// x over its p-norm along the axis. (PyTorch's functional.normalize; ONNX LpNormalization.)
constexpr value normalize(value x, normalize_options o = {}, source at = source::here()) {
  if (!x.valid()) return x;
  const ir::library_call call(x, at);
  return x / maximum(norm(x, {.p = o.p, .over = o.axis, .keep = true}), o.epsilon);
}

// 1 where the axis has its first largest element, else 0, in x's type. (ONNX.)
constexpr value hardmax(value x, int axis = -1, source at = source::here()) {
  if (!x.valid()) return x;
  const ir::library_call call(x, at);
  axis = ir::normalize_axis(x.owner(), "hardmax", axis, x.rank(), at);
  if (x.owner().failed()) return ir::poison(x.owner());
  shape along;
  for (int i = 0; i < x.rank() - axis; ++i) along.push(i == 0 ? x.dims()[axis] : 1);
  return cast(argmax(x, axis, true) == reshape_to(ir::iota(x.owner(), x.dims()[axis], i32, at), along), x.type());
}

// The axis `times` times behind itself. (ONNX's and NumPy's tile, an axis at a time.)
constexpr value tile(value x, int axis, int times, source at = source::here()) {
  if (!x.valid()) return x;
  ir::graph& g = x.owner();
  const ir::library_call call(x, at);
  axis = ir::normalize_axis(g, "tile", axis, x.rank(), at);
  if (times < 1) g.fail("tile", text() << times << " times; must be 1 or more", at);
  shape dims = x.dims(), parts{1, 1, 1};
  if (axis == 0 && dims.rows_of) ir::refuse_symbol(g, "tile", "of", dims.rows_of, at);
  if (g.failed()) return ir::poison(g);
  for (int i = 0; i < dims.rank; ++i) parts[i < axis ? 0 : 2] *= dims[i];
  parts.rows_of = dims.rows_of;
  const value column = reshape_to(x, parts);
  parts[1] = times;
  dims[axis] *= times;
  return reshape_to(broadcast_to(column, parts), dims);
}

}  // namespace igata::inline IGATA_ABI
