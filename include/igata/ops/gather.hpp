// gather: rows of a table by index; scatter: rows put into a table by index. Each is what the other's gradient needs.
//
//   value e = gather(table, tokens);                                    [v, d…] by [n, t] of whole numbers gives [n, t, d…]
//   value t = scatter(table, tokens, e * 2, scatter_reduction::add);    [v, d…]
//
// An index that an input holds must lie inside the table: a call with another one is refused. One that is computed and lies outside chooses zeros,
// and nothing is put for it.
#pragma once
#include "scatter.hpp"

namespace igata::inline IGATA_ABI::ir {

template <>
struct rule<op::gather> {
  static constexpr void infer(graph& g, node& v, source at) {
    const node &table = g.operand_node(v, 0), &index = g.operand_node(v, 1);
    v.type = table.type;
    if (index.type != i32) return g.fail("gather", text() << "the index must be whole numbers, got " << name_of(index.type) << "; cast(x, i32)", at);
    if (table.dims.rank < 1 || table.dims.rows_of) return refuse_table(g, table.dims, at);
    if (table.dims.rank + index.dims.rank - 1 > max_rank)
      return g.fail("gather",
                    text() << "table " << table.dims << " by index " << index.dims << " has " << table.dims.rank + index.dims.rank - 1
                           << " axes; at most " << max_rank,
                    at);
    v.dims = index.dims;
    for (int i = 1; i < table.dims.rank; ++i) v.dims.push(table.dims[i]);
  }
  static constexpr void evaluate(const evaluation& e) {
    const int count = e.in(1).size(), width = count ? e.out.size() / count : 0;
    for (int j = 0; j < count; ++j)
      for (int i = 0, row = row_of(e.in(1)[j], e.in_dims(0)[0]); i < width; ++i) e.out[j * width + i] = row < 0 ? 0 : e.in(0)[row * width + i];
  }
  static constexpr void gradient(backward& b);

 private:
  [[gnu::cold]] static constexpr void refuse_table(graph& g, const shape& dims, source at) {
    text why;
    if (dims.rank < 1) why << "the table is a single number; it needs rows";
    else why << "the table " << dims << " has a batch, and must be the same for all rows";
    if (dims.rank > 1) why << "; to choose in each row multiply by one_hot(index, " << dims[1] << ") and sum";
    g.fail("gather", why, at);
  }
};
template <>
struct rule<op::scatter> {  // (values, index) or (values, index, table) -> table; the dims are given
  using attributes = scatter_attributes;

  static constexpr void infer(graph& g, node& v, source at) {
    const node &values = g.operand_node(v, 0), &index = g.operand_node(v, 1);
    v.type = values.type;
    bool fits = detail::may_scatter(g, v, attributes_of<op::scatter>(g, v).how()) && v.dims.rank > 0 && !v.dims.rows_of &&
                values.dims.rows_of == index.dims.rows_of && values.dims.rank == index.dims.rank + v.dims.rank - 1;
    for (int i = 0; i < values.dims.rank && fits; ++i)
      fits = values.dims[i] == (i < index.dims.rank ? index.dims[i] : v.dims[i - index.dims.rank + 1]);
    needs_shape(g, v, fits, at);
  }
  static constexpr void evaluate(const evaluation& e) {
    const int count = e.in(1).size(), width = count ? e.in(0).size() / count : 0;
    const scatter_reduction how = attributes_of<op::scatter>(e).how();
    detail::start_scatter(e);
    for (int j = 0; j < count; ++j)
      if (const int row = row_of(e.in(1)[j], e.dims()[0]); row >= 0)
        for (int i = 0; i < width; ++i) {
          double& to = e.out[row * width + i];
          to = detail::reduced(to, e.in(0)[j * width + i], how, e.v.type);
        }
  }
  static constexpr void gradient(backward& b) {
    const value index = b.in(1);
    const shape rows = index.dims();
    const auto positions = [&] { return rows.rows_of ? value() : reshape_to(iota(b.g, static_cast<int>(rows.count())), rows); };
    const auto chosen = [&](value x) { return emit<op::gather>(b.g, {x, index}, {}, 0, {}); };
    const auto put = [&](value x, value there, scatter_reduction how) {
      return emit<op::scatter>(b.g, {x, index, there}, {.reduction = static_cast<int>(how)}, 0, {}, x.type(), there.dims());
    };
    detail::scatter_gradient(b, attributes_of<op::scatter>(b).how(), chosen, put, positions, {b.v.dims[0]});
  }
};

constexpr void rule<op::gather>::gradient(backward& b) {
  const value dy = widened(b.dy, {});
  b.add(0, narrowed_as(emit<op::scatter>(b.g, {dy, b.in(1)}, {}, 0, {}, dy.type(), b.in(0).dims()), b.dy.type(), {}));
}

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

// [rows, d…] by index [n, t] of any whole type: [n, t, d…].
constexpr value gather(value table, value index, source at = source::here()) {
  index = as_index(index, true, at);
  if (table.valid() && table.rank() > 0 && !table.dims().rows_of) limit_index(index, table.extent(0), "gather", at);
  return table.valid() ? ir::emit<ir::op::gather>(table.owner(), {table, index}, {}, 0, at) : table;
}

// The table with rows of values at an index [n, t] of any whole type; values are [n, t, d…]. The order is that of the index.
constexpr value scatter(value table, value index, value values, scatter_reduction how = scatter_reduction::none, source at = source::here()) {
  index = as_index(index, true, at);
  if (!table.valid() || !index.valid() || !values.valid()) return table.valid() ? index.valid() ? values : index : table;
  ir::graph& g = table.owner();
  if (index.type() != i32)
    return g.fail("scatter", text() << "the index must be whole numbers, got " << name_of(index.type()) << "; cast(x, i32)", at), ir::poison(g);
  const shape dims = table.dims();
  if (dims.rank < 1 || dims.rows_of)
    return g.fail("scatter",
                  text() << "the table " << dims << (dims.rank < 1 ? " is a single number; it needs rows" : " has a batch; put_along_axis"), at),
           ir::poison(g);
  shape needed = index.dims();
  if (needed.rank + dims.rank - 1 > max_rank)
    return g.fail("scatter", text() << "an index " << needed << " of rows of " << dims << ": values would have " << needed.rank + dims.rank - 1
                                    << " axes; at most " << max_rank, at),
           ir::poison(g);
  for (int i = 1; i < dims.rank; ++i) needed.push(dims[i]);
  if (!(values.dims() == needed))
    return g.fail("scatter", text() << "values " << values.dims() << " by index " << index.dims() << " into " << dims << "; they must be " << needed
                                    << ": broadcast_to or reshape", at),
           ir::poison(g);
  limit_index(index, dims[0], "scatter", at);
  return detail::scattered(table, values, how, "scatter", at, [&](value x, value there) {
    return ir::emit<ir::op::scatter>(g, {x, index, there}, {.reduction = static_cast<int>(how)}, 0, at, x.type(), dims);
  });
}

}  // namespace igata::inline IGATA_ABI
