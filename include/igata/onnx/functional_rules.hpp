// Operators of ONNX that are functions of <igata/functional.hpp>.
#pragma once
#include "../functional/along_axes.hpp"
#include "../functional/det.hpp"
#include "../functional/einsum.hpp"
#include "../functional/grid_sample.hpp"
#include "../functional/local_response_norm.hpp"
#include "../functional/nll_loss.hpp"
#include "../functional/spectrum.hpp"
#include "../functional/trigonometry.hpp"
#include "elementwise_rules.hpp"
#include "indices.hpp"
#include "reduce_rules.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

inline void import_is_inf(importer& c) {
  const bool below = c.integer("detect_negative", 1) != 0, above = c.integer("detect_positive", 1) != 0;
  import_unary(c, [&](value x) {
    return below && above ? isinf(x) : isinf(x) && (above ? x > 0 : below ? x < 0 : x != x);
  });
}
inline void import_shrink(importer& c) {
  const double edge = static_cast<double>(c.real("lambd", 0.5f)), bias = static_cast<double>(c.real("bias", 0));
  import_unary(c, [&](value x) { return select(x < -edge, x + bias, select(x > edge, x - bias, x * 0)); });
}
inline void import_lp_normalization(importer& c) {
  const item& x = c.in(0);
  const int axis = c.axis_of(c.integer("axis", -1), x.dims.size());
  const auto p = static_cast<double>(c.integer("p", 2));
  if (p < 1) c.fail("p of 1 or more", std::to_string(c.integer("p", 2)), "the file is no valid ONNX model");
  c.by_f32();
  const value v = c.drawn(0), length = norm(v, {.p = p, .over = drawn_axis(x, axis), .keep = true});
  put_like(c, 0, v / select(length == 0, 1, length));
}
inline void import_local_response_norm(importer& c) {
  if (c.in(0).dims.size() != 4) c.fail("images", std::to_string(c.in(0).dims.size()) + " axes");
  const std::int64_t size = c.integer("size", 0);
  if (size < 1 || size > 1024) c.fail("a size from 1 to 1024", std::to_string(size), "the file is no valid ONNX model");
  c.by_f32();
  c.put_last(local_response_norm(c.last(0), {.size = static_cast<int>(size),
                                             .alpha = static_cast<double>(c.real("alpha", 1e-4f)),
                                             .beta = static_cast<double>(c.real("beta", 0.75f)),
                                             .k = static_cast<double>(c.real("bias", 1))}));
}
inline void import_mean_variance_normalization(importer& c) {
  extents over = c.integers("axes", {0, 2, 3});
  c.by_f32();
  value x = c.plain_copy(0);
  const auto mean_of = [&](value v) {
    for (const std::int64_t a : over) v = reduce_mean(v, c.axis_of(a, c.in(0).dims.size()), true);
    return v;
  };
  const value mean = mean_of(x), square = mean_of(x * x);
  c.put_value((x - mean) / (sqrt(square - mean * mean) + 1e-9));  // as the specification says it
}
inline void import_einsum(importer& c) {
  vec<value> operands;
  c.by_f32();
  for (std::size_t i = 0; i < c.at().input.size(); ++i) c.expect_one_type(0, i);
  for (std::size_t i = 0; i < c.at().input.size(); ++i) operands.push(c.plain_copy(i));
  const std::string equation = c.text_of("equation", "");
  c.put_value(einsum(equation, operands.data(), operands.size()));
}
inline value channels_last(value x) {  // [n, c, ...] as [n, ..., c]
  return moveaxis(x, 1, -1);
}
inline void import_grid_sample(importer& c) {
  const std::string mode = c.text_of("mode", "linear"), around = c.text_of("padding_mode", "zeros");
  const bool is_linear = mode == "linear" || mode == "bilinear", is_cubic = mode == "cubic" || mode == "bicubic";
  if (!is_linear && !is_cubic && mode != "nearest") c.fail("mode linear, nearest or cubic", io::escaped(mode), "the file is no valid ONNX model");
  if (around != "zeros" && around != "border" && around != "reflection")
    c.fail("padding_mode zeros, border or reflection", io::escaped(around), "the file is no valid ONNX model");
  c.by_f32();
  const value y = grid_sample(channels_last(c.plain_copy(0)), c.plain_copy(1),
                              {.mode = is_linear ? sampling::linear : is_cubic ? sampling::cubic : sampling::nearest,
                               .padding = around == "zeros" ? beyond::zeros : around == "border" ? beyond::border : beyond::reflection,
                               .align_corners = c.integer("align_corners", 0) != 0});
  c.put_value(moveaxis(y, -1, 1));
}
inline void import_affine_grid(importer& c) {
  const extents size = c.wholes(1);
  if (size.size() != 4 && size.size() != 5) c.fail("4 or 5 extents", std::to_string(size.size()), "the file is no valid ONNX model");
  c.by_f32();
  c.put_value(affine_grid(c.plain_copy(0), c.shape_of({size.begin() + 2, size.end()}), c.integer("align_corners", 0) != 0));
}

