// gather_nd and scatter_nd: an index that is a tuple for the first axes of a tensor. (ONNX, TensorFlow, JAX.)
//
//   value y = gather_nd(x, index);               x [4, 5, 6], index i32 [n, 2]: [n, 6], of x[index[n][0]][index[n][1]]
//   value z = scatter_nd(x, index, y * 2);       [4, 5, 6]
//
// A tuple any of whose numbers lies outside chooses zeros, and nothing is put for it; one that an input holds and that lies outside of every axis is
// refused.
#pragma once
#include "../ops/along_axis.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

// x as a table, and the row of it that each tuple names.
struct tuple_rows {
  value table, row;
  shape rest;  // of a row
};
constexpr tuple_rows rows_of_tuples(value x, value index, int batch_axes, std::string_view what, source at) {
  graph& g = x.owner();
  index = as_index(index, true, at);
  const auto fail = [&](const text& why) { return g.fail(what, why, at), tuple_rows{}; };
  if (index.type() != i32) return fail(text() << "the index must be whole numbers, got " << name_of(index.type()) << "; cast(x, i32)");
  const shape dims = x.dims(), tuples = index.dims();
  const int last = tuples.rank - 1, size = tuples.rank ? tuples[last] : 0, first = batch_axes, end = first + size;
  if (size < 1 || (last == 0 && tuples.rows_of) || batch_axes < 0 || batch_axes > last || end > dims.rank || dims.rows_of)
    return fail(text() << "index " << tuples << " of " << dims
                       << "; its last extent is the number of axes that are chosen from, none of them a batch");
  for (int i = 0; i < first; ++i)
    if (dims[i] != tuples[i] || tuples.rows_of)
      return fail(text() << "index " << tuples << " of " << dims << "; the first " << first << " extents must be equal");
  int most = 1, rows = 1;
  for (int i = first; i < end; ++i) most = dims[i] > most ? dims[i] : most;
  limit_index(index, most, what, at);
  shape positions = tuples;
  --positions.rank;
  tuple_rows r;
  value inside;
  for (int i = 0; i < end; ++i) {  // the rows of rows
    value k;
    if (i < first) {
      shape column;
      for (int j = 0; j < last; ++j) column.push(j == i ? dims[i] : 1);
      k = reshape_to(ir::iota(g, dims[i], i32, at), column);
    } else {
      shape one = tuples;
      one[last] = 1;
      k = reshape_to(slice_axis_of(index, last, i - first, 1, one, at), positions);
      if (end > 1) {
        const value fits = k >= 0 && k < dims[i];
        inside = inside.valid() ? inside && fits : fits;
      }
    }
    r.row = r.row.valid() ? r.row * dims[i] + k : k;
    rows *= dims[i];
  }
  if (inside.valid()) r.row = select(inside, r.row, -1);
  shape table;
  table.push(rows);
  for (int i = end; i < dims.rank; ++i) table.push(dims[i]), r.rest.push(dims[i]);
  r.table = reshape_to(x, table, at);
  return r;
}

}  // namespace detail

// Of index [i…, k] the result is [i…, and the axes of x behind the chosen ones]. The first `batch_axes` of both are the same, and not chosen.
constexpr value gather_nd(value x, value index, int batch_axes = 0, source at = source::here()) {
  if (!x.valid() || !index.valid()) return x.valid() ? index : x;
  const ir::library_call call(x, at);
  const detail::tuple_rows r = detail::rows_of_tuples(x, index, batch_axes, "gather_nd", at);
  return r.row.valid() ? gather(r.table, r.row, at) : ir::poison(x.owner());
}
// x with values put where tuples say; values have the shape of gather_nd's result. The order is that of the index.
constexpr value scatter_nd(value x, value index, value values, scatter_reduction how = scatter_reduction::none, source at = source::here()) {
  if (!x.valid() || !index.valid()) return x.valid() ? index : x;
  const ir::library_call call(x, at);
  const detail::tuple_rows r = detail::rows_of_tuples(x, index, 0, "scatter_nd", at);
  return r.row.valid() ? reshape_to(scatter(r.table, r.row, values, how, at), x.dims(), at) : ir::poison(x.owner());
}

}  // namespace igata::inline IGATA_ABI
