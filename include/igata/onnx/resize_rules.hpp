// Resize and Upsample: along each axis a linear map, a matrix that is made when the graph is drawn. Whole multiples by the nearest pixel are views.
#pragma once
#include <cmath>  // ceil, floor

#include "../ops/all.hpp"
#include "importer.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

struct resize_options {
  std::string mode, where, rounding;
  double cubic = -0.75;
  bool leaves_out = false;  // exclude_outside
};

// Where an output pixel lies among the input's.
inline double input_position(const resize_options& o, std::int64_t at, double scale, std::int64_t in, std::int64_t out) {
  const double x = static_cast<double>(at);
  if (o.where == "align_corners") {  // of the size before it is rounded down
    const double size = static_cast<double>(in) * scale;
    return size == 1 ? 0 : x * static_cast<double>(in - 1) / (size - 1);
  }
  if (o.where == "asymmetric") return x / scale;
  if (o.where == "pytorch_half_pixel" && out == 1) return 0;
  return (x + 0.5) / scale - 0.5;
}
// [in, out]: column i has the weights of output i.
inline constant resize_matrix(const resize_options& o, double scale, std::int64_t in, std::int64_t out) {
  constant m;
  m.dims = {in, out};
  m.real.assign(static_cast<std::size_t>(in * out), 0.f);
  const auto add = [&](std::int64_t from, std::int64_t to, double weight) {
    const std::int64_t inside = from < 0 ? 0 : from >= in ? in - 1 : from;
    m.real[static_cast<std::size_t>(inside * out + to)] += static_cast<float>(weight);
  };
  for (std::int64_t i = 0; i < out; ++i) {
    const double x = input_position(o, i, scale, in, out), low = std::floor(x), f = x - low;
    const auto first = static_cast<std::int64_t>(low);
    if (o.mode == "nearest") {
      const bool up = o.rounding == "ceil" ? f > 0 : o.rounding == "floor" ? false : o.rounding == "round_prefer_ceil" ? f >= 0.5 : f > 0.5;
      add(first + up, i, 1);
    } else if (o.mode == "linear") {
      add(first, i, 1 - f);
      add(first + 1, i, f);
    } else {
      const double a = o.cubic;
      const auto near = [&](double d) { return ((a + 2) * d - (a + 3)) * d * d + 1; };
      const auto far = [&](double d) { return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a; };
      double weights[4] = {far(f + 1), near(f), near(1 - f), far(2 - f)}, sum = 0;
      for (int k = 0; k < 4; ++k) {
        if (o.leaves_out && (first - 1 + k < 0 || first - 1 + k >= in)) weights[k] = 0;
        sum += weights[k];
      }
      for (int k = 0; k < 4; ++k) add(first - 1 + k, i, o.leaves_out ? weights[k] / sum : weights[k]);
    }
  }
  return m;
}

