// Rows of tables by index.
#pragma once
#include "../fields.hpp"

namespace igata::inline IGATA_ABI {

// out[j][0 … width) = table[index[j]][0 … width), of an index outside the table zeros.
template <class As>
struct gather_fields {
  typename As::template address<const float> table{};
  typename As::template address<const std::int32_t> index{};
  typename As::template address<float> out{};
  typename As::extent count{};
  typename As::number width{}, rows{};
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) { f(p.table, b.table), f(p.index, b.index), f(p.out, b.out), f(p.count, b.count), f(p.width, b.width), f(p.rows, b.rows); }
};
using gather_args = gather_fields<bound>;
// out = 0 everywhere, then out[index[j]] += values[j], in the order of j; where an index is outside, nothing.
template <class As>
struct scatter_add_fields {
  typename As::template address<const float> values{};
  typename As::template address<const std::int32_t> index{};
  typename As::template address<float> out{};
  typename As::extent count{};
  typename As::number width{}, rows{};
  typename As::shared part{};
  template <class P, class B, class F>
  static constexpr void each(P& p, B& b, F f) { f(p.values, b.values), f(p.index, b.index), f(p.out, b.out), f(p.count, b.count), f(p.width, b.width), f(p.rows, b.rows); }
};
using scatter_add_args = scatter_add_fields<bound>;

}  // namespace igata::inline IGATA_ABI
