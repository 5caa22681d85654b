// Convolutions of u8 and i8, in any mix, whose sums are i32, exact, or wrapped where they are too large. What lies around an image is a byte too: of
// quantised images their zero point.
#pragma once
#include "matmul.hpp"
#include "window.hpp"

namespace igata::inline IGATA_ABI::ir {

struct byte_conv2d_attributes : window {
  using shared = window;
  IGATA_ATTRIBUTES(groups = 1, around = 0);
};

template <>
struct rule<op::byte_conv2d> {
  using attributes = byte_conv2d_attributes;
  static constexpr void infer(graph& g, node& v, source at) {
    const node &image = g.operand_node(v, 0), &filters = g.operand_node(v, 1);
    const shape x = image.dims, w = filters.dims;
    const byte_conv2d_attributes win = attributes_of<op::byte_conv2d>(g, v);
    v.type = i32;
    if (!win.accepts(g, "conv2d", x, at)) return;
    text why;
    if (w.rank != 4) why << "filters must be [kernel height, kernel width, channels / groups, filters], got " << w;
    else if (win.groups != 1) why << "of bytes needs groups = 1, got " << win.groups << "; cast(x, f32) first";
    else if (w[2] != x[3]) why << "filters " << w << " expect " << w[2] << " channels, the input " << x << " has " << x[3];
    else if (win.around < lowest_of(image.type) || win.around > highest_of(image.type))
      why << "padding_value " << win.around << " is no " << name_of(image.type);
    if (!why.empty()) return g.fail("conv2d", why, at);
    v.dims = x;
    v.dims[1] = win.out_h(x[1]);
    v.dims[2] = win.out_w(x[2]);
    v.dims[3] = w[3];
  }
  static constexpr void evaluate(const evaluation& e) {
    const byte_conv2d_attributes a = attributes_of<op::byte_conv2d>(e);
    const shape x = e.in_dims(0), y = e.dims();
    const int taps = a.kernel_h * a.kernel_w, c = x[3], o = y[3];
    // As if all lay around, and then the difference where a tap is inside.
    for (int i = 0; i < e.out.size(); ++i)
      for (int k = 0; k < taps * c; ++k) e.out[i] += a.around * e.in(1)[k * o + i % o];
    for_each_tap(a, x, y[1], y[2], [&](int out, int in, int tap) {
      for (int i = 0; i < c; ++i)
        for (int j = 0; j < o; ++j) e.out[out * o + j] += (e.in(0)[in * c + i] - a.around) * e.in(1)[(tap * c + i) * o + j];
    });
    for (int i = 0; i < e.out.size(); ++i) e.out[i] = held_as(whole_of(e.out[i], i32), i32);
  }
  static constexpr void gradient(backward&) {}  // nobody asks for one of whole numbers
};

}  // namespace igata::inline IGATA_ABI::ir
