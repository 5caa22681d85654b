// Rows of tables by index.
#pragma once
#include "../fields.hpp"

namespace igata::inline IGATA_ABI::plan {

// gather: to[j][0 … width) = from[index[j]][0 … width), of an index outside [0, rows) zeros.
// scatter_add: to = 0 everywhere, then to[index[j]] += from[j], in the order of j; where an index is outside, nothing.
template <class As>
struct table_fields {
  typename As::template address<const void> from{};
  typename As::template address<const std::int32_t> index{};
  typename As::template address<void> to{};
  typename As::extent count{};                        // of indices
  typename As::number width{}, rows{};                // of the table
  int bytes{};                                        // of an element; scatter_add: 4
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) {
    f(p.from, b.from), f(p.index, b.index), f(p.to, b.to), f(p.count, b.count), f(p.width, b.width), f(p.rows, b.rows), f(p.bytes, b.bytes);
  }
};
using table_args = table_fields<bound>;
template <class T>
constexpr void each_touched(step_kind kind, const table_fields<planned>& p, const table_args& s, T& t) {
  const bool gathers = kind == step_kind::gather;
  t.reads(p.from, {{(gathers ? s.rows : s.count) * s.width}});
  t.reads(p.index, {{s.count}});
  t.writes(p.to, {{(gathers ? s.count : s.rows) * s.width}});
}

}  // namespace igata::inline IGATA_ABI::plan
