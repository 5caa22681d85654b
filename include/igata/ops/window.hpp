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

constexpr int window_count(int size, int before, int after, int kernel, int stride, int dilation) {
  const int span = (kernel - 1) * dilation + 1;
  return size + before + after < span ? 0 : (size + before + after - span) / stride + 1;
}

// Attributes of every windowed primitive, in this order.
struct window {
  int kh = 1, kw = 1, sh = 1, sw = 1, dh = 1, dw = 1, top = 0, left = 0, bottom = 0, right = 0;
  static constexpr int count = 10;

  static constexpr window of(const graph& g, const node& v) {
    window w;
    int* to[] = {&w.kh, &w.kw, &w.sh, &w.sw, &w.dh, &w.dw, &w.top, &w.left, &w.bottom, &w.right};
    for (int i = 0; i < count; ++i) *to[i] = g.attribute(v, i);
    return w;
  }
  static constexpr window make(pair2 kernel, pair2 stride, pair2 dilation, const padding& p, int h, int w) {
    window r{kernel.h, kernel.w, stride.h, stride.w, dilation.h, dilation.w, p.top, p.left, p.bottom, p.right};
    if (p.is_same && stride.h > 0 && stride.w > 0) {
      const int need_h = ((h + stride.h - 1) / stride.h - 1) * stride.h + (kernel.h - 1) * dilation.h + 1 - h;
      const int need_w = ((w + stride.w - 1) / stride.w - 1) * stride.w + (kernel.w - 1) * dilation.w + 1 - w;
      r.top = need_h > 0 ? need_h / 2 : 0;
      r.bottom = need_h > 0 ? need_h - r.top : 0;
      r.left = need_w > 0 ? need_w / 2 : 0;
      r.right = need_w > 0 ? need_w - r.left : 0;
    }
    return r;
  }
  constexpr int out_h(int h) const { return window_count(h, top, bottom, kh, sh, dh); }
  constexpr int out_w(int w) const { return window_count(w, left, right, kw, sw, dw); }

  // The rules every window obeys; false after an error.
  constexpr bool check(graph& g, std::string_view what, const shape& x, source at) const {
    text why;
    if (x.rank != 4) why << "needs images [n, height, width, channels], got " << x << "; reshape first";
    else if (kh < 1 || kw < 1 || sh < 1 || sw < 1 || dh < 1 || dw < 1) why << "window " << kh << 'x' << kw << ", stride " << sh << 'x' << sw << ", dilation " << dh << 'x' << dw << "; all must be 1 or more";
    else if (top < 0 || left < 0 || bottom < 0 || right < 0) why << "padding {" << top << ", " << left << ", " << bottom << ", " << right << "}; must not be negative";
    else if (out_h(x[1]) < 1 || out_w(x[2]) < 1)
      why << "a window of " << (kh - 1) * dh + 1 << 'x' << (kw - 1) * dw + 1 << " is larger than the padded input " << x[1] + top + bottom << 'x' << x[2] + left + right
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
        for (int ky = 0; ky < w.kh; ++ky)
          for (int kx = 0; kx < w.kw; ++kx) {
            const int y = oy * w.sh + ky * w.dh - w.top, x = ox * w.sw + kx * w.dw - w.left;
            if (y >= 0 && y < in[1] && x >= 0 && x < in[2]) f((n * oh + oy) * ow + ox, (n * in[1] + y) * in[2] + x, ky * w.kw + kx);
          }
}

}  // namespace igata::inline IGATA_ABI
