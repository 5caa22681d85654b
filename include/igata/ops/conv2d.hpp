// conv2d: images [n, h, w, c] with filters [kh, kw, c/groups, o] give [n, oh, ow, o] (cross-correlation, as in every deep-learning library).
// Its two gradients are primitives too; the three are linear in both operands and are each other's gradients.
//
//   value y = conv2d(x, filters, {.stride = 2, .padding = padding::same});
//
// Of u8 and i8, in any mix, it is a primitive of its own whose sums are i32 (byte_conv2d.hpp).
#pragma once
#include "byte_conv2d.hpp"

namespace igata::inline IGATA_ABI {

struct conv2d_parameters {
  pair2 stride = 1;
  igata::padding padding = 0;
  pair2 dilation = 1;
  int groups = 1;
  int padding_value = 0;  // of bytes, which lies around the images: their zero point
};

}  // namespace igata::inline IGATA_ABI

namespace igata::inline IGATA_ABI::ir {

// Of the gradients too.
struct conv2d_attributes : window {
  using shared = window;
  IGATA_ATTRIBUTES(groups = 1);
};

// Whether images x and filters w give y.
constexpr bool makes_convolution(const conv2d_attributes& a, const shape& x, const shape& w, const shape& y) {
  return x.rank == 4 && w.rank == 4 && y.rank == 4 && !w.rows_of && x.rows_of == y.rows_of && x[0] == y[0] && a.groups > 0 && w[0] == a.kernel_h &&
         w[1] == a.kernel_w && w[2] * a.groups == x[3] && w[3] == y[3] && w[3] % a.groups == 0 && a.out_h(x[1]) == y[1] && a.out_w(x[2]) == y[2];
}

template <>
struct rule<op::conv2d> {
  using attributes = conv2d_attributes;
  static constexpr void infer(graph& g, node& v, source at) {
    const shape x = g.operand_node(v, 0).dims, w = g.operand_node(v, 1).dims;
    const conv2d_attributes win = attributes_of<op::conv2d>(g, v);
    const int groups = win.groups;
    if (!same_types(g, op::conv2d, v, at) || !win.accepts(g, "conv2d", x, at)) return;
    v.type = g.operand_node(v, 0).type;
    if (!is_floating(v.type)) return g.fail("conv2d", needs_fractions(v.type), at);
    text why;
    if (w.rank != 4) why << "filters must be [kernel height, kernel width, channels / groups, filters], got " << w;
    else if (groups < 1 || x[3] % groups || w[3] % groups)
      why << x[3] << " channels and " << w[3] << " filters must both be divisible by groups = " << groups;
    else if (w[2] != x[3] / groups) why << "filters " << w << " expect " << w[2] * groups << " channels, the input " << x << " has " << x[3];
    if (!why.empty()) return g.fail("conv2d", why, at);
    v.dims = x;
    v.dims[1] = win.out_h(x[1]);
    v.dims[2] = win.out_w(x[2]);
    v.dims[3] = w[3];
  }
  // Calls f(index of x, index of w, index of y) for every product.
  template <class F>
  static constexpr void for_each_product(const conv2d_attributes& a, const shape& x, const shape& y, F f) {
    const int groups = a.groups, c = x[3] / groups, o = y[3] / groups;
    for_each_tap(a, x, y[1], y[2], [&](int out, int in, int tap) {
      for (int group = 0; group < groups; ++group)
        for (int i = 0; i < c; ++i)
          for (int j = 0; j < o; ++j) f(in * x[3] + group * c + i, (tap * c + i) * y[3] + group * o + j, out * y[3] + group * o + j);
    });
  }
  static constexpr void evaluate(const evaluation& e) {
    for_each_product(attributes_of<op::conv2d>(e), e.in_dims(0), e.dims(), [&](int x, int w, int y) { e.out[y] += e.in(0)[x] * e.in(1)[w]; });
  }
  static constexpr void gradient(backward& b);
};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI::detail {

template <op Code>
constexpr value emit_convolution(backward& b, value first, value second, const shape& dims) {
  return emit<Code>(b.g, {first, second}, attributes_of<op::conv2d>(b), 0, {}, first.type(), dims);
}

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::ir {

template <>
struct rule<op::conv2d_input_grad> {  // (filters, dy) -> dx; the dims are given
  using attributes = conv2d_attributes;
  static constexpr void infer(graph& g, node& v, source at) {
    v.type = g.operand_node(v, 1).type;
    needs_shape(g, v, makes_convolution(attributes_of<op::conv2d_input_grad>(g, v), v.dims, g.operand_node(v, 0).dims, g.operand_node(v, 1).dims),
                at);
  }
  static constexpr void evaluate(const evaluation& e) {
    rule<op::conv2d>::for_each_product(attributes_of<op::conv2d>(e), e.dims(), e.in_dims(1),
                                       [&](int x, int w, int y) { e.out[x] += e.in(0)[w] * e.in(1)[y]; });
  }
  static constexpr void gradient(backward& b);
};
template <>
struct rule<op::conv2d_filter_grad> {  // (x, dy) -> dw; the dims are given
  using attributes = conv2d_attributes;
  static constexpr void infer(graph& g, node& v, source at) {
    v.type = g.operand_node(v, 1).type;
    needs_shape(g, v, makes_convolution(attributes_of<op::conv2d_filter_grad>(g, v), g.operand_node(v, 0).dims, v.dims, g.operand_node(v, 1).dims),
                at);
  }
  static constexpr void evaluate(const evaluation& e) {
    rule<op::conv2d>::for_each_product(attributes_of<op::conv2d>(e), e.in_dims(0), e.in_dims(1),
                                       [&](int x, int w, int y) { e.out[w] += e.in(0)[x] * e.in(1)[y]; });
  }
  static constexpr void gradient(backward& b);
};

constexpr void rule<op::conv2d>::gradient(backward& b) {
  if (b.wanted(0)) b.add(0, detail::emit_convolution<op::conv2d_input_grad>(b, b.in(1), b.dy, b.in(0).dims()));
  if (b.wanted(1)) b.add(1, detail::emit_convolution<op::conv2d_filter_grad>(b, b.in(0), b.dy, b.in(1).dims()));
}
constexpr void rule<op::conv2d_input_grad>::gradient(backward& b) {
  if (b.wanted(0)) b.add(0, detail::emit_convolution<op::conv2d_filter_grad>(b, b.dy, b.in(1), b.in(0).dims()));
  if (b.wanted(1)) b.add(1, detail::emit_convolution<op::conv2d>(b, b.dy, b.in(0), b.in(1).dims()));
}
constexpr void rule<op::conv2d_filter_grad>::gradient(backward& b) {
  if (b.wanted(0)) b.add(0, detail::emit_convolution<op::conv2d_input_grad>(b, b.dy, b.in(1), b.in(0).dims()));
  if (b.wanted(1)) b.add(1, detail::emit_convolution<op::conv2d>(b, b.in(0), b.dy, b.in(1).dims()));
}

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

constexpr value conv2d(value x, value filters, conv2d_parameters p = {}, source at = source::here()) {
  if (!x.valid()) return x;
  const shape k = filters.dims(), in = x.dims();
  const ir::window w = ir::window::make({k[0], k[1]}, p.stride, p.dilation, p.padding, in[1], in[2]);
  if (ir::is_byte(x.type()) && ir::is_byte(filters.type()))
    return ir::emit<ir::op::byte_conv2d>(x.owner(), {x, filters}, {w, p.groups, p.padding_value}, 0, at);
  if (p.padding_value != 0)
    return x.owner().fail("conv2d", text() << "padding_value " << p.padding_value << " is of bytes, got " << name_of(x.type()) << "; pad(x) first",
                          at),
           poison(x.owner());
  return ir::emit<ir::op::conv2d>(x.owner(), {x, filters}, {w, p.groups}, 0, at);
}

}  // namespace igata::inline IGATA_ABI
