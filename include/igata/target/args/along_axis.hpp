// Elements of an axis by index.
#pragma once
#include "../fields.hpp"

namespace igata::inline IGATA_ABI::plan {

// take_along_axis: to[o][j][i] = from[o][index[o][j][i]][i] for j < count, of an index outside [0, rows) zero.
// add_along_axis: to = 0 everywhere, then to[o][index[o][j][i]][i] += from[o][j][i], in the order of j; where an index is outside, nothing.
template <class As>
struct along_axis_fields {
  typename As::extent outer{};
  typename As::number rows{}, count{}, inner{};
  int bytes{};                                        // of an element; add_along_axis: 4
  typename As::template address<const void> from{};
  typename As::template address<const std::int32_t> index{};
  typename As::template address<void> to{};
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) {
    f(p.outer, b.outer), f(p.rows, b.rows), f(p.count, b.count), f(p.inner, b.inner), f(p.bytes, b.bytes), f(p.from, b.from), f(p.index, b.index),
        f(p.to, b.to);
  }
};
using along_axis_args = along_axis_fields<bound>;
template <class T>
constexpr void each_touched(step_kind kind, const along_axis_fields<planned>& p, const along_axis_args& s, T& t) {
  const bool takes = kind == step_kind::take_along_axis;
  t.reads(p.from, {{s.outer * (takes ? s.rows : s.count) * s.inner}});
  t.reads(p.index, {{s.outer * s.count * s.inner}});
  t.writes(p.to, {{s.outer * (takes ? s.count : s.rows) * s.inner}});
}

}  // namespace igata::inline IGATA_ABI::plan
