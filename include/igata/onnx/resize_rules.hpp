// Resize and Upsample: along each axis a linear map, a matrix that is made when the graph is drawn. Whole multiples by the nearest pixel are views.
#pragma once
#include <cmath>  // ceil, floor

#include "../functional/along_axes.hpp"
#include "../ops/all.hpp"
#include "importer.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

struct resize_options {
  std::string mode, where, rounding;
  double cubic = -0.75;
  bool leaves_out = false;  // exclude_outside
  bool antialias = false;   // a smaller image is made with filters that are as much wider
};
// Of one axis.
struct resized_axis {
  std::int64_t in = 1, out = 1;
  double scale = 1;
  double begin = 0, end = 1;  // tf_crop_and_resize: the part that is read, of 0 to 1
};

// Where an output pixel lies among the input's.
inline double input_position(const resize_options& o, std::int64_t at, const resized_axis& a) {
  const double x = static_cast<double>(at), scale = a.scale;
  const std::int64_t in = a.in, out = a.out;
  if (o.where == "tf_crop_and_resize") {
    const double last = static_cast<double>(in - 1);
    return out > 1 ? a.begin * last + x * (a.end - a.begin) * last / static_cast<double>(out - 1) : 0.5 * (a.begin + a.end) * last;
  }
  if (o.where == "half_pixel_symmetric") {  // what the rounded size lacks is left out on both sides
    const double whole = static_cast<double>(in) * scale;
    return static_cast<double>(in) * 0.5 * (1 - static_cast<double>(out) / whole) + (x + 0.5) / scale - 0.5;
  }
  if (o.where == "align_corners") {  // of the size before it is rounded down
    const double size = static_cast<double>(in) * scale;
    return size == 1 ? 0 : x * static_cast<double>(in - 1) / (size - 1);
  }
  if (o.where == "asymmetric") return x / scale;
  if (o.where == "pytorch_half_pixel" && out == 1) return 0;
  return (x + 0.5) / scale - 0.5;
}
// Whether the extrapolation value stands there.
inline bool is_outside(const resize_options& o, double x, std::int64_t in) {
  return o.where == "tf_crop_and_resize" && (x < 0 || x > static_cast<double>(in - 1));
}
inline std::int64_t nearest_pixel(const resize_options& o, std::int64_t at, const resized_axis& a) {
  const double x = static_cast<double>(static_cast<float>(input_position(o, at, a))), low = std::floor(x), f = x - low;
  const bool up = o.rounding == "ceil" ? f > 0 : o.rounding == "floor" ? false : o.rounding == "round_prefer_ceil" ? f >= 0.5 : f > 0.5;
  const double found = low + up, last = static_cast<double>(a.in - 1);
  return !(found > 0) ? 0 : static_cast<std::int64_t>(found < last ? found : last);
}
// How much an input pixel counts at a distance, in output pixels where the image becomes smaller.
inline double resize_filter(const resize_options& o, double d) {
  d = d < 0 ? -d : d;
  if (o.mode == "linear") return d < 1 ? 1 - d : 0;
  const double a = o.cubic;  // Keys 1981
  return d < 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}
// [in, out]: column i has the weights of output i.
inline constant resize_matrix(const resize_options& o, const resized_axis& axis, dtype type) {
  const std::int64_t in = axis.in, out = axis.out;
  constant m;
  m.type = type;
  m.dims = {in, out};
  m.clear_to(in * out);
  const auto add = [&](std::int64_t from, std::int64_t to, double weight) {
    const std::int64_t inside = from < 0 ? 0 : from >= in ? in - 1 : from;
    const auto place = static_cast<std::size_t>(inside * out + to);
    m.set(place, m.at(place) + weight);
  };
  const double shrunk = o.antialias && axis.scale < 1 ? axis.scale : 1, reach = (o.mode == "linear" ? 1 : 2) / shrunk;
  for (std::int64_t i = 0; i < out; ++i) {
    const double x = input_position(o, i, axis);
    if (!(x > -1e9 && x < 1e9)) continue;  // outside, or no number
    const auto begin = static_cast<std::int64_t>(std::floor(x - reach)) + 1, end = static_cast<std::int64_t>(std::floor(x + reach));
    double sum = 0;
    const auto weight = [&](std::int64_t k) {
      return o.leaves_out && (k < 0 || k >= in) ? 0 : resize_filter(o, (static_cast<double>(k) - x) * shrunk);
    };
    for (std::int64_t k = begin; k <= end; ++k) sum += weight(k);
    for (std::int64_t k = begin; k <= end && sum != 0; ++k) add(k, i, weight(k) / sum);
  }
  return m;
}