inline void import_nll(importer& c, bool from_scores) {
  const std::string how = c.text_of("reduction", "mean");
  if (how != "mean" && how != "sum" && how != "none") c.fail("reduction mean, sum or none", io::escaped(how), "the file is no valid ONNX model");
  c.expect_one_type(0, 2);
  c.by_f32();
  nll_loss_options o{.reduction = how == "mean" ? loss_reduction::mean : how == "sum" ? loss_reduction::sum : loss_reduction::none};
  if (c.given(2)) o.weight = c.plain(2);
  if (const attribute* const left_out = c.find("ignore_index", attribute::kind::i)) {
    if (left_out->i != static_cast<std::int32_t>(left_out->i) || left_out->i == no_index)
      c.fail("an ignore_index of 32 bits", std::to_string(left_out->i));
    o.ignore_index = static_cast<int>(left_out->i);
  }
  const extents dims = c.in(0).dims, places = c.in(1).dims;
  extents without_classes = dims;
  if (dims.size() > 1) without_classes.erase(without_classes.begin() + 1);
  if (dims.size() < 2 || places != without_classes) c.fail("a class for each element", "others", "the file is no valid ONNX model");
  const std::int64_t rest = count_of(dims) / std::max<std::int64_t>(count_of({dims[0], dims[1]}), 1);
  const value x = c.reshaped(0, {dims[0], dims[1], rest}), log_probability = from_scores ? log_softmax(x, 1) : x;
  const value classes = c.reshaped(1, {dims[0], rest}), loss = nll_loss(log_probability, as_i32(c, classes, o.ignore_index == no_index), o);
  c.put_reshaped(loss, o.reduction == loss_reduction::none ? places : extents{});
  if (from_scores) c.put_reshaped(log_probability, dims, 1);
}

// Indices below 0 count from the end.
inline void import_one_hot(importer& c) {
  const auto depth = static_cast<std::int64_t>(c.number(1));
  if (depth < 1 || depth > 1 << 24) c.fail("a depth from 1 to 2^24", std::to_string(depth));
  if (c.known(2).count() != 2) c.fail("two values", std::to_string(c.known(2).count()), "the file is no valid ONNX model");
  c.gives(c.file_type(2));
  const value off = c.scalar(c.known(2), 0), on = c.scalar(c.known(2), 1);
  const value given = c.plain_copy(0), index = has_fractions(given.type()) ? cast(given, i32) : as_i32(c, given);
  const std::size_t rank = c.in(0).dims.size() + 1;
  const int axis = c.axis_of(c.integer("axis", -1), rank);
  const value hit = one_hot(select(index < 0, index + static_cast<int>(depth), index), static_cast<int>(depth), boolean);
  c.put_value(moveaxis(select(hit, on, off), -1, axis));
}
inline void import_eye_like(importer& c) {
  const extents d = c.in(0).dims;
  const attribute* const named = c.find("dtype", attribute::kind::i);
  const dtype type = named ? c.type_named(named->i, "a matrix") : c.file_type(0);
  const std::int64_t k = c.integer("k", 0);
  if (d.size() != 2) c.fail("a matrix", std::to_string(d.size()) + " axes", "the file is no valid ONNX model");
  if (k < -(1 << 24) || k > 1 << 24) c.fail("a diagonal up to 2^24", std::to_string(k));
  const igata::shape dims = c.shape_of(d);
  const value one = eye(c.plain_copy(0).owner(), dims[0], dims[1], static_cast<int>(k), i32);
  c.gives(type);
  c.put_value(cast(one, c.drawn_as(type)));
}
inline void import_tile(importer& c) {
  const extents times = c.wholes(1);
  if (times.size() != c.in(0).dims.size()) c.fail("a number for each axis", std::to_string(times.size()), "the file is no valid ONNX model");
  value y = c.plain_copy(0);
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (times[i] < 1 || times[i] > 1 << 28) c.fail("repeats from 1 to 2^28", std::to_string(times[i]));
    y = tile(y, static_cast<int>(i), static_cast<int>(times[i]));
  }
  c.put_value(y);
}
// The middle of each axis, or zeros around it.
inline void import_center_crop_pad(importer& c) {
  const extents size = c.wholes(1), d = c.in(0).dims;
  extents axes = c.integers("axes");
  if (axes.empty())
    for (std::size_t i = 0; i < d.size(); ++i) axes.push_back(static_cast<std::int64_t>(i));
  if (axes.size() != size.size()) c.fail("an extent for each axis", std::to_string(size.size()), "the file is no valid ONNX model");
  value y = c.plain_copy(0);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const int axis = c.axis_of(axes[i], d.size()), have = y.dims()[axis], want = c.shape_of({size[i]})[0];
    if (want < have) y = slice(y, axis, (have - want) / 2, (have - want) / 2 + want);
    ir::per_axis<ir::pad_axis> frame(y.rank());
    frame[axis] = {.before = (want - have) / 2, .after = want - have - (want - have) / 2};
    if (want > have) y = ir::emit<ir::op::pad>(y.owner(), {y}, frame, 0, source::here());
  }
  c.put_value(y);
}

