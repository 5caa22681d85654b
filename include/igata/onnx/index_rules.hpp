// Operators of ONNX that choose and put elements by an index.
#pragma once
#include "../functional/along_axes.hpp"
#include "../functional/index_tuples.hpp"
#include "indices.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

inline scatter_reduction reduction_of(importer& c) {
  const std::string how = c.text_of("reduction", "none");
  constexpr std::string_view names[] = {"none", "add", "mul", "max", "min"};
  for (int i = 0; i < 5; ++i)
    if (names[i] == how) return static_cast<scatter_reduction>(i);
  c.fail("reduction none, add, mul, max or min", io::escaped(how), "the file is no valid ONNX model");
}
inline void import_scatter_elements(importer& c) {
  const extents dims = c.in(0).dims;
  const int axis = c.axis_of(c.integer("axis", 0), dims.size());
  const value x = c.plain_copy(0), index = index_of(c, 1, {dims[static_cast<std::size_t>(axis)]});
  c.put_value(put_along_axis(x, index, c.plain_copy(2), axis, reduction_of(c)));
}
// The extents that tuples choose from, behind `batch` axes.
inline extents chosen_extents(importer& c, std::size_t batch) {
  const extents dims = c.in(0).dims, tuples = c.in(1).dims;
  const std::int64_t n = tuples.empty() ? 0 : tuples.back(), most = static_cast<std::int64_t>(dims.size()) - static_cast<std::int64_t>(batch);
  if (n < 1 || n > most)
    c.fail("tuples of 1 to " + std::to_string(most) + " numbers", std::to_string(n), "the file is no valid ONNX model");
  return {dims.begin() + static_cast<std::ptrdiff_t>(batch), dims.begin() + static_cast<std::ptrdiff_t>(batch) + n};
}
inline void import_scatter_nd(importer& c) {
  const value x = c.plain_copy(0), index = index_of(c, 1, chosen_extents(c, 0));
  c.put_value(scatter_nd(x, index, c.plain_copy(2), reduction_of(c)));
}
inline void import_gather_nd(importer& c) {
  const std::int64_t batch = c.integer("batch_dims", 0);
  if (batch < 0 || batch > max_rank) c.fail("batch_dims from 0", std::to_string(batch), "the file is no valid ONNX model");
  const value x = c.plain_copy(0), index = index_of(c, 1, chosen_extents(c, static_cast<std::size_t>(batch)));
  c.put_value(gather_nd(x, index, static_cast<int>(batch)));
}
// The elements of an axis, or of all of them, for which a condition holds that is known.
inline void import_compress(importer& c) {
  const extents dims = c.in(0).dims;
  const bool flat = !c.find("axis", attribute::kind::i);
  const int axis = flat ? 0 : c.axis_of(c.integer("axis", 0), dims.size());
  const std::int64_t n = flat ? count_of(dims) : dims[static_cast<std::size_t>(axis)];
  c.expect_mask(1);
  const extents& holds = c.wholes(1);
  if (static_cast<std::int64_t>(holds.size()) > n)
    c.fail("a condition for " + std::to_string(n), std::to_string(holds.size()), "the file is no valid ONNX model");
  extents chosen;
  for (std::size_t i = 0; i < holds.size(); ++i)
    if (holds[i] != 0) chosen.push_back(static_cast<std::int64_t>(i));
  const value x = flat ? reshape_to(c.plain_copy(0), c.shape_of({n})) : moveaxis(c.plain_copy(0), axis, 0);
  const value y = gather(x, c.variable(whole_numbers(chosen, i32), importer::leaf(c.at().input[1])));
  c.put_value(flat ? y : moveaxis(y, 0, axis));
}
// Where a constant is not 0.
inline void import_non_zero(importer& c) {
  const constant& x = c.known(0);
  const std::size_t rank = x.dims.size();
  std::vector<std::size_t> hits;
  for (std::size_t i = 0; i < static_cast<std::size_t>(x.count()); ++i)
    if (x.at(i) != 0) hits.push_back(i);
  constant k;
  k.type = i64;
  k.dims = {static_cast<std::int64_t>(rank), static_cast<std::int64_t>(hits.size())};
  std::int64_t inner = x.count();
  for (std::size_t axis = 0; axis < rank && !hits.empty(); ++axis) {
    inner /= x.dims[axis];
    for (const std::size_t at : hits) k.whole.push_back(static_cast<std::int64_t>(at) / inner % x.dims[axis]);
  }
  c.put_known(std::move(k));
}
// The first elements of the time axis in the opposite order, as many as each row of the batch axis says.
inline void import_reverse_sequence(importer& c) {
  const extents dims = c.in(0).dims;
  const int batch = c.axis_of(c.integer("batch_axis", 1), dims.size()), time = c.axis_of(c.integer("time_axis", 0), dims.size());
  if (batch == time) c.fail("two axes", "one", "the file is no valid ONNX model");
  if (c.in(1).is_known)
    for (const std::int64_t n : c.wholes(1))
      if (n < 0 || n > dims[static_cast<std::size_t>(time)])
        c.fail("lengths up to " + std::to_string(dims[static_cast<std::size_t>(time)]), std::to_string(n), "the file is no valid ONNX model");
  const value x = c.plain_copy(0);
  extents row(dims.size(), 1), column = row;
  row[static_cast<std::size_t>(batch)] = dims[static_cast<std::size_t>(batch)];
  column[static_cast<std::size_t>(time)] = dims[static_cast<std::size_t>(time)];
  const value at = reshape_to(ir::iota(x.owner(), c.shape_of(column)[time]), c.shape_of(column)),
              length = reshape_to(as_i32(c, c.plain_copy(1)), c.shape_of(row));
  c.put_value(take_along_axis(x, broadcast_to(select(at < length, length - 1 - at, at + length * 0), x.dims()), time));
}
// The opposite of pooling with indices, which count in all of the result.
inline void import_max_unpool(importer& c) {
  const extents dims = c.in(0).dims, kernel = c.integers("kernel_shape");
  const std::size_t axes = kernel.size();
  c.shape_of(dims);
  const extents strides = c.integers("strides", extents(axes, 1)), pads = c.integers("pads", extents(2 * axes, 0));
  if (axes == 0 || dims.size() != axes + 2 || strides.size() != axes || pads.size() != 2 * axes)
    c.fail("a kernel, strides and pads of each axis", "others", "the file is no valid ONNX model");
  for (const extents* all : {&kernel, &strides, &pads})
    for (const std::int64_t n : *all)
      if (n < 0 || n > 1 << 24) c.fail("numbers from 0 to 2^24", std::to_string(n), "the file is no valid ONNX model");
  extents pooled = {dims[0], dims[1]};
  for (std::size_t i = 0; i < axes; ++i) pooled.push_back((dims[2 + i] - 1) * strides[i] + kernel[i] - pads[i] - pads[axes + i]);
  const extents out = c.given(2) ? c.wholes(2) : pooled;
  c.limit(pooled), c.limit(out);
  const igata::shape count = c.shape_of({count_of(dims)}), places = c.shape_of({count_of(pooled)}), whole = c.shape_of(pooled);
  const value x = reshape_to(c.plain_copy(0), count), index = reshape_to(index_of(c, 1, {count_of(pooled)}), count);
  const value y = reshape_to(scatter(broadcast_to(ir::constant(x.owner(), 0, x.type()), places), index, x), whole);
  ir::per_axis<ir::pad_axis> behind(whole.rank);  // what was left over when it was pooled
  for (std::size_t i = 0; i < pooled.size(); ++i) {
    if (out.size() != pooled.size() || out[i] < pooled[i])
      c.fail("an output_shape from " + std::to_string(pooled[i]), "less", "the file is no valid ONNX model");
    behind[static_cast<int>(i)].after = static_cast<int>(out[i] - pooled[i]);
  }
  c.put_value(out == pooled ? y : ir::emit<ir::op::pad>(y.owner(), {y}, behind, 0, source::here()));
}

inline constexpr import_rule index_rules[] = {
    {"Compress", import_compress},
    {"GatherND", import_gather_nd},
    {"MaxUnpool", import_max_unpool},
    {"NonZero", import_non_zero},
    {"ReverseSequence", import_reverse_sequence},
    {"Scatter", import_scatter_elements},
    {"ScatterElements", import_scatter_elements},
    {"ScatterND", import_scatter_nd},
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