// x with one axis resized; `outside` stands where that lies outside of the part that is read.
inline value resized_along(importer& c, value x, int axis, const resize_options& o, const resized_axis& a, double outside) {
  c.check();
  const std::string name = importer::leaf(c.node_name()) + ".axis" + std::to_string(axis);
  value y;
  if (o.mode == "nearest") {
    extents from;
    for (std::int64_t i = 0; i < a.out; ++i) from.push_back(nearest_pixel(o, i, a));
    y = moveaxis(gather(moveaxis(x, axis, 0), c.variable(whole_numbers(from, i32), name)), 0, axis);
  } else {
    igata::shape dims = moveaxis(x, axis, -1).dims();
    const igata::shape rows = c.shape_of({dims.count() / a.in, a.in});
    dims[dims.rank - 1] = c.shape_of({a.out})[0];
    y = reshape_to(matmul(reshape_to(moveaxis(x, axis, -1), rows), c.variable(resize_matrix(o, a, x.type()), name)), dims);
    y = moveaxis(y, -1, axis);
  }
  constant lies_outside;
  lies_outside.type = boolean;
  lies_outside.dims.assign(static_cast<std::size_t>(x.rank()), 1);
  lies_outside.dims[static_cast<std::size_t>(axis)] = a.out;
  bool any = false;
  for (std::int64_t i = 0; i < a.out; ++i) {
    lies_outside.whole.push_back(is_outside(o, input_position(o, i, a), a.in));
    any |= lies_outside.whole.back() != 0;
  }
  return any ? select(broadcast_to(c.variable(lies_outside, name + ".outside"), y.dims()), outside, y) : y;
}