inline void import_window(importer& c, double a0, double a1, double a2) {
  constant k;
  k.type = c.type_named(c.integer("output_datatype", 1), "a window");
  if (k.is_whole()) c.fail("a window of fractions", std::string(onnx_name_of(k.type)));
  const std::int64_t n = c.whole(0);
  c.limit({n});
  const double period = static_cast<double>(c.integer("periodic", 1) != 0 ? n : n - 1);
  k.dims = {n};
  for (std::int64_t i = 0; i < n; ++i) {
    const double angle = 6.28318530717958647693 * static_cast<double>(i) / period;
    k.push(a0 - a1 * math::cos(angle) + a2 * math::cos(2 * angle));
  }
  c.put_known(std::move(k));
}
inline void import_dft(importer& c) {
  const std::size_t rank = c.in(0).dims.size();
  std::int64_t axis = c.integer("axis", c.opset() < 20 ? 1 : -2);
  if (c.given(2)) axis = c.whole(2);
  const std::int64_t length = c.given(1) ? c.whole(1) : 0;
  if (length < 0 || length > 4096) c.fail("a length up to 4096", std::to_string(length));
  dft_options o{.axis = c.axis_of(axis, rank),
                .length = static_cast<int>(length),
                .inverse = c.integer("inverse", 0) != 0,
                .onesided = c.integer("onesided", 0) != 0};
  c.by_f32();
  c.put_value(dft(c.plain_copy(0), o));
}

// The axes become one: the largest element is that of them all.
inline void import_log_sum_exp(importer& c) {
  const item& x = c.in(0);
  axes over;
  const extents given = c.axes_input(1);
  c.by_f32();
  const bool keep = c.integer("keepdims", 1) != 0, keeps_all = c.integer("noop_with_empty_axes", 0) != 0;
  if (given.empty() && keeps_all) return c.put_value(c.plain_copy(0));
  if (given.size() > static_cast<std::size_t>(max_rank)) c.fail("axes that stand once", "others", "the file is no valid ONNX model");
  for (const std::int64_t a : given) over.list[over.count++] = c.axis_of(a, x.dims.size());
  c.put_value(logsumexp(c.plain_copy(0), over, keep));
}

inline constexpr import_rule functional_rules[] = {
    {"Acos", [](importer& c) { import_unary(c, [](value x) { return acos(x); }); }},
    {"Acosh", [](importer& c) { import_unary(c, [](value x) { return acosh(x); }); }},
    {"AffineGrid", import_affine_grid},
    {"Asin", [](importer& c) { import_unary(c, [](value x) { return asin(x); }); }},
    {"Asinh", [](importer& c) { import_unary(c, [](value x) { return asinh(x); }); }},
    {"Atan", [](importer& c) { import_unary(c, [](value x) { return atan(x); }); }},
    {"Atanh", [](importer& c) { import_unary(c, [](value x) { return atanh(x); }); }},
    {"BlackmanWindow", [](importer& c) { import_window(c, 0.42, 0.5, 0.08); }},
    {"CenterCropPad", import_center_crop_pad},
    {"Cosh", [](importer& c) { import_unary(c, [](value x) { return cosh(x); }); }},
    {"DFT", import_dft},
    {"Det", [](importer& c) { c.by_f32(), c.put_value(det(c.plain_copy(0))); }},
    {"Einsum", import_einsum},
    {"EyeLike", import_eye_like},
    {"GridSample", import_grid_sample},
    {"HammingWindow", [](importer& c) { import_window(c, 25.0 / 46, 1 - 25.0 / 46, 0); }},
    {"HannWindow", [](importer& c) { import_window(c, 0.5, 0.5, 0); }},
    {"Hardmax", [](importer& c) { import_softmax(c, [](value x, int axis) { return hardmax(x, axis); }); }},
    {"IsInf", import_is_inf},
    {"IsNaN", [](importer& c) { import_unary(c, [](value x) { return isnan(x); }); }},
    {"LRN", import_local_response_norm},
    {"LpNormalization", import_lp_normalization},
    {"MeanVarianceNormalization", import_mean_variance_normalization},
    {"NegativeLogLikelihoodLoss", [](importer& c) { import_nll(c, false); }},
    {"OneHot", import_one_hot},
    {"ReduceLogSumExp", import_log_sum_exp},
    {"Shrink", import_shrink},
    {"Sinh", [](importer& c) { import_unary(c, [](value x) { return sinh(x); }); }},
    {"SoftmaxCrossEntropyLoss", [](importer& c) { import_nll(c, true); }},
    {"Tan", [](importer& c) { import_unary(c, [](value x) { return tan(x); }); }},
    {"Tile", import_tile},
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
