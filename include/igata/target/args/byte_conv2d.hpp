// Convolutions of bytes. Images are NHWC, filters HWIO.
#pragma once
#include "byte_gemm.hpp"
#include "window.hpp"

namespace igata::inline IGATA_ABI::plan {

// y[n][oh][ow][o] = epilogue(sum x[n][oy*s + ky*d - pad][…][c] * w[ky][kx][c][o], modulo 2^32), with `around` for x outside of the image
template <class As>
struct byte_conv2d_fields {
  window_fields<As> g{};
  typename As::number o{}, around{};
  typename As::template address<const void> x{};
  typename As::flag x_signed{};                       // i8, else u8
  typename As::template address<const void> w{};      // or as byte_gemm's packed B, the matrix [kh*kw*c][o]
  typename As::flag w_signed{}, w_packed{};
  typename As::scratch scratch{};                     // scratch_floats() of this share's own
  typename As::template address<void> y{};            // i32; not used where an epilogue stores elsewhere
  typename As::number y_row{};
  typename As::loop post{};                           // rows: n*oh*ow pixels, columns: o channels
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) {
    window_fields<As>::each(p.g, b.g, f), f(p.o, b.o), f(p.around, b.around), f(p.x, b.x), f(p.x_signed, b.x_signed), f(p.w, b.w);
    f(p.w_signed, b.w_signed), f(p.w_packed, b.w_packed), f(p.scratch, b.scratch), f(p.y, b.y), f(p.y_row, b.y_row), f(p.post, b.post);
  }
};
using byte_conv2d_args = byte_conv2d_fields<bound>;
constexpr std::ptrdiff_t taps_of(const window_geometry& g) { return g.kh * g.kw * g.c; }
template <class T>
constexpr void each_touched(step_kind, const byte_conv2d_fields<planned>& p, const byte_conv2d_args& s, T& t) {
  t.reads(p.x, {{image_pixels(s.g) * s.g.c}});
  t.reads(p.w, {{s.w_packed ? 4 * byte_panels_floats(taps_of(s.g), s.o) : taps_of(s.g) * s.o}});
  t.writes(p.y, {{result_pixels(s.g), s.y_row}, {s.o}});
  t.loop(p.post, result_pixels(s.g), s.o, nullptr, 0);
}
// As a product, whose rows are the pixels of the results.
constexpr byte_gemm_args product_of(const byte_conv2d_args& s) {
  byte_gemm_args p{};
  p.m = result_pixels(s.g), p.n = s.o, p.k = taps_of(s.g), p.batches = 1;
  p.a = s.x, p.a_k = 1, p.a_signed = s.x_signed;
  p.b = s.w, p.b_k = s.o, p.b_n = 1, p.b_signed = s.w_signed, p.b_packed = s.w_packed;
  p.c = s.y, p.c_row = s.y_row, p.post = s.post, p.scratch = s.scratch, p.part = s.part;
  return p;
}
// Before those of the product, the bytes that a pixel is made of.
constexpr std::ptrdiff_t byte_patch_floats(const window_geometry& g) { return whole_lines((taps_of(g) + 3) / 4); }
constexpr std::ptrdiff_t scratch_floats(step_kind kind, const byte_conv2d_args& s) {
  return byte_patch_floats(s.g) + scratch_floats(kind, product_of(s));
}

}  // namespace igata::inline IGATA_ABI::plan
