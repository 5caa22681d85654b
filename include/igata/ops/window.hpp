// The arithmetic that convolution and pooling share: where a window starts, how many there are, how much padding "same" needs.
#pragma once
#include "reduce.hpp"

namespace igata::inline IGATA_ABI {

// A number for height and width: {.kernel = 5} or {.kernel = {3, 5}}.
struct pair2 {
  int h = 1, w = 1;
  constexpr pair2(int both) : h(both), w(both) {}
  constexpr pair2(int height, int width) : h(height), w(width) {}
  constexpr pair2() = default;
};

// Zeros around an image: padding::valid (none), padding::same (as many outputs as inputs / stride, rounded up; the odd one behind),
// a number for all sides, or {top, left, bottom, right}.
struct padding {
  int top = 0, left = 0, bottom = 0, right = 0;
  int is_same = 0;
  constexpr padding() = default;
  constexpr padding(int all) : top(all), left(all), bottom(all), right(all) {}
  constexpr padding(int above, int before, int below, int behind) : top(above), left(before), bottom(below), right(behind) {}
  static const padding valid, same;
};
inline constexpr padding padding::valid{};
inline constexpr padding padding::same = [] {
  padding p;
  p.is_same = 1;
  return p;
}();

// Numbers that no image has stay such numbers: the result's size is refused.
constexpr int saturated(long long x) { return x < 0x7fffffff ? static_cast<int>(x) : 0x7fffffff; }
constexpr long long window_span(int kernel, int dilation) { return static_cast<long long>(kernel - 1) * dilation + 1; }
constexpr int window_count(int size, int before, int after, int kernel, int stride, int dilation) {
  const long long span = window_span(kernel, dilation), padded = static_cast<long long>(size) + before + after;
  return padded < span ? 0 : saturated((padded - span) / stride + 1);
}

}  // namespace igata::inline IGATA_ABI

namespace igata::inline IGATA_ABI::ir {

// Attributes that all windowed primitives begin with.
struct window {
  IGATA_ATTRIBUTES(kernel_h = 1, kernel_w = 1, stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1, pad_top = 0, pad_left = 0, pad_bottom = 0,
                   pad_right = 0);

  // Of any windowed node.
  static constexpr window of(const graph& g, const node& v) {
    return detail::read_attributes<window>(g.attributes.items + v.attributes, v.attribute_count);
  }
  static constexpr window make(pair2 kernel, pair2 stride, pair2 dilation, const padding& p, int h, int w) {
    window r{kernel.h, kernel.w, stride.h, stride.w, dilation.h, dilation.w, p.top, p.left, p.bottom, p.right};
    if (p.is_same && stride.h > 0 && stride.w > 0) {
      const int need_h = saturated((h - 1) / stride.h * static_cast<long long>(stride.h) + window_span(kernel.h, dilation.h) - h);
      const int need_w = saturated((w - 1) / stride.w * static_cast<long long>(stride.w) + window_span(kernel.w, dilation.w) - w);
      r.pad_top = need_h > 0 ? need_h / 2 : 0;
      r.pad_bottom = need_h > 0 ? need_h - r.pad_top : 0;
      r.pad_left = need_w > 0 ? need_w / 2 : 0;
      r.pad_right = need_w > 0 ? need_w - r.pad_left : 0;
    }
    return r;
  }
  constexpr int out_h(int h) const { return window_count(h, pad_top, pad_bottom, kernel_h, stride_h, dilation_h); }
  constexpr int out_w(int w) const { return window_count(w, pad_left, pad_right, kernel_w, stride_w, dilation_w); }

  // The rules every window obeys; false after an error.
  constexpr bool accepts(graph& g, std::string_view what, const shape& x, source at) const {
    text why;
    if (x.rank != 4) why << "needs images [n, height, width, channels], got " << x << "; reshape first";
    else if (kernel_h < 1 || kernel_w < 1 || stride_h < 1 || stride_w < 1 || dilation_h < 1 || dilation_w < 1)
      why << "window " << kernel_h << 'x' << kernel_w << ", stride " << stride_h << 'x' << stride_w
          << ", dilation " << dilation_h << 'x' << dilation_w << "; all must be 1 or more";
    else if (pad_top < 0 || pad_left < 0 || pad_bottom < 0 || pad_right < 0)
      why << "padding {" << pad_top << ", " << pad_left << ", " << pad_bottom << ", " << pad_right << "}; must not be negative";
    else if ((0.0 + x[1] + pad_top + pad_bottom) * (0.0 + x[2] + pad_left + pad_right) * x[3] > 2147483647)
      why << "the padded input " << 0LL + x[1] + pad_top + pad_bottom << 'x' << 0LL + x[2] + pad_left + pad_right << 'x' << x[3]
          << " has more than 2^31 elements; pad less";
    else if (out_h(x[1]) < 1 || out_w(x[2]) < 1)
      why << "a window of " << window_span(kernel_h, dilation_h) << 'x' << window_span(kernel_w, dilation_w) << " is larger than the padded input "
          << 0LL + x[1] + pad_top + pad_bottom << 'x' << 0LL + x[2] + pad_left + pad_right
          << "; pad more or use a smaller kernel";
    if (!why.empty()) g.fail(what, why, at);
    return why.empty();
  }
};

// Calls f(output pixel, input pixel, tap) for every tap inside the image of `in` ([n, h, w, c]).
template <class F>
constexpr void for_each_tap(const window& w, const shape& in, int oh, int ow, F f) {
  for (int n = 0; n < in[0]; ++n)
    for (int oy = 0; oy < oh; ++oy)
      for (int ox = 0; ox < ow; ++ox)
        for (int ky = 0; ky < w.kernel_h; ++ky)
          for (int kx = 0; kx < w.kernel_w; ++kx) {
            const int y = oy * w.stride_h + ky * w.dilation_h - w.pad_top, x = ox * w.stride_w + kx * w.dilation_w - w.pad_left;
            if (y >= 0 && y < in[1] && x >= 0 && x < in[2]) f((n * oh + oy) * ow + ox, (n * in[1] + y) * in[2] + x, ky * w.kernel_w + kx);
          }
}

}  // namespace igata::inline IGATA_ABI::ir
