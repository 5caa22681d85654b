// Rows of tables by index.
#pragma once
#include "../step_writer.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {
template <class Fields>
constexpr void write_table(step_writer& w, step_kind kind, Fields f, const shape& table) {
  f.index = w.operand(1);
  f.out = w.result();
  f.count = w.extent(static_cast<int>(w.dims(1).count()), w.dims(1).batched);
  f.width = static_cast<int>(table.count()) / (table[0] ? table[0] : 1);
  f.rows = table[0];
  w.add_step(kind, f);
}
}  // namespace detail

template <>
struct lowering<op::gather> : own_kernel {
  static constexpr void write(detail::step_writer& w) {
    gather_fields<planned> f;
    f.table = w.operand(0);
    detail::write_table(w, step_kind::gather, f, w.dims(0));
  }
};
template <>
struct lowering<op::scatter_add> : own_kernel {
  static constexpr void write(detail::step_writer& w) {
    scatter_add_fields<planned> f;
    f.values = w.operand(0);
    detail::write_table(w, step_kind::scatter_add, f, w.anchor().dims);
  }
};

}  // namespace igata::inline IGATA_ABI
