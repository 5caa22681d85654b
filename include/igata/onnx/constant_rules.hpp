// Constants, shapes and parts of tensors.
#pragma once
#include <algorithm>  // max, min

#include "../ops/all.hpp"
#include "indices.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

inline void import_constant(importer& c) {
  constant k;
  if (const attribute* a = c.find("value", attribute::kind::tensor)) {
    if (!read_constant(a->tensors[0], k)) c.fail("a constant of numbers", std::string(name_of(a->tensors[0].type)));
  } else if (const attribute* i = c.find("value_int", attribute::kind::i)) {
    k.type = i64, k.whole = {i->i};
  } else if (const attribute* is = c.find("value_ints", attribute::kind::ints)) {
    k = whole_numbers(is->ints);
  } else if (const attribute* f = c.find("value_float", attribute::kind::f)) {
    k.real = {f->f};
  } else if (const attribute* fs = c.find("value_floats", attribute::kind::floats)) {
    k.real.assign(fs->floats.begin(), fs->floats.end()), k.dims = {static_cast<std::int64_t>(fs->floats.size())};
  } else {
    c.fail("a constant of numbers", "another");
  }
  c.put_known(std::move(k));
}
inline void import_constant_of_shape(importer& c) {
  constant k;
  if (const attribute* a = c.find("value", attribute::kind::tensor)) {
    if (!read_constant(a->tensors[0], k)) c.fail("a constant of numbers", "another");
  } else {
    k.real = {0};
  }
  if (k.size() != 1) c.fail("a value of one element", "another", "the file is no valid ONNX model");
  constant all;
  all.type = k.type;
  all.dims = c.wholes(0);
  c.limit(all.dims);
  for (std::int64_t i = all.count(); i > 0; --i) all.push(k, 0);
  c.put_known(std::move(all));
}
inline void import_shape(importer& c) {
  const extents& all = c.in(0).dims;
  const auto rank = static_cast<std::int64_t>(all.size());
  const auto limited = [&](std::int64_t i) { return std::min(rank, std::max<std::int64_t>(0, i < 0 ? i + rank : i)); };
  const std::int64_t begin = limited(c.integer("start", 0)), end = limited(c.integer("end", rank));
  c.put_known(whole_numbers(begin < end ? extents(all.begin() + begin, all.begin() + end) : extents{}));
}
inline void import_size(importer& c) {
  constant k = whole_numbers({count_of(c.in(0).dims)});
  k.dims = {};
  c.put_known(std::move(k));
}
inline void import_range(importer& c) {
  constant k;
  k.type = c.known(0).type;
  if (c.known(1).type != k.type || c.known(2).type != k.type)
    c.fail("a start, limit and delta of one type", "others", "the file is no valid ONNX model");
  constexpr std::uint64_t most = 1 << 20;
  if (k.is_whole()) {
    const std::int64_t begin = c.whole(0), end = c.whole(1), step = c.whole(2);
    const auto bits = [](std::int64_t i) { return static_cast<std::uint64_t>(i); };
    if (step == 0) c.fail("a step other than 0", "0", "the file is no valid ONNX model");
    const std::uint64_t far = step > 0 ? bits(end) - bits(begin) : bits(begin) - bits(end), by = step > 0 ? bits(step) : 0 - bits(step);
    const std::uint64_t n = begin == end || (begin < end) != (step > 0) ? 0 : (far - 1) / by + 1;
    if (n > most) c.fail("at most 2^20 numbers", "more");
    for (std::uint64_t i = 0; i < n; ++i) k.whole.push_back(static_cast<std::int64_t>(bits(begin) + i * bits(step)));
  } else {
    const double first = c.number(0), last = c.number(1), by = c.number(2), n = (last - first) / by;
    if (!(n <= double{most})) c.fail("at most 2^20 numbers", "more");
    for (int i = 0; i < n; ++i) k.push(first + i * by);
  }
  k.dims = {static_cast<std::int64_t>(k.size())};
  c.put_known(std::move(k));
}
// Rows of a table, or of one that is turned so.
inline void import_lookup(importer& c, int axis) {
  const extents dims = c.in(0).dims, at = c.in(1).dims;
  extents order;
  for (std::size_t i = 0; i < dims.size(); ++i)
    if (static_cast<int>(i) != axis) order.push_back(static_cast<std::int64_t>(i));
  order.insert(order.begin(), axis);
  const value index = chosen_by(c, 1, dims[static_cast<std::size_t>(axis)]);
  if (axis != 0) {  // [..., axis, ...] by [index]: the axis goes to the front, and what is looked up back
    const value table = c.transposed(c.plain_copy(0), order);
    value y = gather(table, index);  // [index..., others...]
    extents back;
    const std::int64_t r = static_cast<std::int64_t>(at.size());
    for (std::int64_t i = 0; i < axis; ++i) back.push_back(r + i);
    for (std::int64_t i = 0; i < r; ++i) back.push_back(i);
    for (std::int64_t i = axis; i + 1 < static_cast<std::int64_t>(dims.size()); ++i) back.push_back(r + i);
    return c.put_value(c.transposed(y, back));
  }
  c.put_value(gather(c.plain_copy(0), index));
}
inline void import_gather(importer& c) {
  const item& x = c.in(0);
  const int axis = c.axis_of(c.integer("axis", 0), x.dims.size());
  if (!c.in(1).is_known || (c.in(1).known.count() != 1 && !(x.is_known && x.dims.size() == 1))) return import_lookup(c, axis);
  const constant& index = c.known(1);
  if (!index.is_whole()) c.fail("indices of whole numbers", "others", "the file is no valid ONNX model");
  const std::int64_t extent = x.dims[static_cast<std::size_t>(axis)];
  const auto at = [&](std::int64_t i) { return i < 0 ? i + extent : i; };
  if (x.is_known && x.dims.size() == 1) {
    constant k;
    k.type = x.known.type;
    k.dims = index.dims;
    for (const std::int64_t i : index.whole) {
      if (at(i) < 0 || at(i) >= extent) c.fail("an index of " + std::to_string(extent), std::to_string(i), "the file is no valid ONNX model");
      k.push(x.known, static_cast<std::size_t>(at(i)));
    }
    return c.put_known(std::move(k));
  }
  if (at(index.whole[0]) < 0 || at(index.whole[0]) >= extent)
    c.fail("an index of " + std::to_string(extent), std::to_string(index.whole[0]), "the file is no valid ONNX model");
  const value y = slice(c.plain_copy(0), axis, static_cast<int>(at(index.whole[0])), static_cast<int>(at(index.whole[0])) + 1);
  extents dims = x.dims;  // with those of the index in the axis' place
  dims.insert(dims.erase(dims.begin() + axis), index.dims.begin(), index.dims.end());
  c.put_value(reshape_to(y, c.shape_of(dims)));
}
// Elements begin, begin + step … of one axis.
inline constant sliced(const constant& c, std::size_t axis, std::int64_t begin, std::int64_t count, std::int64_t step) {
  constant to;
  to.type = c.type;
  to.dims = c.dims;
  to.dims[axis] = count;
  if (to.count() == 0) return to;
  std::int64_t inner = 1, outer = 1;
  for (std::size_t i = 0; i < axis; ++i) outer *= c.dims[i];
  for (std::size_t i = axis + 1; i < c.dims.size(); ++i) inner *= c.dims[i];
  for (std::int64_t o = 0; o < outer; ++o)
    for (std::int64_t k = 0; k < count; ++k)
      for (std::int64_t i = 0; i < inner; ++i) to.push(c, static_cast<std::size_t>((o * c.dims[axis] + begin + k * step) * inner + i));
  return to;
}
inline void import_slice(importer& c) {
  const bool attributes = !c.given(1);
  const extents starts = attributes ? c.integers("starts") : c.wholes(1), ends = attributes ? c.integers("ends") : c.wholes(2);
  extents axes = attributes ? c.integers("axes") : c.given(3) ? c.wholes(3) : extents{}, steps = c.given(4) ? c.wholes(4) : extents{};
  const std::size_t rank = c.in(0).dims.size();
  if (axes.empty())
    for (std::size_t i = 0; i < starts.size(); ++i) axes.push_back(static_cast<std::int64_t>(i));
  if (steps.empty()) steps.assign(starts.size(), 1);
  if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size())
    c.fail("a start, end, axis and step for each", "other counts", "the file is no valid ONNX model");
  const bool is_known = c.in(0).is_known;
  constant known;
  value y;
  if (is_known) known = c.in(0).known;
  else y = c.plain_copy(0);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const int axis = c.axis_of(axes[i], rank);
    const std::int64_t n = is_known ? known.dims[static_cast<std::size_t>(axis)] : y.dims()[axis], step = steps[i];
    if (step == 0 || step < -2147483647 || step > 2147483647)
      c.fail("a step of 31 bits other than 0", std::to_string(step), "the file is no valid ONNX model");
    const std::int64_t low = step > 0 ? 0 : -1, high = step > 0 ? n : n - 1;  // what begin and end are limited to
    const auto limited = [&](std::int64_t x, std::int64_t least) {
      const std::int64_t from_front = x < 0 ? x + n : x;  // below -2^63 + n nothing is lost: n is positive
      return from_front < least ? least : from_front > high ? high : from_front;
    };
    const std::int64_t begin = limited(starts[i], 0), end = limited(ends[i], low);
    const std::int64_t count = n == 0 ? 0 : step > 0 ? (end - begin + step - 1) / step : (begin - end - step - 1) / -step;
    if (is_known) {
      known = sliced(known, static_cast<std::size_t>(axis), begin, count > 0 ? count : 0, step);
    } else {
      if (count < 1) c.fail("a slice with elements", "none");
      if (step > 0) y = slice(y, axis, static_cast<int>(begin), static_cast<int>(end), static_cast<int>(step));
      else y = slice(reverse(y, axis), axis, static_cast<int>(n - 1 - begin), static_cast<int>(n - 1 - end), static_cast<int>(-step));
    }
  }
  if (is_known) return c.put_known(std::move(known));
  c.put_value(y);
}
// Without parts, equal ones; from opset 18 on the last may be smaller.
inline void import_split(importer& c) {
  const int axis = c.axis_of(c.integer("axis", 0), c.in(0).dims.size());
  extents parts = c.given(1) ? c.wholes(1) : c.integers("split");
  const value whole = c.plain_copy(0);
  const std::int64_t n = c.in(0).dims[static_cast<std::size_t>(axis)], count = static_cast<std::int64_t>(c.at().output.size());
  if (count < 1) c.fail("results", "none", "the file is no valid ONNX model");
  if (const std::int64_t named = c.integer("num_outputs", count); named != count)
    c.fail(std::to_string(named) + " results", std::to_string(count), "the file is no valid ONNX model");
  if (parts.empty() && (c.opset() >= 18 || n % count == 0)) {
    const std::int64_t each = (n + count - 1) / count;
    parts.assign(static_cast<std::size_t>(count), each);
    parts.back() = n - each * (count - 1);
  }
  std::int64_t begin = 0;
  bool fits = static_cast<std::int64_t>(parts.size()) == count;
  for (const std::int64_t part : parts) {
    fits &= part >= 0 && part <= n - begin;
    begin += fits ? part : 0;
  }
  if (!fits || begin != n)
    c.fail(std::to_string(count) + " parts of together " + std::to_string(n), "others", "the file is no valid ONNX model");
  begin = 0;
  for (std::size_t i = 0; i < parts.size(); begin += parts[i++])
    c.put_value(slice(whole, axis, static_cast<int>(begin), static_cast<int>(begin + parts[i])), i);
}
// Of fractions whole types truncate and saturate, of whole numbers they keep the lower bits.
inline void import_cast_to(importer& c, dtype to) {
  const item& x = c.in(0);
  c.gives(to);
  if (!x.is_known) return c.put_value(cast(c.plain_copy(0), c.drawn_as(to)));
  constant k;
  k.type = to;
  k.dims = x.dims;
  for (std::size_t i = 0; i < x.known.size(); ++i) {
    if (to == boolean) k.push_held(x.known.at(i) != 0);
    else k.push_held(converted(x.known.held(i), x.known.type, to));
  }
  c.put_known(std::move(k));
}
inline void import_cast(importer& c) {
  c.knows({"saturate"});  // of floats of 8 bits
  import_cast_to(c, c.type_named(c.integer("to", 1), "a cast to numbers"));
}
inline void import_cast_like(importer& c) {
  c.knows({"saturate"});
  import_cast_to(c, c.file_type(1));
}
inline void import_gather_elements(importer& c) {
  const extents dims = c.in(0).dims;
  const int axis = c.axis_of(c.integer("axis", 0), dims.size());
  c.put_value(take_along_axis(c.plain_copy(0), chosen_by(c, 1, dims[static_cast<std::size_t>(axis)]), axis));
}
// A triangle of a matrix; what lies outside is 0.
inline void import_trilu(importer& c) {
  const extents dims = c.in(0).dims;
  if (dims.size() < 2) c.fail("matrices", "a vector", "the file is no valid ONNX model");
  const std::int64_t rows = dims[dims.size() - 2], columns = dims.back(), k = c.given(1) ? c.whole(1) : 0;
  const bool upper = c.integer("upper", 1) != 0;
  constant mask;
  mask.type = boolean;
  mask.dims = {rows, columns};
  c.limit(mask.dims);
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j) mask.whole.push_back(upper ? j - i >= k : j - i <= k);
  const value x = c.plain_copy(0);
  value inside = c.variable(mask, "triangle");
  if (!(inside.dims() == x.dims())) inside = broadcast_to(inside, x.dims());
  c.put_value(x.type() == boolean ? inside && x : select(inside, x, 0));
}

inline constexpr import_rule constant_rules[] = {
    {"Cast", import_cast},
    {"CastLike", import_cast_like},
    {"GatherElements", import_gather_elements},
    {"Trilu", import_trilu},
    {"Size", import_size},
    {"Constant", import_constant},
    {"ConstantOfShape", import_constant_of_shape},
    {"Gather", import_gather},
    {"Range", import_range},
    {"Shape", import_shape},
    {"Slice", import_slice},
    {"Split", import_split},
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
