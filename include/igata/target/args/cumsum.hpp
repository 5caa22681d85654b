// Running sums.
#pragma once
#include "../fields.hpp"

namespace igata::inline IGATA_ABI::plan {

// out[o][r][i] = the sum of in[o][0 … r][i], added one after the other; exclusive: of 0 … r - 1; reverse: of r … length - 1.
template <class As>
struct cumsum_fields {
  typename As::extent outer{};
  typename As::number length{}, inner{};
  typename As::template address<const void> in{};
  typename As::template address<void> out{};
  typename As::flag whole{};                          // i32 or i64, else f32 or f64
  typename As::flag exclusive{}, reverse{};
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) {
    f(p.outer, b.outer), f(p.length, b.length), f(p.inner, b.inner), f(p.in, b.in), f(p.out, b.out), f(p.whole, b.whole), f(p.exclusive, b.exclusive),
        f(p.reverse, b.reverse);
  }
};
using cumsum_args = cumsum_fields<bound>;
template <class T>
constexpr void each_touched(step_kind, const cumsum_fields<planned>& p, const cumsum_args& s, T& t) {
  t.reads(p.in, {{s.outer * s.length * s.inner}});
  t.writes(p.out, {{s.outer * s.length * s.inner}});
}

}  // namespace igata::inline IGATA_ABI::plan