inline void import_resize(importer& c) {
  const extents d = c.in(0).dims;
  if (count_of(d) == 0) c.fail("elements", "none");
  const std::size_t rank = d.size();
  const bool is_old = c.at().op_type == "Upsample" || c.opset() < 11;
  const resize_options o{c.text_of("mode", "nearest"), c.text_of("coordinate_transformation_mode", is_old ? "asymmetric" : "half_pixel"),
                         c.text_of("nearest_mode", is_old ? "floor" : "round_prefer_floor"), static_cast<double>(c.real("cubic_coeff_a", -0.75f)),
                         c.integer("exclude_outside", 0) != 0, c.integer("antialias", 0) != 0};
  if (o.mode != "nearest" && o.mode != "linear" && o.mode != "cubic")
    c.fail("mode nearest, linear or cubic", io::escaped(o.mode), "the file is no valid ONNX model");
  if (o.where != "half_pixel" && o.where != "half_pixel_symmetric" && o.where != "pytorch_half_pixel" && o.where != "align_corners" &&
      o.where != "asymmetric" && o.where != "tf_crop_and_resize")
    c.fail("half_pixel, half_pixel_symmetric, pytorch_half_pixel, align_corners, asymmetric or tf_crop_and_resize", io::escaped(o.where),
           "the file is no valid ONNX model");
  const double outside = static_cast<double>(c.real("extrapolation_value", 0));
  const std::string policy = c.text_of("keep_aspect_ratio_policy", "stretch");
  if (policy != "stretch" && policy != "not_larger" && policy != "not_smaller")
    c.fail("policy stretch, not_larger or not_smaller", io::escaped(policy), "the file is no valid ONNX model");
  const bool by_sizes = c.given(3);
  extents axes = c.integers("axes");
  if (axes.empty())
    for (std::size_t i = 0; i < rank; ++i) axes.push_back(static_cast<std::int64_t>(i));
  std::vector<resized_axis> made(rank);
  for (std::size_t i = 0; i < rank; ++i) made[i].in = made[i].out = d[i];
  if (!by_sizes && !c.given(2) && !c.find("scales", attribute::kind::floats) && !is_old)
    c.fail("scales or sizes", "none", "the file is no valid ONNX model");
  const constant* const by = by_sizes ? &c.known(3) : c.given(2) ? &c.known(2) : c.given(1) ? &c.known(1) : nullptr;
  const attribute* const old = by ? nullptr : c.find("scales", attribute::kind::floats);
  if ((by ? static_cast<std::size_t>(by->count()) : old ? old->floats.size() : 0) != axes.size())
    c.fail("one number for each axis", "another count", "the file is no valid ONNX model");
  double ratio = 0;  // which all axes share
  for (std::size_t i = 0; i < axes.size() && policy != "stretch" && by_sizes; ++i) {
    const double own = by->at(i) / static_cast<double>(d[static_cast<std::size_t>(c.axis_of(axes[i], rank))]);
    if (i == 0 || (policy == "not_larger" ? own < ratio : own > ratio)) ratio = own;
  }
  if (o.where == "tf_crop_and_resize") c.reals(1, 2 * static_cast<std::int64_t>(axes.size()));
  for (std::size_t i = 0; i < axes.size(); ++i) {
    resized_axis& axis = made[static_cast<std::size_t>(c.axis_of(axes[i], rank))];
    const double given = ratio > 0 ? std::floor(ratio * static_cast<double>(axis.in) + 0.5) : by ? by->at(i) : static_cast<double>(old->floats[i]);
    if (!(given > 0 && given < 1e6)) c.fail("positive numbers", std::string((text() << given).view()), "the file is no valid ONNX model");
    axis.out =
        by_sizes ? static_cast<std::int64_t>(given) : static_cast<std::int64_t>(std::floor(static_cast<float>(axis.in) * static_cast<float>(given)));
    c.limit({axis.in, axis.out});  // of a matrix
    axis.scale = ratio > 0 ? ratio : by_sizes ? given / static_cast<double>(axis.in) : given;
    if (o.where == "tf_crop_and_resize") axis.begin = c.known(1).at(i), axis.end = c.known(1).at(axes.size() + i);
  }
  extents out;
  for (const resized_axis& axis : made) out.push_back(axis.out);
  // Whole multiples of height and width, each pixel repeated.
  if (rank == 4 && o.mode == "nearest" && o.where != "tf_crop_and_resize" && out[0] == d[0] && out[1] == d[1] && out[2] % d[2] == 0 &&
      out[3] % d[3] == 0) {
    bool repeats = true;
    for (const std::size_t axis : {std::size_t{2}, std::size_t{3}}) {
      for (std::int64_t i = 0; i < out[axis]; ++i) repeats &= nearest_pixel(o, i, made[axis]) == i / (out[axis] / d[axis]);
    }
    if (repeats) {
      const extents apart{d[0], d[2], 1, d[3], 1, d[1]}, whole{d[0], d[2], out[2] / d[2], d[3], out[3] / d[3], d[1]};
      return c.put_last(
          reshape_to(broadcast_to(reshape_to(c.last(0), c.shape_of(apart)), c.shape_of(whole)), c.shape_of({d[0], out[2], out[3], d[1]})));
    }
  }
  if (o.mode != "nearest") c.by_f32();
  value y = c.plain_copy(0);
  const dtype type = y.type();
  if (o.mode != "nearest" && !has_fractions(type)) {  // computed as fractions, and truncated
    if (o.mode != "linear" || o.antialias || type == boolean || is_wide(type))
      c.fail("fractions, or up to 32 bits for mode linear", std::string(onnx_name_of(type)));
    y = cast(y, is_narrow(type) ? f32 : f64);
  }
  for (std::size_t axis = 0; axis < rank; ++axis)
    if (out[axis] != d[axis] || made[axis].scale != 1 || made[axis].begin != 0 || made[axis].end != 1)
      y = resized_along(c, y, static_cast<int>(axis), o, made[axis], outside);
  if (y.type() != type && !has_fractions(type)) y = y * (y.type() == f64 ? 1 + 0x1p-48 : 1 + 0x1p-20);  // what is whole but for rounding stays so
  c.put_value(cast(y, type));
}

inline constexpr import_rule resize_rules[] = {
    {"Resize", import_resize},
    {"Upsample", import_resize},
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
