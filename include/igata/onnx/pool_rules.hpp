// Pooling of ONNX over one to three axes. What the kernels for images lack is drawn tap by tap.
#pragma once
#include "../functional/windows.hpp"
#include "layer_rules.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

enum class pooling { max, average, norm };
inline int attribute_of(importer& c, const char* name, std::size_t i, std::size_t axes, int otherwise) {
  const extents e = c.integers(name);
  if (e.empty()) return otherwise;
  if (e.size() != axes || e[i] < 0 || e[i] > 1 << 24)
    c.fail(std::string(name) + " from 0 to 2^24, one for each axis", "others", "the file is no valid ONNX model");
  return static_cast<int>(e[i]);
}
// Windows over one to three axes. With `ceil_mode` windows that begin inside may end behind the edge.
inline window_axes read_windows(importer& c, const extents& d) {
  const std::size_t axes = d.size() - 2;
  const extents k = c.integers("kernel_shape"), pads = c.integers("pads", extents(2 * axes, 0));
  const std::string automatic = c.text_of("auto_pad", "NOTSET");
  const bool is_same = automatic == "SAME_UPPER" || automatic == "SAME_LOWER", up = c.integer("ceil_mode", 0) != 0;
  if (d.size() < 3 || axes > 3 || k.size() != axes) c.fail("pooling over one to three axes", std::to_string(k.size()));
  if (pads.size() != 2 * axes) c.fail("two pads for each axis", std::to_string(pads.size()), "the file is no valid ONNX model");
  window_axes w;
  for (std::size_t i = 0; i < axes; ++i) {
    window_axis a;
    a.size = attribute_of(c, "kernel_shape", i, axes, 1);
    a.stride = attribute_of(c, "strides", i, axes, 1);
    a.dilation = attribute_of(c, "dilations", i, axes, 1);
    if (a.size < 1 || a.stride < 1 || a.dilation < 1) c.fail("numbers from 1", "0", "the file is no valid ONNX model");
    const std::int64_t span = window_span(a.size, a.dilation), in = d[2 + i];
    if (is_same) {
      const std::int64_t all = std::max<std::int64_t>(((in + a.stride - 1) / a.stride - 1) * a.stride + span - in, 0);
      a.before = static_cast<int>(automatic == "SAME_UPPER" ? all / 2 : all - all / 2);
      a.after = static_cast<int>(all) - a.before;
    } else if (automatic == "NOTSET" || automatic.empty()) {
      if (pads[i] < 0 || pads[axes + i] < 0 || pads[i] > 1 << 24 || pads[axes + i] > 1 << 24) c.fail("pads from 0 to 2^24", "others");
      a.before = static_cast<int>(pads[i]), a.after = static_cast<int>(pads[axes + i]);
    }
    const std::int64_t rest = in + a.before + a.after - span;
    if (up && rest > 0 && rest % a.stride != 0 && (rest / a.stride + 1) * a.stride < in + a.before)
      a.beyond_after = static_cast<int>(a.stride - rest % a.stride);
    w.push(a);
  }
  return w;
}
// f32 has all numbers of few bits, of which the largest is one; others are refused by the language.
inline value in_fractions(value x, pooling kind) { return is_narrow(x.type()) && kind == pooling::max ? cast(x, f32) : x; }
inline void import_pool(importer& c, pooling kind) {
  c.knows({"storage_order"});  // of indices
  if (c.at().output.size() > 1 && !c.at().output[1].empty()) c.fail("pooling without indices", "two outputs");
  const extents d = c.in(0).dims;
  c.shape_of(d);
  c.by_f32();
  const window_axes w = read_windows(c, d);
  const bool padded = kind == pooling::average && c.integer("count_include_pad", 0) != 0;
  bool plain = w.count <= 2 && kind != pooling::norm;  // what the kernels for images have
  for (int i = 0; i < w.count; ++i) plain &= w.list[i].dilation == 1 && (w.list[i].beyond_after == 0 || !padded);
  if (plain) {
    const window_axis h = w.count == 2 ? w.list[0] : window_axis{}, v = w.list[w.count - 1];
    const pool2d_parameters p{.size = {h.size, v.size},
                              .stride = {h.stride, v.stride},
                              .padding = {h.before, v.before, h.after + h.beyond_after, v.after + v.beyond_after},
                              .include_padding = padded};
    const value given = images(c, "pooling"), x = in_fractions(given, kind);
    return put_images(c, cast(kind == pooling::max ? max_pool2d(x, p) : avg_pool2d(x, p), given.type()));
  }
  if (kind == pooling::norm && c.integer("p", 2) < 1) c.fail("p of 1 or more", std::to_string(c.integer("p", 2)), "the file is no valid ONNX model");
  const value given = c.plain_copy(0), x = moveaxis(in_fractions(given, kind), 1, -1);
  const value y = kind == pooling::max       ? max_pool(x, w)
                  : kind == pooling::average ? avg_pool(x, w, padded)
                                             : lp_pool(x, static_cast<double>(c.integer("p", 2)), w);
  c.check();
  c.put_value(moveaxis(cast(y, given.type()), -1, 1));
}
inline void import_global_pool(importer& c, bool is_max) {
  if (c.in(0).dims.size() != 4) c.fail("pooling over two axes", std::to_string(c.in(0).dims.size() - 2));
  c.put_last(is_max ? reduce_max(c.last(0), {1, 2}, true) : reduce_mean(c.last(0), {1, 2}, true));
}

inline constexpr import_rule pool_rules[] = {
    {"AveragePool", [](importer& c) { import_pool(c, pooling::average); }},
    {"GlobalAveragePool", [](importer& c) { import_global_pool(c, false); }},
    {"GlobalMaxPool", [](importer& c) { import_global_pool(c, true); }},
    {"LpPool", [](importer& c) { import_pool(c, pooling::norm); }},
    {"MaxPool", [](importer& c) { import_pool(c, pooling::max); }},
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