inline void import_resize(importer& c) {
  c.knows({"extrapolation_value"});  // of tf_crop_and_resize
  const extents d = c.in(0).dims;
  const std::size_t rank = d.size();
  const bool is_old = c.at().op_type == "Upsample" || c.opset() < 11;
  const resize_options o{c.text_of("mode", "nearest"), c.text_of("coordinate_transformation_mode", is_old ? "asymmetric" : "half_pixel"),
                         c.text_of("nearest_mode", is_old ? "floor" : "round_prefer_floor"), static_cast<double>(c.real("cubic_coeff_a", -0.75f)),
                         c.integer("exclude_outside", 0) != 0};
  if (o.mode != "nearest" && o.mode != "linear" && o.mode != "cubic") c.fail("mode nearest, linear or cubic", io::escaped(o.mode));
  if (o.where != "half_pixel" && o.where != "pytorch_half_pixel" && o.where != "align_corners" && o.where != "asymmetric")
    c.fail("half_pixel, pytorch_half_pixel, align_corners or asymmetric", io::escaped(o.where));
  if (c.integer("antialias", 0) != 0 || c.text_of("keep_aspect_ratio_policy", "stretch") != "stretch")
    c.fail("no antialias, policy stretch", "others");
  const bool by_sizes = c.given(3);
  extents axes = c.integers("axes");
  if (axes.empty())
    for (std::size_t i = 0; i < rank; ++i) axes.push_back(static_cast<std::int64_t>(i));
  std::vector<double> scales(rank, 1);
  extents out = d;
  if (!by_sizes && !c.given(2) && !c.find("scales", attribute::kind::floats) && !is_old)
    c.fail("scales or sizes", "none", "the file is no valid ONNX model");
  const constant* const by = by_sizes ? &c.known(3) : c.given(2) ? &c.known(2) : c.given(1) ? &c.known(1) : nullptr;
  const attribute* const old = by ? nullptr : c.find("scales", attribute::kind::floats);
  if ((by ? static_cast<std::size_t>(by->count()) : old ? old->floats.size() : 0) != axes.size())
    c.fail("one number for each axis", "another count", "the file is no valid ONNX model");
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const auto axis = static_cast<std::size_t>(c.axis_of(axes[i], rank));
    const double given = by ? by->at(i) : static_cast<double>(old->floats[i]);
    if (!(given > 0 && given < 1e6)) c.fail("positive numbers", std::string((text() << given).view()), "the file is no valid ONNX model");
    out[axis] = by_sizes ? static_cast<std::int64_t>(given) : static_cast<std::int64_t>(std::floor(static_cast<double>(d[axis]) * given));
    c.limit({d[axis], out[axis]});  // of a matrix
    scales[axis] = by_sizes ? given / static_cast<double>(d[axis]) : given;
  }
  // Whole multiples of height and width, each pixel repeated.
  if (rank == 4 && o.mode == "nearest" && out[0] == d[0] && out[1] == d[1] && out[2] % d[2] == 0 && out[3] % d[3] == 0) {
    bool repeats = true;
    for (const std::size_t axis : {std::size_t{2}, std::size_t{3}}) {
      const constant m = resize_matrix(o, scales[axis], d[axis], out[axis]);
      for (std::int64_t i = 0; i < out[axis]; ++i) repeats &= m.real[static_cast<std::size_t>(i / (out[axis] / d[axis]) * out[axis] + i)] == 1;
    }
    if (repeats) {
      const extents apart{d[0], d[2], 1, d[3], 1, d[1]}, whole{d[0], d[2], out[2] / d[2], d[3], out[3] / d[3], d[1]};
      return c.put_last(
          reshape_to(broadcast_to(reshape_to(c.last(0), c.shape_of(apart)), c.shape_of(whole)), c.shape_of({d[0], out[2], out[3], d[1]})));
    }
  }
  value y = c.plain_copy(0);
  extents now = d;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    if (out[axis] == d[axis] && scales[axis] == 1) continue;
    extents order;  // the axis behind
    for (std::size_t i = 0; i < rank; ++i)
      if (i != axis) order.push_back(static_cast<std::int64_t>(i));
    order.push_back(static_cast<std::int64_t>(axis));
    extents turned;
    for (const std::int64_t i : order) turned.push_back(now[static_cast<std::size_t>(i)]);
    const std::int64_t rows = count_of(turned) / now[axis];
    value flat = reshape_to(c.transposed(y, order), c.shape_of({rows, now[axis]}));
    flat = matmul(flat,
                  c.variable(resize_matrix(o, scales[axis], d[axis], out[axis]), importer::leaf(c.node_name()) + ".axis" + std::to_string(axis)));
    turned.back() = out[axis];
    now[axis] = out[axis];
    extents back(rank);
    for (std::size_t i = 0; i < rank; ++i) back[static_cast<std::size_t>(order[i])] = static_cast<std::int64_t>(i);
    y = c.transposed(reshape_to(flat, c.shape_of(turned)), back);
  }
  c.put_value(y);
}

inline constexpr import_rule resize_rules[] = {
    {"Resize", import_resize},
    {"Upsample", import_resize},
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
