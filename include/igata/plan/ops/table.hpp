// Rows of tables by index.
#pragma once
#include "scatter.hpp"

namespace igata::inline IGATA_ABI::detail {

constexpr void write_table(step_writer& w, step_kind kind, const shape& table) {
  table_fields<planned> f;
  f.from = w.operand(0);
  f.index = w.operand(1);
  f.to = w.result();
  f.count = w.extent(static_cast<int>(w.dims(1).count()), w.dims(1).rows_of);
  f.width = static_cast<int>(table.count()) / (table[0] ? table[0] : 1);
  f.rows = table[0];
  f.bytes = size_of(w.anchor().type);
  w.add_step(kind, f);
}

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::plan {

template <>
struct lowering<op::gather> : own_kernel {
  static constexpr void write(detail::step_writer& w) { detail::write_table(w, step_kind::gather, w.dims(0)); }
};
template <>
struct lowering<op::scatter> : own_kernel {
  static constexpr void write(detail::step_writer& w) {
    const shape& table = w.anchor().dims;
    if (w.anchor().arity == 2) return detail::write_table(w, step_kind::scatter_add, table);
    scatter_fields<planned> f;
    f.outer = w.extent(1, no_symbol);
    f.count = w.extent(static_cast<int>(w.dims(1).count()), w.dims(1).rows_of);
    f.rows = table[0];
    f.inner = static_cast<int>(table.count()) / (table[0] ? table[0] : 1);
    f.by_row = true;
    detail::write_scatter(w, attributes_of<op::scatter>(w).how(), f);
  }
};

}  // namespace igata::inline IGATA_ABI::plan
