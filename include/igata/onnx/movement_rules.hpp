// Operators of ONNX that move elements.
#pragma once
#include <algorithm>  // find, sort
#include <utility>    // exchange

#include "../ops/all.hpp"
#include "importer.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

inline extents resolved_shape(importer& c, extents wanted, const extents& from, bool zero_copies) {
  std::int64_t rest = count_of(from), open = -1;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == 0 && zero_copies) wanted[i] = i < from.size() ? from[i] : 0;
    if (wanted[i] == -1) open = static_cast<std::int64_t>(i);
    else if (wanted[i] > 0) rest = rest % wanted[i] == 0 ? rest / wanted[i] : 0;
  }
  if (open >= 0) wanted[static_cast<std::size_t>(open)] = rest;
  if (count_of(wanted) != count_of(from))
    c.fail("a shape of " + std::to_string(count_of(from)) + " elements", std::to_string(count_of(wanted)), "the file is no valid ONNX model");
  return wanted;
}
inline void put_reshaped(importer& c, const extents& dims) {
  if (const item& x = c.in(0); x.is_known) {
    constant k = x.known;
    k.dims = dims;
    return c.put_known(std::move(k));
  }
  c.put_reshaped(c.reshaped(0, dims), dims);
}
inline void import_reshape(importer& c) {
  const extents wanted = c.given(1) ? c.wholes(1) : c.integers("shape");
  put_reshaped(c, resolved_shape(c, wanted, c.in(0).dims, c.integer("allowzero", 0) == 0));
}
inline void import_flatten(importer& c) {
  const extents& dims = c.in(0).dims;
  const std::int64_t axis = c.integer("axis", 1), rank = static_cast<std::int64_t>(dims.size());
  const std::ptrdiff_t front = axis == rank ? axis : c.axis_of(axis, dims.size());
  put_reshaped(c, {count_of({dims.begin(), dims.begin() + front}), count_of({dims.begin() + front, dims.end()})});
}
inline void import_squeeze(importer& c) {
  const extents& dims = c.in(0).dims;
  extents axes = c.axes_input(1), kept;
  for (std::int64_t& a : axes) a = c.axis_of(a, dims.size());
  for (std::size_t i = 0; i < dims.size(); ++i) {
    const bool named = std::find(axes.begin(), axes.end(), static_cast<std::int64_t>(i)) != axes.end();
    if (!(axes.empty() ? dims[i] == 1 : named)) kept.push_back(dims[i]);
  }
  put_reshaped(c, kept);
}
inline void import_unsqueeze(importer& c) {
  extents dims = c.in(0).dims, axes = c.axes_input(1);
  for (std::int64_t& a : axes) a = c.axis_of(a, dims.size() + axes.size());
  std::sort(axes.begin(), axes.end());
  for (const std::int64_t a : axes) {
    if (a > static_cast<std::int64_t>(dims.size())) c.fail("each axis once", std::to_string(a) + " twice", "the file is no valid ONNX model");
    dims.insert(dims.begin() + a, 1);
  }
  put_reshaped(c, dims);
}
inline void import_transpose(importer& c) {
  const std::size_t rank = c.in(0).dims.size();
  extents order = c.integers("perm");
  if (order.empty())
    for (std::size_t i = rank; i-- > 0;) order.push_back(static_cast<std::int64_t>(i));
  if (order.size() != rank)
    c.fail("perm of " + std::to_string(rank) + " axes", std::to_string(order.size()), "the file is no valid ONNX model");
  std::vector<int> axes;
  for (std::int64_t& a : order) {
    a = c.axis_of(a, rank);
    if (std::find(axes.begin(), axes.end(), static_cast<int>(a)) != axes.end())
      c.fail("each axis once", std::to_string(a) + " twice", "the file is no valid ONNX model");
    axes.push_back(static_cast<int>(a));
  }
  if (c.in(0).is_known) return c.put_known(permuted(c.in(0).known, axes));
  c.put_value(c.transposed(c.plain_copy(0), order));
}
inline void import_concat(importer& c) {
  const std::size_t n = c.at().input.size(), rank = c.in(0).dims.size();
  const int axis = c.axis_of(c.integer("axis", 0), rank);
  bool all_known = true, any_last = false;
  for (std::size_t i = 0; i < n; ++i) {
    const item& x = c.in(i);
    if (x.dims.size() != rank)
      c.fail("operands of " + std::to_string(rank) + " axes", std::to_string(x.dims.size()), "the file is no valid ONNX model");
    all_known &= x.is_known && x.known.type == c.in(0).known.type;
    any_last |= x.channels_last;
  }
  if (all_known) {
    constant k;
    k.type = c.in(0).known.type;
    k.dims = c.in(0).dims;
    std::int64_t& extent = k.dims[static_cast<std::size_t>(axis)];
    const std::int64_t first = extent, outer = count_of({k.dims.begin(), k.dims.begin() + axis});
    for (std::size_t i = 1; i < n; ++i) {
      extents others = c.in(i).dims;
      const std::int64_t own = std::exchange(others[static_cast<std::size_t>(axis)], first);
      if (others != c.in(0).dims) c.fail("operands that are equal but for one axis", "others", "the file is no valid ONNX model");
      if (own > (std::int64_t{1} << 62) - extent) c.fail("at most 2^62 elements", "more");
      extent += own;
    }
    if (k.count() == 0) return c.put_known(std::move(k));
    for (std::int64_t o = 0; o < outer; ++o)
      for (std::size_t i = 0; i < n; ++i) {
        const constant& x = c.in(i).known;
        const std::int64_t part = x.count() / outer;
        for (std::int64_t at = o * part; at < (o + 1) * part; ++at) k.push(x, static_cast<std::size_t>(at));
      }
    return c.put_known(std::move(k));
  }
  vec<value> parts;
  const bool last = any_last && rank == 4;
  for (std::size_t i = 0; i < n; ++i) parts.push(last ? c.last(i) : c.plain(i));
  constexpr int behind[] = {0, 3, 1, 2};
  const value y = concat(parts, last ? behind[axis] : axis);
  if (last) c.put_last(y);
  else c.put_value(y);
}
inline void import_expand(importer& c) {
  igata::shape dims = c.shape_of(c.in(0).dims);
  c.fit(dims, c.shape_of(c.wholes(1)));
  const value x = c.plain_copy(0);
  c.put_value(dims == x.dims() ? x : broadcast_to(x, dims));
}
inline void import_identity(importer& c) {
  c.put(0, c.in(0));
}
// As in inference, or of nothing. The mask is no value.
inline void import_dropout(importer& c) {
  c.knows({"ratio", "seed", "is_test"});
  if (c.given(2) && c.number(2) != 0 && !(c.given(1) && c.number(1) == 0)) c.fail("training_mode false", "true");
  import_identity(c);
  constant all;  // the mask: nothing is left out
  all.type = boolean;
  all.dims = c.in(0).dims;
  if (c.at().output.size() < 2) return;
  c.limit(all.dims);
  all.whole.assign(static_cast<std::size_t>(all.count()), 1);
  item mask;
  mask.is_known = true;
  mask.dims = all.dims;
  mask.known = std::move(all);
  c.put(1, std::move(mask));
}

