// Matrix products of bytes.
#pragma once
#include "../fields.hpp"
#include "../lines.hpp"

namespace igata::inline IGATA_ABI::plan {

// A in tiles of four rows; B in panels of 64 columns, [N/64][K/4][64][4], as bytes with a sign, of u8 less 128, behind the sums
// of its columns.
inline constexpr std::ptrdiff_t byte_rows = 4, byte_panel = 64;
constexpr std::ptrdiff_t byte_panels_floats(std::ptrdiff_t k, std::ptrdiff_t n) { return whole_lines(n) * ((k + 3) / 4 + 1); }

// c[i][m][n] = epilogue(the sum over k of a[i * step_a + m * a_row + k * a_k] * b[i * step_b + k * b_k + n * b_n], modulo 2^32)
template <class As>
struct byte_gemm_fields {
  typename As::extent m{};                          // any of the extents may be 0
  typename As::number n{};
  typename As::extent k{}, batches{};
  typename As::template address<const void> a{};
  typename As::number a_row{}, a_k{}, step_a{};
  typename As::flag a_signed{};                     // i8, else u8
  typename As::template address<const void> b{};
  typename As::number b_k{}, b_n{}, step_b{};
  typename As::flag b_signed{}, b_packed{};         // of one matrix: byte_panels_floats()
  typename As::scratch scratch{};                   // scratch_floats() of this share's own
  typename As::template address<void> c{};          // i32; not used where an epilogue stores elsewhere
  typename As::number c_row{};
  typename As::loop post{};                         // of one product
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) {
    f(p.m, b.m), f(p.n, b.n), f(p.k, b.k), f(p.batches, b.batches), f(p.a, b.a), f(p.a_row, b.a_row), f(p.a_k, b.a_k), f(p.step_a, b.step_a);
    f(p.a_signed, b.a_signed), f(p.b, b.b), f(p.b_k, b.b_k), f(p.b_n, b.b_n), f(p.step_b, b.step_b), f(p.b_signed, b.b_signed);
    f(p.b_packed, b.b_packed), f(p.scratch, b.scratch), f(p.c, b.c), f(p.c_row, b.c_row), f(p.post, b.post);
  }
};
using byte_gemm_args = byte_gemm_fields<bound>;
template <class T>
constexpr void each_touched(step_kind, const byte_gemm_fields<planned>& p, const byte_gemm_args& s, T& t) {
  t.reads(p.a, {{s.batches, s.step_a}, {s.m, s.a_row}, {s.k, s.a_k}});
  if (s.b_packed) t.reads(p.b, {{4 * byte_panels_floats(s.k, s.n)}});
  else t.reads(p.b, {{s.batches, s.step_b}, {s.k, s.b_k}, {s.n, s.b_n}});
  t.writes(p.c, {{s.batches * s.m, s.c_row}, {s.n}});
  t.loop(p.post, s.m, s.n, nullptr, 0);
}
// So many rows of A meet a panel, which then is in the first cache, one after the other: whole tiles.
inline constexpr std::ptrdiff_t most_byte_rows = is_small_target ? byte_rows : 32, byte_words_at_once = 2048;
constexpr std::ptrdiff_t byte_rows_at_once(std::ptrdiff_t m, std::ptrdiff_t k) {
  const std::ptrdiff_t fours = (k + 3) / 4, all = (m + byte_rows - 1) / byte_rows * byte_rows,
                       fit = fours > 0 ? byte_words_at_once / fours / byte_rows * byte_rows : all;
  const std::ptrdiff_t some = fit < most_byte_rows ? fit : most_byte_rows, rows = some < all ? some : all;
  return rows > byte_rows ? rows : byte_rows;
}
// Those rows, each byte a lane at most. A smaller k, of which more rows fit, does not need more: it may be the batch, for whose most a plan has
// memory.
constexpr std::ptrdiff_t byte_rows_floats(std::ptrdiff_t m, std::ptrdiff_t k) {
  const std::ptrdiff_t fours = (k + 3) / 4, all = (m + byte_rows - 1) / byte_rows * byte_rows, most = all < most_byte_rows ? all : most_byte_rows;
  const std::ptrdiff_t fit = most * fours < byte_words_at_once ? most * fours : byte_words_at_once, one = byte_rows * fours;
  return whole_lines(4 * (fit > one ? fit : one));
}
// Before where sums begin; B too where it is not packed.
constexpr std::ptrdiff_t scratch_floats(step_kind, const byte_gemm_args& a) {
  return byte_rows_floats(a.m, a.k) + (a.b_packed ? whole_lines(a.n) : byte_panels_floats(a.k, a.n));
}

}  // namespace igata::inline IGATA_ABI::plan
