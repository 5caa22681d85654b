// Values put into what is there by index.
#pragma once
#include "../fields.hpp"

namespace igata::inline IGATA_ABI::plan {

enum class put_kind : int { add, mul, max, min };

// to = there, then in the order of j: to[o][index[o][j][i]][i] gets from[o][j][i]; by_row: to[index[j]] gets from[j], of which outer is 1. Where an
// index is outside of [0, rows), nothing. scatter: it takes the place of what is there; scatter_reduce: both by `kind`.
template <class As>
struct scatter_fields {
  typename As::extent outer{}, count{};               // of an index' rows
  typename As::number rows{}, inner{};
  int bytes{};                                        // of an element; scatter_reduce: of a lane
  put_kind kind{};
  typename As::flag whole{};                          // i32 or i64, else f32 or f64
  typename As::flag by_row{};
  typename As::template address<const void> from{};
  typename As::template address<const std::int32_t> index{};
  typename As::template address<const void> there{};
  typename As::template address<void> to{};
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) {
    f(p.outer, b.outer), f(p.count, b.count), f(p.rows, b.rows), f(p.inner, b.inner), f(p.bytes, b.bytes), f(p.kind, b.kind), f(p.whole, b.whole),
        f(p.by_row, b.by_row), f(p.from, b.from), f(p.index, b.index), f(p.there, b.there), f(p.to, b.to);
  }
};
using scatter_args = scatter_fields<bound>;
template <class T>
constexpr void each_touched(step_kind, const scatter_fields<planned>& p, const scatter_args& s, T& t) {
  t.reads(p.from, {{s.outer * s.count * s.inner}});
  t.reads(p.index, {{s.outer * s.count * (s.by_row ? 1 : s.inner)}});
  t.reads(p.there, {{s.outer * s.rows * s.inner}});
  t.writes(p.to, {{s.outer * s.rows * s.inner}});
}

}  // namespace igata::inline IGATA_ABI::plan
