// Gradients of convolutions.
#pragma once
#include "conv2d.hpp"

namespace igata::inline IGATA_ABI::plan {

// dw[kh][kw][c/groups][o] = sum over n, oy, ox of x[…] * dy[n][oy][ox][o]
template <class As>
struct conv2d_filter_grad_fields {
  window_fields<As> g{};
  typename As::number o{}, groups{};
  typename As::template address<const float> x{};
  typename As::template address<const float> dy{};
  typename As::template address<float> dw{};
  typename As::scratch partial{};                     // partial_floats() that all shares see, or null
  typename As::scratch scratch{};                     // scratch_floats() of this share's own
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) {
    window_fields<As>::each(p.g, b.g, f), f(p.o, b.o), f(p.groups, b.groups), f(p.x, b.x), f(p.dy, b.dy), f(p.dw, b.dw), f(p.partial, b.partial),
        f(p.scratch, b.scratch);
  }
};
using conv2d_filter_grad_args = conv2d_filter_grad_fields<bound>;
template <class T>
constexpr void each_touched(step_kind, const conv2d_filter_grad_fields<planned>& p, const conv2d_filter_grad_args& s, T& t) {
  t.reads(p.x, {{image_pixels(s.g) * s.g.c}});
  t.reads(p.dy, {{result_pixels(s.g) * s.o}});
  t.writes(p.dw, {{s.g.kh * s.g.kw * (s.g.c / s.groups) * s.o}});
}
// A small gradient of many images is made in pieces, of some images each, that are added at the end: their number.
constexpr std::ptrdiff_t filter_grad_pieces(std::ptrdiff_t images) { return images < 16 ? 1 : images < 64 ? images / 8 : 8; }
constexpr std::ptrdiff_t conv2d_filter_grad_partial(const window_geometry& g, std::ptrdiff_t o, std::ptrdiff_t groups) {
  const std::ptrdiff_t size = groups > 0 ? g.kh * g.kw * (g.c / groups) * o : 0;
  return size <= 32768 && filter_grad_pieces(g.n) > 1 ? readable_lines(filter_grad_pieces(g.n) * size) : 0;
}
// How its sums fill the registers: columns of o; or, where o is small, columns of (kx, c) and rows of o, with the last image copied; or
// columns of (kx, o) from a dy with borders.
enum class filter_grad_form { plain, transposed, shifted };
constexpr filter_grad_form filter_grad_form_of(const window_geometry& g, std::ptrdiff_t o, std::ptrdiff_t groups) {
  if (groups != 1 || g.dilation_w != 1 || o > 16) return filter_grad_form::plain;
  if (g.kw * g.c > 16) return filter_grad_form::transposed;
  return g.stride_w == 1 && o <= 8 && g.kw * o <= 32 && 2 * ((g.kh * g.c + 7) / 8) * (g.ow + g.kw - 1) < (g.kh * g.kw * g.c + 7) / 8 * g.ow
             ? filter_grad_form::shifted : filter_grad_form::plain;
}
// Images at a time, so many that their part of dy stays in the first cache level while all of dw passes.
constexpr std::ptrdiff_t filter_grad_images(const window_geometry& g, std::ptrdiff_t o, std::ptrdiff_t groups) {
  const std::ptrdiff_t columns = o / groups < panel_width ? o / groups : panel_width, together = 8192 / (columns > 0 ? columns : 1) + 1,
                       pixels = g.oh * g.ow;
  return pixels > 0 && together > pixels ? together / pixels : 1;
}
constexpr std::ptrdiff_t conv2d_filter_grad_scratch(const window_geometry& g, std::ptrdiff_t o, std::ptrdiff_t groups) {
  const std::ptrdiff_t padded = padded_image(g);
  switch (filter_grad_form_of(g, o, groups)) {
    case filter_grad_form::transposed:
      return (padded > 0 ? padded : g.h * g.w * g.c + readable_behind) + g.kh * o * whole_lines(g.kw * g.c) + readable_behind + line_floats;
    case filter_grad_form::shifted:
      return padded + g.kh * g.c * whole_lines(g.kw * o) + g.oh * (g.ow + 2 * (g.kw - 1)) * o + readable_behind + 2 * line_floats;
    default: return padded * filter_grad_images(g, o, groups);
  }
}

