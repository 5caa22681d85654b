// Norms of ONNX.
#pragma once
#include "../nn/all.hpp"
#include "importer.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

// By means and variances of this batch, with which the running ones are mixed.
inline void import_batch_norm_training(importer& c) {
  const double kept = static_cast<double>(c.real("momentum", 0.9f));
  extents column(c.in(0).dims.size(), 1);
  column[1] = c.in(0).dims[1];
  const igata::shape dims = c.shape_of(column);
  const auto mean_of = [&](value v) {
    for (int i = 0; i < v.rank(); ++i)
      if (i != 1) v = reduce_mean(v, i, true);
    return v;
  };
  const value x = c.plain_copy(0), mean = mean_of(x), centred = x - mean, variance = mean_of(centred * centred);
  const auto wide = [&](std::size_t i) { return cast(reshape_to(c.plain_copy(i), dims), x.type()); };
  c.put_value(centred * rsqrt(variance + static_cast<double>(c.real("epsilon", 1e-5f))) * wide(1) + wide(2));
  const igata::shape flat = c.shape_of({column[1]});
  c.by_f32(c.type_of(3));  // these have the type of the running ones
  const auto put = [&](value v, std::size_t i) { c.put_value(cast(reshape_to(v, flat), c.type_of(3)), i); };
  put(wide(3) * kept + mean * (1 - kept), 1);
  put(wide(4) * kept + variance * (1 - kept), 2);
}
inline void import_batch_norm(importer& c) {
  c.knows({"momentum", "spatial"});
  c.expect_one_type(1, 2), c.expect_one_type(3, 4);
  c.by_f32();
  const bool trains = c.integer("training_mode", 0) != 0;
  if (c.in(0).dims.size() < 2) c.fail("channels behind the batch", "none", "the file is no valid ONNX model");
  if (const std::size_t n = c.at().output.size(), most = trains ? 3 : 1; n > most)
    c.fail("at most " + std::to_string(most) + " results", std::to_string(n));
  if (trains) return import_batch_norm_training(c);
  const std::int64_t channels = c.in(0).dims[1];
  const constant &scales = c.reals(1, channels), &biases = c.reals(2, channels), &means = c.reals(3, channels), &variances = c.reals(4, channels);
  const double epsilon = static_cast<double>(c.real("epsilon", 1e-5f));
  constant factor, shift;  // of each channel, in double
  factor.type = shift.type = c.type_of(0) == f64 ? f64 : f32;
  factor.dims = shift.dims = extents(c.in(0).dims.size() == 4 ? 1 : c.in(0).dims.size() - 1, 1);  // [c, 1, …], or behind
  factor.dims[0] = shift.dims[0] = channels;
  for (std::size_t i = 0; i < static_cast<std::size_t>(channels); ++i) {
    const double f = scales.at(i) / math::sqrt(variances.at(i) + epsilon);
    factor.push(f);
    shift.push(biases.at(i) - means.at(i) * f);
  }
  const std::string name = importer::leaf(c.at().input[1]);
  const value f = c.variable(factor, name + ".factor"), s = c.variable(shift, name + ".shift");
  if (c.in(0).dims.size() == 4) return c.put_last(c.last(0) * f + s);
  c.put_value(c.plain(0) * f + s);
}

// What means and deviations are computed in, whatever the operand has; of f64 they are not rounded.
inline dtype stash_type(importer& c) {
  const dtype type = c.type_named(c.integer("stash_type", 1), "a stash_type");
  if (!has_fractions(type)) c.fail("a stash_type of fractions", std::string(onnx_name_of(type)), "the file is no valid ONNX model");
  return type;
}
inline dtype type_of_norm(importer& c) {
  const dtype stash = stash_type(c);
  return c.type_of(0) == f64 ? f64 : stash;
}
// Over all axes from `axis` on, in the order of ONNX. Scale and bias are met in the operand's type.
inline void import_layer_norm(importer& c) {
  c.expect_one_type({0, 1, 2});
  const std::size_t rank = c.in(0).dims.size();
  const int axis = c.axis_of(c.integer("axis", -1), rank);
  const value given = c.plain_copy(0), x = cast(given, type_of_norm(c));
  const auto mean_of = [&](value v) {
    for (int i = axis; i < static_cast<int>(rank); ++i) v = reduce_mean(v, i, true);
    return v;
  };
  const value mean = mean_of(x), centred = x - mean, factor = rsqrt(mean_of(centred * centred) + static_cast<double>(c.real("epsilon", 1e-5f)));
  value y = cast(centred * factor, given.type()) * c.plain(1);
  if (c.given(2)) y = y + c.plain(2);
  c.put_value(y);
  c.put_value(cast(mean, stash_type(c)), 1);
  c.put_value(cast(factor, stash_type(c)), 2);
}
inline void import_instance_norm(importer& c) {
  if (c.in(0).dims.size() != 4) c.fail("images", std::to_string(c.in(0).dims.size()) + " axes");
  c.expect_one_type({0, 1, 2});
  c.by_f32();
  const value x = c.last(0), centred = x - reduce_mean(x, {1, 2}, true);
  const value scale = rsqrt(reduce_mean(centred * centred, {1, 2}, true) + static_cast<double>(c.real("epsilon", 1e-5f)));
  c.put_last(centred * scale * c.plain(1) + c.plain(2));
}
// Groups of channels to mean 0 and variance 1, then a scale and a bias, of each channel, in old files of each group.
inline void import_group_normalization(importer& c) {
  c.expect_one_type({0, 1, 2});
  const extents d = c.in(0).dims;
  const std::int64_t groups = c.integer("num_groups", 1);
  if (d.size() < 2 || groups < 1 || d[1] % groups != 0)
    c.fail("groups that divide the channels", std::to_string(groups), "the file is no valid ONNX model");
  const igata::shape whole = c.shape_of(d);
  if (count_of(d) == 0) c.fail("elements", "none");
  const value given = c.plain_copy(0);
  const value x = reshape_to(cast(given, type_of_norm(c)), c.shape_of({d[0], groups, count_of(d) / d[0] / groups}));
  const value centred = x - reduce_mean(x, 2, true);
  value y = cast(centred * rsqrt(reduce_mean(centred * centred, 2, true) + static_cast<double>(c.real("epsilon", 1e-5f))), given.type());
  const bool by_channel = c.opset() >= 21;
  const std::int64_t parts = by_channel ? d[1] : groups;
  y = reshape_to(y, c.shape_of({d[0], parts, count_of(d) / d[0] / parts}));
  for (const std::size_t i : {std::size_t{1}, std::size_t{2}})
    if (c.in(i).dims != extents{parts})
      c.fail(std::to_string(parts) + " numbers as input " + std::to_string(i), "others", "the file is no valid ONNX model");
  const igata::shape column = c.shape_of({parts, 1});
  c.put_value(reshape_to(y * reshape_to(c.plain(1), column) + reshape_to(c.plain(2), column), whole));
}

inline constexpr import_rule norm_rules[] = {
    {"BatchNormalization", import_batch_norm},
    {"GroupNormalization", import_group_normalization},
    {"InstanceNormalization", import_instance_norm},
    {"LayerNormalization", import_layer_norm},
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
