// Convolutions. Images are NHWC, filters HWIO ([kh][kw][c/groups][o]).
#pragma once
#include "../winograd.hpp"

namespace igata::inline IGATA_ABI::plan {

// y[n][oh][ow][o] = epilogue(bias[o] + sum x[n][oy*s + ky*d - pad][…][c] * w[ky][kx][c][o])
template <class As>
struct conv2d_fields {
  window_fields<As> g{};
  typename As::number o{}, groups{};                  // output channels of all groups; g.c input channels of all groups
  typename As::template address<const float> x{};
  typename As::template address<const float> w{};     // HWIO, or with w_packed (groups == 1 only) panels of the matrix [kh*kw*c][o]
  typename As::flag w_packed{};
  typename As::scratch scratch{};                     // scratch_floats() of this share's own
  typename As::template address<const float> bias{};
  typename As::template address<float> y{};
  typename As::loop post{};                           // rows: n*oh*ow pixels, columns: o channels
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) {
    window_fields<As>::each(p.g, b.g, f), f(p.o, b.o), f(p.groups, b.groups), f(p.x, b.x), f(p.w, b.w), f(p.w_packed, b.w_packed),
        f(p.scratch, b.scratch);
    f(p.bias, b.bias), f(p.y, b.y), f(p.post, b.post);
  }
};
using conv2d_args = conv2d_fields<bound>;
template <class T>
constexpr void each_touched(step_kind, const conv2d_fields<planned>& p, const conv2d_args& s, T& t) {
  t.reads(p.x, {{image_pixels(s.g) * s.g.c}});
  t.reads(p.w, {{s.w_packed ? packed_size(s.g.kh * s.g.kw * s.g.c, s.o) : s.g.kh * s.g.kw * (s.g.c / s.groups) * s.o}});
  t.reads(p.bias, {{s.o}});
  t.writes(p.y, {{result_pixels(s.g) * s.o}});
  t.loop(p.post, result_pixels(s.g), s.o, nullptr, 0);
}
// One channel and few filters: eight neighbouring pixels of two filters share a register of 16 floats.
constexpr bool conv2d_in_octs(const window_geometry& g, std::ptrdiff_t o) {
  return g.c == 1 && o <= 8 && g.stride_w == 1 && g.dilation_w == 1 && g.ow >= 8 && g.ow <= 512;
}
constexpr std::ptrdiff_t conv2d_scratch(const window_geometry& g, std::ptrdiff_t o) {
  return padded_image(g) * padded_images(g) + (conv2d_in_octs(g, o) ? (g.kh * g.kw + 1) * 64 + 144 : 0);
}
constexpr std::ptrdiff_t scratch_floats(step_kind, const conv2d_args& a) { return is_small_target ? 0 : conv2d_scratch(a.g, a.o); }

// What follows a convolution with packed weights in the registers: clamp(result + add). Elementwise work of any other kind is an epilogue.
template <class As>
struct finish_fields {
  typename As::template address<const float> add{};   // [pixels], add_row floats apart, or null
  typename As::number add_row{};
  typename As::flag clamped{};
  float low{}, high{};                                // NaN stays NaN
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) {
    f(p.add, b.add), f(p.add_row, b.add_row), f(p.clamped, b.clamped), f(p.low, b.low), f(p.high, b.high);
  }
};
using finish = finish_fields<bound>;
// Convolutions that finish their results in registers, of inference programs and, by Winograd's method, of others: y[pixel][o] =
// epilogue(finish(bias[o] + sum x[…] * w[…])). What would multiply padding is left out, but for Winograd's. direct_conv2d: groups == 1; w is the
// matrix [kh*kw*c][o] in panels. winograd2_conv2d, winograd4_conv2d: w is [o/64][point][c][64], see target/winograd.hpp. depthwise_conv2d: groups ==
// c == o; w is HWIO.
template <class As>
struct finished_conv2d_fields {
  window_fields<As> g{};
  typename As::number o{};
  typename As::template address<const float> x{};
  typename As::template address<const float> w{};
  typename As::scratch scratch{};                     // scratch_floats() of this share's own
  typename As::template address<const float> bias{};  // o floats or null
  typename As::template address<float> y{};           // not used where an epilogue stores
  typename As::number y_row{};                        // from pixel to pixel
  finish_fields<As> last{};
  typename As::loop post{};                           // rows and columns as in conv2d_args
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) {
    window_fields<As>::each(p.g, b.g, f), f(p.o, b.o), f(p.x, b.x), f(p.w, b.w), f(p.scratch, b.scratch), f(p.bias, b.bias), f(p.y, b.y),
        f(p.y_row, b.y_row);
    finish_fields<As>::each(p.last, b.last, f), f(p.post, b.post);
  }
};
using finished_conv2d_args = finished_conv2d_fields<bound>;
template <class T>
constexpr void each_touched(step_kind kind, const finished_conv2d_fields<planned>& p, const finished_conv2d_args& s, T& t) {
  t.reads(p.x, {{image_pixels(s.g) * s.g.c}});
  const int tile = kind == step_kind::winograd2_conv2d ? 2 : kind == step_kind::winograd4_conv2d ? 4 : 0;
  t.reads(p.w, {{tile                                  ? winograd_packed_size(s.g.c, s.o, tile)
                 : kind == step_kind::depthwise_conv2d ? s.g.kh * s.g.kw * s.o
                                                       : packed_size(s.g.kh * s.g.kw * s.g.c, s.o)}});
  t.reads(p.bias, {{s.o}});
  t.reads(p.last.add, {{result_pixels(s.g), s.last.add_row}, {s.o}});
  t.writes(p.y, {{result_pixels(s.g), s.y_row}, {s.o}});
  t.loop(p.post, result_pixels(s.g), s.o, nullptr, 0);
}
constexpr std::ptrdiff_t scratch_floats(step_kind kind, const finished_conv2d_args& a) {
  return kind == step_kind::winograd2_conv2d ? winograd_scratch(a.g, 2) : kind == step_kind::winograd4_conv2d ? winograd_scratch(a.g, 4) : 0;
}

// The filters of a 3x3 convolution as winograd2_conv2d and winograd4_conv2d want them: c channels in, o out.
template <class As>
struct winograd_filters_fields {
  typename As::number c{}, o{};
  typename As::template address<const float>
      w{};  // HWIO; turned: [3][3][o][c], of the convolution whose gradient this one makes, its window turned by half a circle
  typename As::flag turned{};
  typename As::template address<float> out{};         // winograd_packed_size() floats
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) { f(p.c, b.c), f(p.o, b.o), f(p.w, b.w), f(p.turned, b.turned), f(p.out, b.out); }
};
using winograd_filters_args = winograd_filters_fields<bound>;
template <class T>
constexpr void each_touched(step_kind kind, const winograd_filters_fields<planned>& p, const winograd_filters_args& s, T& t) {
  t.reads(p.w, {{9 * s.c * s.o}});
  t.writes(p.out, {{winograd_packed_size(s.c, s.o, kind == step_kind::winograd4_filters ? 4 : 2)}});
}

}  // namespace igata::inline IGATA_ABI::plan