constexpr std::ptrdiff_t partial_floats(step_kind kind, const conv2d_filter_grad_args& a) {
  return kind == step_kind::conv2d_filter_grad ? conv2d_filter_grad_partial(a.g, a.o, a.groups) : 0;
}
constexpr std::ptrdiff_t scratch_floats(step_kind kind, const conv2d_filter_grad_args& a) {
  return kind == step_kind::winograd4_filter_grad   ? winograd_filter_grad_scratch(a.g, a.o)
         : kind == step_kind::depthwise_filter_grad ? padded_image(a.g)
                                                    : conv2d_filter_grad_scratch(a.g, a.o, a.groups);
}

// dx[n][h][w][c] = sum over the windows that read it of w[…] * dy[…]
template <class As>
struct conv2d_input_grad_fields {
  window_fields<As> g{};
  typename As::number o{}, groups{};
  typename As::template address<const float> w{};     // HWIO
  typename As::template address<const float> dy{};
  typename As::template address<float> dx{};
  typename As::scratch scratch{};                     // scratch_floats() of this share's own
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) {
    window_fields<As>::each(p.g, b.g, f), f(p.o, b.o), f(p.groups, b.groups), f(p.w, b.w), f(p.dy, b.dy), f(p.dx, b.dx), f(p.scratch, b.scratch);
  }
};
using conv2d_input_grad_args = conv2d_input_grad_fields<bound>;
template <class T>
constexpr void each_touched(step_kind, const conv2d_input_grad_fields<planned>& p, const conv2d_input_grad_args& s, T& t) {
  t.reads(p.w, {{s.g.kh * s.g.kw * (s.g.c / s.groups) * s.o}});
  t.reads(p.dy, {{result_pixels(s.g) * s.o}});
  t.writes(p.dx, {{image_pixels(s.g) * s.g.c}});
}
inline constexpr std::ptrdiff_t input_grad_columns = 16384;  // floats of what windows send back that are kept at a time; at least one row
// Where steps are 1 and the padding keeps the image's size, it is a convolution of dy with the turned window.
constexpr bool input_grad_is_conv(const window_geometry& g, std::ptrdiff_t groups) {
  return groups == 1 && g.stride_h == 1 && g.stride_w == 1 && g.c >= 16 && g.kh * g.kw > 1 && 4 * g.h * g.w <= 5 * g.oh * g.ow &&
         (g.kh - 1) * g.dilation_h >= g.pad_top && (g.kh - 1) * g.dilation_h >= g.pad_bottom && (g.kw - 1) * g.dilation_w >= g.pad_left &&
         (g.kw - 1) * g.dilation_w >= g.pad_right;
}
constexpr window_geometry turned_window(const window_geometry& g, std::ptrdiff_t o) {
  const std::ptrdiff_t down = (g.kh - 1) * g.dilation_h, across = (g.kw - 1) * g.dilation_w;
  return {g.n, g.oh, g.ow, o, g.h, g.w, g.kh, g.kw, 1, 1, g.dilation_h, g.dilation_w, down - g.pad_top, across - g.pad_left,
          g.h - g.oh + g.pad_top, g.w - g.ow + g.pad_left};
}
constexpr std::ptrdiff_t conv2d_input_grad_scratch(const window_geometry& g, std::ptrdiff_t o, std::ptrdiff_t groups) {
  if (input_grad_is_conv(g, groups))
    return packed_size(g.kh * g.kw * o, g.c) + readable_behind + line_floats + conv2d_scratch(turned_window(g, o), g.c);
  const std::ptrdiff_t columns = g.kw * (g.c / groups), row = g.ow * whole_lines(columns);
  return packed_size(g.kh * (o / groups), columns) * groups + readable_behind + (row < input_grad_columns ? input_grad_columns : row) +
         readable_behind;
}
constexpr std::ptrdiff_t scratch_floats(step_kind kind, const conv2d_input_grad_args& a) {
  return kind == step_kind::depthwise_input_grad ? 0 : conv2d_input_grad_scratch(a.g, a.o, a.groups);
}

}  // namespace igata::inline IGATA_ABI::plan
