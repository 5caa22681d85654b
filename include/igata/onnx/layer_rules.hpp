// Products and convolutions of ONNX.
#pragma once
#include <algorithm>  // max

#include "../nn/all.hpp"
#include "importer.hpp"

namespace igata::inline IGATA_ABI::onnx::detail {

inline void import_gemm(importer& c) {
  if (c.in(0).dims.size() != 2 || c.in(1).dims.size() != 2) c.fail("matrices", "other axes", "the file is no valid ONNX model");
  c.expect_one_type({0, 1, 2});
  c.by_f32();
  value a = c.plain(0);
  const bool turn_a = c.integer("transA", 0) != 0, turn_b = c.integer("transB", 0) != 0;
  value b;
  if (const item& w = c.in(1); w.is_known && turn_b)
    b = c.variable(permuted(w.known, {1, 0}), importer::leaf(c.at().input[1]));  // as the kernels want it
  else b = turn_b ? transpose(c.plain(1), {1, 0}) : c.plain(1);
  value y = matmul(a, b, {.transpose_a = turn_a});
  if (const float alpha = c.real("alpha", 1); alpha != 1) y = y * alpha;
  if (c.given(2)) {
    const float beta = c.real("beta", 1);
    if (c.in(2).is_known && c.in(2).known.count() == 1) y = y + c.in(2).known.at(0) * double{beta};
    else y = y + (beta == 1 ? c.plain(2) : c.plain(2) * beta);
  }
  c.put_value(y);
}
// As NumPy's matmul.
inline value product_of(importer& c, value x, value w) {
  extents left, right;
  for (int i = 0; i < x.rank(); ++i) left.push_back(x.dims()[i]);
  for (int i = 0; i < w.rank(); ++i) right.push_back(w.dims()[i]);
  if (left.empty() || right.empty()) c.fail("matrices or vectors", "a number", "the file is no valid ONNX model");
  const bool is_row = left.size() == 1, is_column = right.size() == 1;  // of vectors, an axis that the result lacks
  if (is_row) left.insert(left.begin(), 1);
  if (is_column) right.push_back(1);
  const std::size_t p = left.size(), q = right.size();
  value a = reshape_to(x, c.shape_of(left)), b = reshape_to(w, c.shape_of(right));
  if (p < q) {
    while (left.size() < q) left.insert(left.begin(), 1);
    a = reshape_to(a, c.shape_of(left));
  }
  if (q > 2 && static_cast<int>(q) == a.dims().rank) {  // the batches' extents must be equal
    igata::shape da = a.dims(), db = b.dims();
    for (int i = 0; i < da.rank - 2; ++i) da[i] = db[i] = std::max(da[i], db[i]);
    if (!(da == a.dims())) a = broadcast_to(a, da);
    if (!(db == b.dims())) b = broadcast_to(b, db);
  }
  const value y = matmul(a, b);
  if (!y.valid() || (!is_row && !is_column)) return y;
  extents dims;
  for (int i = 0; i < y.rank(); ++i)
    if (!(is_column && i == y.rank() - 1) && !(is_row && i == y.rank() - 2)) dims.push_back(y.dims()[i]);
  return reshape_to(y, c.shape_of(dims));
}
inline void import_matmul(importer& c) {
  c.expect_one_type(0, 1);
  c.by_f32();
  const value x = c.plain(0), w = c.plain(1);
  c.put_value(product_of(c, x, w));
}

// pads, auto_pad, strides, dilations of two axes.
struct window_of {
  pair2 kernel = 1, stride = 1, dilation = 1;
  padding pads = 0;
};
inline window_of read_window(importer& c, int kernel_h, int kernel_w) {
  window_of w;
  const auto two = [&](const char* name, std::int64_t otherwise) {
    extents e = c.integers(name, {otherwise, otherwise});
    if (e.size() == 1) e.insert(e.begin(), 1);
    for (const std::int64_t x : e)
      if (x < 1 || x > 1 << 24) c.fail(std::string(name) + " from 1 to 2^24", std::to_string(x), "the file is no valid ONNX model");
    if (e.size() != 2) c.fail(std::string(name) + " of two axes", std::to_string(e.size()));
    return pair2{static_cast<int>(e[0]), static_cast<int>(e[1])};
  };
  if (kernel_h < 1 || kernel_w < 1 || kernel_h > 1 << 24 || kernel_w > 1 << 24)
    c.fail("a kernel from 1 to 2^24", "another", "the file is no valid ONNX model");
  w.kernel = {kernel_h, kernel_w};
  w.stride = two("strides", 1);
  w.dilation = two("dilations", 1);
  const std::string automatic = c.text_of("auto_pad", "NOTSET");
  if (automatic == "SAME_UPPER") w.pads = padding::same;
  else if (automatic == "SAME_LOWER") {  // the odd pixel in front
    const extents& d = c.in(0).dims;
    const auto all = [](std::int64_t in, int kernel, int stride, int dilation) {
      const std::int64_t total = ((in + stride - 1) / stride - 1) * stride + window_span(kernel, dilation) - in;
      return static_cast<int>(total < 0 ? 0 : total);
    };
    const int v = d.size() == 4 ? all(d[2], kernel_h, w.stride.h, w.dilation.h) : 0, h = all(d.back(), kernel_w, w.stride.w, w.dilation.w);
    w.pads = padding(v - v / 2, h - h / 2, v / 2, h / 2);
  }
  else if (automatic == "NOTSET" || automatic.empty()) {
    extents p = c.integers("pads", {0, 0, 0, 0});
    if (p.size() == 2) p = {0, p[0], 0, p[1]};
    for (const std::int64_t x : p)
      if (x < 0 || x > 1 << 24) c.fail("pads from 0 to 2^24", std::to_string(x));
    if (p.size() != 4) c.fail("pads of two axes", std::to_string(p.size()));
    w.pads = padding(static_cast<int>(p[0]), static_cast<int>(p[1]), static_cast<int>(p[2]), static_cast<int>(p[3]));
  } else if (automatic != "VALID") {
    c.fail("auto_pad NOTSET, VALID, SAME_UPPER or SAME_LOWER", io::escaped(automatic), "the file is no valid ONNX model");
  }
  return w;
}
// [n,c,l] is drawn as images of one line.
inline value images(importer& c, const char* what) {
  const extents& d = c.in(0).dims;
  if (d.size() == 4) return c.last(0);
  if (d.size() != 3) c.fail(std::string(what) + " over one or two axes", std::to_string(static_cast<int>(d.size()) - 2));
  return transpose(reshape_to(c.plain_copy(0), c.shape_of({d[0], d[1], 1, d[2]})), {0, 2, 3, 1});
}
inline void put_images(importer& c, value y) {
  c.check();
  if (c.in(0).dims.size() == 4) return c.put_last(y);
  const igata::shape d = y.dims();
  c.put_value(reshape_to(transpose(y, {0, 3, 1, 2}), c.shape_of({d[0], d[3], d[2]})));
}
inline constant filters_of(importer& c, std::size_t i = 1) {
  c.knows({"kernel_shape"});  // the filters'
  constant w = c.known(i);
  if (w.dims.size() == 3) w.dims.insert(w.dims.begin() + 2, 1);
  if (w.dims.size() != 4) c.fail("filters over one or two axes", std::to_string(static_cast<int>(w.dims.size()) - 2));
  return w;
}
// Of images, by filters that are input i; of bytes, `around` is what lies around them.
inline value convolved(importer& c, value x, const constant& w, std::size_t i, int around = 0) {
  const window_of win = read_window(c, static_cast<int>(w.dims[2]), static_cast<int>(w.dims[3]));
  const value filters = c.variable(permuted(w, {2, 3, 1, 0}), importer::leaf(c.at().input[i]));
  const std::int64_t groups = c.integer("group", 1);
  if (groups < 1 || groups > w.dims[0]) c.fail("groups that divide the channels", std::to_string(groups), "the file is no valid ONNX model");
  return conv2d(x, filters,
                {.stride = win.stride, .padding = win.pads, .dilation = win.dilation, .groups = static_cast<int>(groups), .padding_value = around});
}
inline void import_conv(importer& c) {
  const constant w = filters_of(c);
  c.expect_one_type({0, 1, 2});
  c.by_f32();
  value y = convolved(c, images(c, "a convolution"), w, 1);
  if (c.given(2)) y = y + c.plain(2);
  put_images(c, y);
}
// The gradient of a convolution by its input.
inline void import_conv_transpose(importer& c) {
  const constant w = filters_of(c);
  c.expect_one_type({0, 1, 2});
  c.by_f32();
  const std::int64_t groups = c.integer("group", 1);
  if (groups < 1 || groups > w.dims[0] || w.dims[0] % groups != 0)
    c.fail("groups that divide the channels", std::to_string(groups), "the file is no valid ONNX model");
  const value dy = images(c, "a transposed convolution");
  window_of win = read_window(c, static_cast<int>(w.dims[2]), static_cast<int>(w.dims[3]));
  extents more = c.integers("output_padding", {0, 0});
  if (more.size() == 1) more.insert(more.begin(), 0);
  if (more.size() != 2 || more[0] < 0 || more[1] < 0 || more[0] > 1 << 24 || more[1] > 1 << 24)
    c.fail("output_padding from 0 to 2^24", "another", "the file is no valid ONNX model");
  const igata::shape d = dy.dims();
  extents wanted = c.integers("output_shape");
  const bool is_same = c.text_of("auto_pad", "NOTSET").starts_with("SAME"), is_lower = c.text_of("auto_pad", "NOTSET") == "SAME_LOWER";
  if (is_same && wanted.empty()) wanted = {std::int64_t{d[1]} * win.stride.h, std::int64_t{d[2]} * win.stride.w};
  if (wanted.size() == 1) wanted.insert(wanted.begin(), 1);
  if (!wanted.empty()) {  // the pads follow from the extents
    if (wanted.size() != 2) c.fail("output_shape of two axes", std::to_string(wanted.size()));
    win.pads = {};
    const auto shared = [&](std::int64_t in, int stride, std::int64_t kernel, int dilation, std::int64_t out, std::int64_t& add, int& before,
                            int& after) {
      const std::int64_t all = (in - 1) * stride + add + (kernel - 1) * dilation + 1 - out;
      if (out < 1 || out > 1 << 24 || all > 1 << 24) c.fail("an output_shape from 1 to 2^24", std::to_string(out));
      add += all < 0 ? -all : 0;
      const int half = static_cast<int>(all < 0 ? 0 : all / 2), rest = static_cast<int>(all < 0 ? 0 : all - all / 2);
      before = is_lower ? rest : half, after = is_lower ? half : rest;
    };
    shared(d[1], win.stride.h, w.dims[2], win.dilation.h, wanted[0], more[0], win.pads.top, win.pads.bottom);
    shared(d[2], win.stride.w, w.dims[3], win.dilation.w, wanted[1], more[1], win.pads.left, win.pads.right);
  }
  const auto extent = [&](std::int64_t in, std::int64_t stride, std::int64_t kernel, std::int64_t dilation, std::int64_t before, std::int64_t behind,
                          std::int64_t add) { return (in - 1) * stride + add + (kernel - 1) * dilation + 1 - before - behind; };
  const std::int64_t h = extent(d[1], win.stride.h, w.dims[2], win.dilation.h, win.pads.top, win.pads.bottom, more[0]);
  const std::int64_t wide = extent(d[2], win.stride.w, w.dims[3], win.dilation.w, win.pads.left, win.pads.right, more[1]);
  const igata::shape dims = c.shape_of({d[0], h, wide, w.dims[1]});
  const ir::window window =
      ir::window::make({static_cast<int>(w.dims[2]), static_cast<int>(w.dims[3])}, win.stride, win.dilation, win.pads, dims[1], dims[2]);
  vec<value> parts;  // of each group
  const auto channels = static_cast<int>(w.dims[0] / groups);
  for (int g = 0; g < static_cast<int>(groups); ++g) {
    constant own;
    own.type = w.type;
    own.dims = {channels, w.dims[1], w.dims[2], w.dims[3]};
    const auto size = static_cast<std::size_t>(own.count()), begin = static_cast<std::size_t>(g) * size;
    for (std::size_t i = begin; i < begin + size; ++i) own.push(w, i);
    const value filters = c.variable(permuted(own, {2, 3, 1, 0}), importer::leaf(c.at().input[1]));
    const value from = groups == 1 ? dy : slice(dy, 3, g * channels, (g + 1) * channels);
    parts.push(ir::emit<ir::op::conv2d_input_grad>(dy.owner(), {filters, from}, {window, 1}, 0, source{}, dy.type(), dims));
  }
  value y = concat(parts, 3);
  if (c.given(2)) y = y + c.plain(2);
  put_images(c, y);
}
// Blocks of size x size pixels to channels, and back: only axes move.
inline void import_depth_to_space(importer& c) {
  const extents d = c.in(0).dims;
  const std::int64_t b = c.integer("blocksize", 0);
  if (d.size() != 4 || b < 1 || b > 1 << 15 || d[1] % (b * b) != 0)
    c.fail("channels that blocksize^2 divides", std::to_string(d.size() == 4 ? d[1] : 0), "the file is no valid ONNX model");
  const std::int64_t channels = d[1] / (b * b);
  const value x = c.plain_copy(0);
  const bool crd = c.text_of("mode", "DCR") == "CRD";
  const value apart = reshape_to(x, c.shape_of(crd ? extents{d[0], channels, b, b, d[2], d[3]} : extents{d[0], b, b, channels, d[2], d[3]}));
  const value y = crd ? transpose(apart, {0, 1, 4, 2, 5, 3}) : transpose(apart, {0, 3, 4, 1, 5, 2});
  c.put_value(reshape_to(y, c.shape_of({d[0], channels, d[2] * b, d[3] * b})));
}
inline void import_space_to_depth(importer& c) {
  const extents d = c.in(0).dims;
  const std::int64_t b = c.integer("blocksize", 0);
  if (d.size() != 4 || b < 1 || b > 1 << 15 || d[2] % b != 0 || d[3] % b != 0)
    c.fail("images that blocksize divides", d.size() == 4 ? std::to_string(d[2]) + " x " + std::to_string(d[3]) : std::to_string(d.size()) + " axes",
           "the file is no valid ONNX model");
  const value apart = reshape_to(c.plain_copy(0), c.shape_of({d[0], d[1], d[2] / b, b, d[3] / b, b}));
  c.put_value(reshape_to(transpose(apart, {0, 3, 5, 1, 2, 4}), c.shape_of({d[0], d[1] * b * b, d[2] / b, d[3] / b})));
}

inline constexpr import_rule layer_rules[] = {
    {"Conv", import_conv},
    {"ConvTranspose", import_conv_transpose},
    {"DepthToSpace", import_depth_to_space},
    {"Gemm", import_gemm},
    {"MatMul", import_matmul},
    {"SpaceToDepth", import_space_to_depth},
};

}  // namespace igata::inline IGATA_ABI::onnx::detail
