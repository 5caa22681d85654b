// Pooling of images [n, h, w, c]: the largest element or the mean of each window.
//
//   value y = max_pool2d(x, {.size = 2});      stride = size unless given
#pragma once
#include "window.hpp"

namespace igata::inline IGATA_ABI {

struct pool2d_parameters {
  pair2 size = 2;
  pair2 stride = 0;                  // 0: the size
  igata::padding padding = 0;
  bool include_padding = false;      // average: padding counts as zeros
};

}  // namespace igata::inline IGATA_ABI

namespace igata::inline IGATA_ABI::ir {

// Of the gradients too.
struct pool2d_attributes : window {
  using shared = window;
  IGATA_ATTRIBUTES(include_padding = 0);
};
// Whether windows on images x give y.
constexpr bool makes_pooling(const window& w, const shape& x, const shape& y) {
  return x.rank == 4 && y.rank == 4 && x.rows_of == y.rows_of && x[0] == y[0] && w.out_h(x[1]) == y[1] && w.out_w(x[2]) == y[2] && x[3] == y[3];
}

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI::detail {

// One function for both.
constexpr void infer_pooling(op code, const pool2d_attributes& w, graph& g, node& v, source at) {
  const node& x = g.operand_node(v, 0);
  v.type = x.type;
  if (!w.accepts(g, name_of(code), x.dims, at)) return;
  if (!is_floating(x.type)) return g.fail(name_of(code), needs_fractions(x.type), at);
  if (w.pad_top >= w.kernel_h || w.pad_bottom >= w.kernel_h || w.pad_left >= w.kernel_w || w.pad_right >= w.kernel_w)
    return g.fail(name_of(code),
                  text() << "padding {" << w.pad_top << ", " << w.pad_left << ", " << w.pad_bottom << ", " << w.pad_right << "} around a window of "
                         << w.kernel_h << 'x' << w.kernel_w << "; some windows would see nothing but padding",
                  at);
  v.dims = x.dims;
  v.dims[1] = w.out_h(x.dims[1]);
  v.dims[2] = w.out_w(x.dims[2]);
}
constexpr void evaluate_pooling(bool largest, const pool2d_attributes& w, const evaluation& e) {
  const shape in = e.in_dims(0), out = e.dims();
  const int c = in[3];
  vec<double> count(e.out.size());
  if (largest)
    for (double& y : e.out) y = -math::infinity;
  for_each_tap(w, in, out[1], out[2], [&](int to, int from, int) {
    for (int i = 0; i < c; ++i) {
      const double x = e.in(0)[from * c + i];
      double& y = e.out[to * c + i];
      if (largest) y = x > y || math::is_nan(x) ? x : y;
      else y += x;
      count[to * c + i] += 1;
    }
  });
  if (!largest)
    for (int i = 0; i < e.out.size(); ++i) e.out[i] /= w.include_padding ? w.kernel_h * w.kernel_w : count[i] > 0 ? count[i] : 1;
}
template <op Code>
struct pool_rule {
  using attributes = pool2d_attributes;
  static constexpr bool largest = Code == op::max_pool2d;
  static constexpr void infer(graph& g, node& v, source at) { infer_pooling(Code, attributes_of<Code>(g, v), g, v, at); }
  static constexpr void evaluate(const evaluation& e) { evaluate_pooling(largest, attributes_of<Code>(e), e); }
  static constexpr void gradient(backward& b);
};

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::ir {

template <> struct rule<op::max_pool2d> : detail::pool_rule<op::max_pool2d> {};
template <> struct rule<op::avg_pool2d> : detail::pool_rule<op::avg_pool2d> {};

template <>
struct rule<op::max_pool2d_grad> {  // (x, dy) -> dx: to the first largest element of each window, the first NaN if there is one
  using attributes = pool2d_attributes;
  static constexpr void infer(graph& g, node& v, source at) {
    v.type = g.operand_node(v, 0).type;
    v.dims = g.operand_node(v, 0).dims;
    needs_shape(g, v, makes_pooling(window::of(g, v), v.dims, g.operand_node(v, 1).dims), at);
  }
  static constexpr void evaluate(const evaluation& e) {
    const shape in = e.in_dims(0), out = e.in_dims(1);
    const int c = in[3];
    vec<int> best(e.in(1).size(), -1);
    for_each_tap(attributes_of<op::max_pool2d_grad>(e), in, out[1], out[2], [&](int to, int from, int) {
      for (int i = 0; i < c; ++i) {
        int& at = best[to * c + i];
        const double x = e.in(0)[from * c + i], most = at < 0 ? x : e.in(0)[at];
        if (at < 0 || x > most || (math::is_nan(x) && !math::is_nan(most))) at = from * c + i;
      }
    });
    for (int i = 0; i < best.size(); ++i)
      if (best[i] >= 0) e.out[best[i]] += e.in(1)[i];
  }
  static constexpr void gradient(backward& b) {  // piecewise constant in x
    if (b.wanted(1)) b.g.fail("max_pool2d", "second derivatives through max pooling are not offered; use avg_pool2d", {});
  }
};
template <>
struct rule<op::avg_pool2d_grad> {  // dy -> dx; the dims are given
  using attributes = pool2d_attributes;
  static constexpr void infer(graph& g, node& v, source at) {
    v.type = g.operand_node(v, 0).type;
    needs_shape(g, v, makes_pooling(window::of(g, v), v.dims, g.operand_node(v, 0).dims), at);
  }
  static constexpr void evaluate(const evaluation& e) {
    const shape in = e.dims(), out = e.in_dims(0);
    const int c = in[3];
    const pool2d_attributes w = attributes_of<op::avg_pool2d_grad>(e);
    vec<double> count(e.in(0).size());
    for_each_tap(w, in, out[1], out[2], [&](int to, int, int) { for (int i = 0; i < c; ++i) count[to * c + i] += 1; });
    for_each_tap(w, in, out[1], out[2], [&](int to, int from, int) {
      for (int i = 0; i < c; ++i) e.out[from * c + i] += e.in(0)[to * c + i] / (w.include_padding ? w.kernel_h * w.kernel_w : count[to * c + i]);
    });
  }
  static constexpr void gradient(backward& b) { b.add(0, emit<op::avg_pool2d>(b.g, {b.dy}, attributes_of<op::avg_pool2d_grad>(b), 0, {})); }
};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

template <ir::op Code>
constexpr void detail::pool_rule<Code>::gradient(ir::backward& b) {
  const value x = b.in(0);
  if constexpr (largest) b.add(0, ir::emit<ir::op::max_pool2d_grad>(b.g, {x, b.dy}, attributes_of<Code>(b), 0, {}));
  else b.add(0, ir::emit<ir::op::avg_pool2d_grad>(b.g, {b.dy}, attributes_of<Code>(b), 0, {}, x.type(), x.dims()));
}

namespace detail {
template <op Code>
constexpr value emit_pool(value x, const pool2d_parameters& p, source at) {
  if (!x.valid()) return x;
  const shape in = x.dims();
  const window w = window::make(p.size, p.stride.h == 0 ? p.size : p.stride, 1, p.padding, in[1], in[2]);
  return emit<Code>(x.owner(), {x}, {w, p.include_padding}, 0, at);
}
}  // namespace detail
// Images [n, h, w, c]: the largest element of each window. In training max(number, x), as relu is, is pooled first: the same values from fewer
// elements, and so is the gradient's mask. In inference that is simplify's business.
constexpr value max_pool2d(value x, pool2d_parameters p = {}, source at = source::here()) {
  if (x.valid()) {
    ir::graph& g = x.owner();
    const ir::node& v = g.nodes[x.id()];
    if (g.training && v.code == ir::op::maximum && g.operand_node(v, 0).code == ir::op::constant && g.operand_node(v, 1).dims == v.dims)
      return ir::emit<ir::op::maximum>(g, {value(g, g.operand(v, 0)), max_pool2d(value(g, g.operand(v, 1)), p, at)}, {}, 0, at);
  }
  return detail::emit_pool<ir::op::max_pool2d>(x, p, at);
}
// Images [n, h, w, c]: the mean of each window, of its pixels inside the image unless include_padding.
constexpr value avg_pool2d(value x, pool2d_parameters p = {}, source at = source::here()) { return detail::emit_pool<ir::op::avg_pool2d>(x, p, at); }

}  // namespace igata::inline IGATA_ABI
