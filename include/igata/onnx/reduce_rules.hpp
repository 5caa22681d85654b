// Operators of ONNX that reduce axes.
#pragma once
#include "../nn/all.hpp"
#include "importer.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

// Axis `axis` of a value as it is drawn.
inline int drawn_axis(const item& x, int axis) {
  constexpr int behind[] = {0, 3, 1, 2};
  return x.channels_last ? behind[axis] : axis;
}
inline void put_like(importer& c, std::size_t i, value y) {
  if (c.in(i).channels_last && !c.in(i).is_known) c.put_last(y);
  else c.put_value(y);
}
template <class F>
void import_softmax(importer& c, F f) {
  const std::int64_t opset = c.opset();
  c.by_f32();
  const item& x = c.in(0);
  const int axis = c.axis_of(c.integer("axis", opset >= 13 ? -1 : 1), x.dims.size());
  if (opset < 13 && axis != static_cast<int>(x.dims.size()) - 1) {  // all axes from this one on
    const value flat = c.plain_copy(0);
    const extents two{count_of({x.dims.begin(), x.dims.begin() + axis}), count_of({x.dims.begin() + axis, x.dims.end()})};
    return c.put_value(reshape_to(f(reshape_to(flat, c.shape_of(two)), -1), c.shape_of(x.dims)));
  }
  put_like(c, 0, f(c.drawn(0), drawn_axis(x, axis)));
}

inline value same(value x) { return x; }
inline value square(value x) { return x * x; }
// f of one axis after the other.
template <class F>
void import_reduce(importer& c, value (*before)(value), F f, value (*behind)(value)) {
  const item& x = c.in(0);
  extents over = c.axes_input(1);
  c.by_f32();
  const bool keep = c.integer("keepdims", 1) != 0, keeps_all = c.integer("noop_with_empty_axes", 0) != 0;
  if (over.empty()) {
    if (keeps_all) return c.put_value(c.plain_copy(0));
    for (std::size_t i = 0; i < x.dims.size(); ++i) over.push_back(static_cast<std::int64_t>(i));
  }
  value y = before(c.plain_copy(0));
  extents dims = x.dims;
  for (const std::int64_t a : over) {
    const int axis = c.axis_of(a, x.dims.size());
    y = f(y, axis);
    dims[static_cast<std::size_t>(axis)] = keep ? 1 : -1;
  }
  y = behind(y);
  extents left;
  for (const std::int64_t d : dims)
    if (d != -1) left.push_back(d);
  c.put_value(keep ? y : reshape_to(y, c.shape_of(left)));
}
inline void import_arg(importer& c, bool is_max) {
  const bool from_behind = c.integer("select_last_index", 0) != 0, keep = c.integer("keepdims", 1) != 0;
  const int axis = c.axis_of(c.integer("axis", 0), c.in(0).dims.size());
  const value x = from_behind ? reverse(c.plain_copy(0), axis) : c.plain_copy(0), y = is_max ? argmax(x, axis, keep) : argmin(x, axis, keep);
  c.gives(i64);
  c.put_value(cast(from_behind ? x.extent(axis) - 1 - y : y, c.drawn_as(i64)));
}
inline void import_cumsum(importer& c) {
  const int axis = c.axis_of(c.whole(1), c.in(0).dims.size());
  c.put_value(cumsum(c.plain_copy(0), axis, {.exclusive = c.integer("exclusive", 0) != 0, .reverse = c.integer("reverse", 0) != 0}));
}

inline constexpr import_rule reduce_rules[] = {
    {"ArgMax", [](importer& c) { import_arg(c, true); }},
    {"ArgMin", [](importer& c) { import_arg(c, false); }},
    {"CumSum", import_cumsum},
    {"LogSoftmax", [](importer& c) { import_softmax(c, [](value x, int axis) { return log_softmax(x, axis); }); }},
    {"ReduceL1",
     [](importer& c) {
       import_reduce(
           c, [](value x) { return abs(x); }, [](value x, int axis) { return reduce_sum(x, axis, true); }, same);
     }},
    {"ReduceL2",
     [](importer& c) {
       import_reduce(
           c, square, [](value x, int axis) { return reduce_sum(x, axis, true); }, [](value x) { return sqrt(x); });
     }},
    {"ReduceLogSum",
     [](importer& c) {
       import_reduce(
           c, same, [](value x, int axis) { return reduce_sum(x, axis, true); }, [](value x) { return log(x); });
     }},
    {"ReduceMax",
     [](importer& c) {
       import_reduce(
           c, same, [](value x, int axis) { return x.type() == boolean ? reduce_any(x, axis, true) : reduce_max(x, axis, true); }, same);
     }},
    {"ReduceMean",
     [](importer& c) {
       import_reduce(
           c, same, [](value x, int axis) { return reduce_mean(x, axis, true); }, same);
     }},
    {"ReduceMin",
     [](importer& c) {
       import_reduce(
           c, same, [](value x, int axis) { return x.type() == boolean ? reduce_all(x, axis, true) : reduce_min(x, axis, true); }, same);
     }},
    {"ReduceProd",
     [](importer& c) {
       import_reduce(
           c, same, [](value x, int axis) { return reduce_prod(x, axis, true); }, same);
     }},
    {"ReduceSum",
     [](importer& c) {
       import_reduce(
           c, same, [](value x, int axis) { return reduce_sum(x, axis, true); }, same);
     }},
    {"ReduceSumSquare",
     [](importer& c) {
       import_reduce(
           c, square, [](value x, int axis) { return reduce_sum(x, axis, true); }, same);
     }},
    {"Softmax", [](importer& c) { import_softmax(c, [](value x, int axis) { return softmax(x, axis); }); }},
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
