// How windows lie in images.
#pragma once
#include "../fields.hpp"
#include "../lines.hpp"

namespace igata::inline IGATA_ABI::plan {

template <class Number, class Extent>
struct window_of {
  Extent n;                                           // images
  Number h, w, c;
  Number oh, ow;                                      // output positions
  Number kh, kw, stride_h, stride_w, dilation_h, dilation_w;
  Number pad_top, pad_left, pad_bottom, pad_right;
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) {
    f(p.n, b.n), f(p.h, b.h), f(p.w, b.w), f(p.c, b.c), f(p.oh, b.oh), f(p.ow, b.ow), f(p.kh, b.kh), f(p.kw, b.kw), f(p.stride_h, b.stride_h),
        f(p.stride_w, b.stride_w);
    f(p.dilation_h, b.dilation_h), f(p.dilation_w, b.dilation_w), f(p.pad_top, b.pad_top), f(p.pad_left, b.pad_left), f(p.pad_bottom, b.pad_bottom),
        f(p.pad_right, b.pad_right);
  }
};
using window_geometry = window_of<std::ptrdiff_t, std::ptrdiff_t>;
template <class As>
using window_fields = window_of<typename As::number, typename As::extent>;
constexpr std::ptrdiff_t image_pixels(const window_geometry& g) { return g.n * g.h * g.w; }
constexpr std::ptrdiff_t result_pixels(const window_geometry& g) { return g.n * g.oh * g.ow; }

// Floats of scratch for one padded image, and nothing when there is no padding.
constexpr std::ptrdiff_t padded_image(const window_geometry& g) {
  return g.pad_top | g.pad_left | g.pad_bottom | g.pad_right
             ? (g.h + g.pad_top + g.pad_bottom) * (g.w + g.pad_left + g.pad_right) * g.c + readable_behind : 0;
}

// So many of them are copied at a time: of few pixels several, so that weights are read for many rows.
constexpr std::ptrdiff_t padded_images(const window_geometry& g) {
  const std::ptrdiff_t pixels = g.oh * g.ow, some = pixels > 0 && padded_image(g) > 0 ? (pixels + 31) / pixels : 1;
  return some < g.n ? some : g.n > 0 ? g.n : 1;
}

}  // namespace igata::inline IGATA_ABI::plan