// What stands before and behind x along one axis: its own elements, mirrored, repeated or from the other end.
inline value framed(importer& c, value x, int axis, int before, int behind, const std::string& mode) {
  c.check();
  const int n = x.dims()[axis];
  const int most = mode == "reflect" ? n - 1 : mode == "wrap" ? n : before + behind;
  if (before > most || behind > most) c.fail("pads up to " + std::to_string(most) + " for " + mode, std::to_string(before > most ? before : behind));
  const auto edge = [&](int at, int count) {
    igata::shape dims = x.dims();
    dims[axis] = count;
    return broadcast_to(slice(x, axis, at, at + 1), dims);
  };
  vec<value> parts;
  if (before > 0)
    parts.push(mode == "reflect" ? reverse(slice(x, axis, 1, before + 1), axis) : mode == "wrap" ? slice(x, axis, n - before, n) : edge(0, before));
  parts.push(x);
  if (behind > 0)
    parts.push(mode == "reflect" ? reverse(slice(x, axis, n - 1 - behind, n - 1), axis)
               : mode == "wrap"  ? slice(x, axis, 0, behind)
                                 : edge(n - 1, behind));
  return concat(parts, axis);
}
// Negative pads are refused.
inline void import_pad(importer& c) {
  const extents dims = c.in(0).dims, given = c.given(1) ? c.wholes(1) : c.integers("pads");
  const std::string mode = c.text_of("mode", "constant");
  if (mode != "constant" && mode != "reflect" && mode != "edge" && mode != "wrap")
    c.fail("mode constant, reflect, edge or wrap", io::escaped(mode), "the file is no valid ONNX model");
  extents axes = c.given(3) ? c.wholes(3) : extents{};
  if (axes.empty())
    for (std::size_t i = 0; i < dims.size(); ++i) axes.push_back(static_cast<std::int64_t>(i));
  if (given.size() != 2 * axes.size())
    c.fail(std::to_string(2 * axes.size()) + " pads", std::to_string(given.size()), "the file is no valid ONNX model");
  c.expect_one_type(0, 2);
  value x = c.plain_copy(0);
  const double filling = c.given(2) ? c.held_number(2, x.type()) : held_in(static_cast<double>(c.real("value", 0)), x.type());
  ir::per_axis<ir::pad_axis> all(static_cast<int>(dims.size()));
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::int64_t before = given[i], behind = given[axes.size() + i];
    if (before < 0 || behind < 0 || before > 1 << 24 || behind > 1 << 24)
      c.fail("pads from 0 to 2^24", std::to_string(before < 0 || before > 1 << 24 ? before : behind));
    all[c.axis_of(axes[i], dims.size())] = {.before = static_cast<int>(before), .after = static_cast<int>(behind)};
  }
  if (mode == "constant") return c.put_value(ir::emit<ir::op::pad>(x.owner(), {x}, all, filling, source::here()));
  for (int axis = 0; axis < static_cast<int>(dims.size()); ++axis)
    if (all[axis].before + all[axis].after > 0) x = framed(c, x, axis, all[axis].before, all[axis].after, mode);
  c.put_value(x);
}

inline constexpr import_rule movement_rules[] = {
    {"Pad", import_pad},
    {"Concat", import_concat},
    {"Dropout", import_dropout},
    {"Expand", import_expand},
    {"Flatten", import_flatten},
    {"Identity", import_identity},
    {"Reshape", import_reshape},
    {"Squeeze", import_squeeze},
    {"Transpose", import_transpose},
    {"Unsqueeze", import_unsqueeze},
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
