// Matrix products.
#pragma once
#include "../fields.hpp"
#include "../lines.hpp"

namespace igata::inline IGATA_ABI::plan {

// B's packed form: columns in panels of 64, [N/64][K][64]; the last panel is as wide as its columns rounded up to a line, padded with
// zeros. Panel j starts at 64 * j * K. The same for every instruction set.
inline constexpr std::ptrdiff_t panel_width = 64;
constexpr std::ptrdiff_t packed_size(std::ptrdiff_t k, std::ptrdiff_t n) { return k * whole_lines(n); }

// How many sums each sum of a product is split into, so that chains of additions do not wait for each other: that many are needed where a row or two
// go through a panel. Of a B that comes from the second cache level nothing waits for the adders. `rows`: that are there at once, of those that the
// order may depend on.
inline constexpr int many_rows = 8, first_level_floats = 8192;
constexpr int gemm_splits(int k, int n, int rows) {
  const int columns = n < panel_width ? n : static_cast<int>(panel_width), chains = (rows < many_rows ? rows : many_rows) * ((columns + 15) / 16);
  const int splits = chains >= 8 || (n >= panel_width && static_cast<long long>(k) * n > first_level_floats) ? 1 : chains >= 2 ? 2 : 4;
  return splits <= k ? splits : 1;
}

// c[m][n] = epilogue(bias[n] + sum over k of a[m * a_row + k * a_k] * b[k][n])
template <class As>
struct gemm_fields {
  typename As::extent m{};                          // any of the three may be 0: k = 0 gives bias (or 0)
  typename As::number n{};
  typename As::extent k{};
  typename As::template address<const float> a{};
  typename As::number a_row{}, a_k{};               // transposed A: a_row = 1
  typename As::template address<const float> b{};
  typename As::number b_k{}, b_n{};                 // b_n == 1: rows are contiguous and read in place; else packed into scratch first
  typename As::flag b_packed{};                     // b is in panels; b_k and b_n are not used
  typename As::number splits{1};  // the order of additions: product k goes into sum k % splits, of which the first begins with the bias; then
                                  // the second half of the sums is added to the first until one is left. 1, 2 or 4
  typename As::scratch scratch{};                   // scratch_floats() of this share's own
  typename As::template address<const float> bias{};  // n floats or null
  typename As::template address<float> c{};         // not used where an epilogue stores elsewhere
  typename As::number c_row{};
  typename As::loop post{};
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) {
    f(p.m, b.m), f(p.n, b.n), f(p.k, b.k), f(p.a, b.a), f(p.a_row, b.a_row), f(p.a_k, b.a_k), f(p.b, b.b), f(p.b_k, b.b_k), f(p.b_n, b.b_n);
    f(p.b_packed, b.b_packed), f(p.splits, b.splits), f(p.scratch, b.scratch), f(p.bias, b.bias), f(p.c, b.c), f(p.c_row, b.c_row), f(p.post, b.post);
  }
};
using gemm_args = gemm_fields<bound>;
template <class T>
constexpr void each_touched(step_kind, const gemm_fields<planned>& p, const gemm_args& s, T& t) {
  t.reads(p.a, {{s.m, s.a_row}, {s.k, s.a_k}});
  if (s.b_packed) t.reads(p.b, {{packed_size(s.k, s.n)}});
  else t.reads(p.b, {{s.k, s.b_k}, {s.n, s.b_n}});
  t.reads(p.bias, {{s.n}});
  t.writes(p.c, {{s.m, s.c_row}, {s.n}});
  t.loop(p.post, s.m, s.n, nullptr, 0);
}
constexpr std::ptrdiff_t scratch_floats(step_kind, const gemm_args& a) {
  return a.b_packed || a.b_n == 1 || a.n == 1 ? 0 : packed_size(a.k, a.n) + readable_behind;
}

// Many products: the next one's operands lie `step` further.
template <class As>
struct batched_gemm_fields : gemm_fields<As> {
  typename As::extent batches{};
  typename As::number step_a{}, step_b{}, step_c{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) {
    gemm_fields<As>::each(p, b, f), f(p.batches, b.batches), f(p.step_a, b.step_a), f(p.step_b, b.step_b), f(p.step_c, b.step_c);
  }
};
using batched_gemm_args = batched_gemm_fields<bound>;
template <class T>
constexpr void each_touched(step_kind, const batched_gemm_fields<planned>& p, const batched_gemm_args& s, T& t) {
  t.reads(p.a, {{s.batches, s.step_a}, {s.m, s.a_row}, {s.k, s.a_k}});
  t.reads(p.b, {{s.batches, s.step_b}, {s.k, s.b_k}, {s.n, s.b_n}});
  t.writes(p.c, {{s.batches, s.step_c}, {s.m, s.c_row}, {s.n}});
}

}  // namespace igata::inline IGATA_ABI::plan
