// grid_sample, affine_grid: images read at any places, differentiable by image and place. (Jaderberg et al. 2015; PyTorch, ONNX GridSample,
// AffineGrid.)
//
//   value turned = grid_sample(image, affine_grid(theta, {32, 32}));      image [n, h, w, c], theta [n, 2, 3]: [n, 32, 32, c]
//
// Channels stand last. A place is (x, y), or (x, y, z) in volumes [n, d, h, w, c], each from -1 to 1 over the image.
#pragma once
#include "../nn/activations.hpp"
#include "../ops/all.hpp"

namespace igata::inline IGATA_ABI {

enum class sampling { nearest, linear, cubic };
enum class beyond { zeros, border, reflection };  // what lies outside of the image
struct grid_sample_options {
  sampling mode = sampling::linear;
  beyond padding = beyond::zeros;
  bool align_corners = false;  // -1 and 1 are the centres of the outer pixels, else their edges
};

namespace detail {

// Places along one axis of `extent` pixels, reflected at its ends.
constexpr value reflected(value x, int extent, bool align) {
  const double low = align ? 0 : -0.5, span = align ? extent - 1 : extent;
  if (span == 0) return x * 0;
  const value t = x - low;
  return span - abs(t - floor(t / (2 * span)) * (2 * span) - span) + low;
}
constexpr value kept_inside(value x, int extent, const grid_sample_options& o) {
  if (o.padding == beyond::zeros) return x;
  return o.padding == beyond::border ? clip(x, 0, extent - 1) : reflected(x, extent, o.align_corners);
}
// One axis: the pixels that a place reads, whole numbers, and their weights.
struct samples {
  vec<value> pixel, weight;
};
constexpr samples samples_along(value place, int extent, const grid_sample_options& o) {
  samples s;
  value x = o.align_corners ? (place + 1) * (0.5 * (extent - 1)) : (place + 1) * (0.5 * extent) - 0.5;
  if (o.mode == sampling::nearest) x = round(x);
  x = kept_inside(x, extent, o);
  if (o.mode == sampling::nearest) {
    s.pixel.push(x);
    s.weight.push({});
    return s;
  }
  const value low = stop_gradient(floor(x)), f = x - low;
  if (o.mode == sampling::linear) {
    s.weight.push(1 - f);
    s.weight.push(f);
  } else {
    constexpr double a = -0.75;  // Keys 1981
    const auto near = [](value d) { return ((a + 2) * d - (a + 3)) * d * d + 1; };
    const auto far = [](value d) { return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a; };
    for (const value& w : {far(f + 1), near(f), near(1 - f), far(2 - f)}) s.weight.push(w);
  }
  for (int i = 0; i < s.weight.size(); ++i) s.pixel.push(kept_inside(low + (o.mode == sampling::linear ? i : i - 1), extent, o));
  return s;
}

}  // namespace detail

// x [n, ..., c] with two or three axes of pixels; grid [n, ..., 2 or 3]. [n, (the grid's), c].
constexpr value grid_sample(value x, value grid, grid_sample_options o = {}, source at = source::here()) {
  if (!x.valid()) return x;
  if (!grid.valid()) return grid;
  ir::graph& g = x.owner();
  const ir::library_call call(x, at);
  const shape in = x.dims(), to = grid.dims();
  const int axes = in.rank - 2;
  if ((axes != 2 && axes != 3) || to.rank != in.rank || to[to.rank - 1] != axes || to[0] != in[0] || to.rows_of != in.rows_of ||
      x.type() != grid.type())
    return g.fail(
               "grid_sample",
               text() << "a grid " << name_of(grid.type()) << to << " for " << name_of(x.type()) << in << "; must be [n, h, w, 2] for [n, h, w, c]",
               at),
           ir::poison(g);
  int places = 1, pixels = 1;
  shape row{to[0]}, flat{in[0]};
  row.rows_of = flat.rows_of = in.rows_of;
  for (int i = 1; i <= axes; ++i) places *= to[i], pixels *= in[i];
  row.push(places), row.push(1);
  flat.push(pixels), flat.push(in[in.rank - 1]);
  const value table = reshape_to(x, flat);
  shape chosen = flat;
  chosen[1] = places;
  vec<detail::samples> along;  // from the last axis, which x means
  for (int k = 0; k < axes; ++k)
    along.push(detail::samples_along(reshape_to(slice(grid, -1, k, k + 1), row), in[axes - k], o));
  value sum;
  const int each = along[0].pixel.size();
  int all = 1;
  for (int k = 0; k < axes; ++k) all *= each;
  for (int i = 0; i < all; ++i) {
    value index, weight, inside;
    int step = 1;
    for (int k = 0, rest = i; k < axes; ++k, rest /= each) {
      const int extent = in[axes - k];
      const value pixel = along[k].pixel[rest % each], w = along[k].weight[rest % each];
      const value is_in = pixel >= 0 && pixel <= extent - 1;
      inside = inside.valid() ? inside && is_in : is_in;
      index = index.valid() ? index + clip(pixel, 0, extent - 1) * step : clip(pixel, 0, extent - 1) * step;
      if (w.valid()) weight = weight.valid() ? weight * w : w;
      step *= extent;
    }
    // One index that is computed and lies outside chooses zero.
    const value at_pixel = select(inside, cast(index, i32), -1);
    value part = take_along_axis(table, broadcast_to(at_pixel, chosen), 1);
    if (weight.valid()) part = part * weight;
    sum = sum.valid() ? sum + part : part;
  }
  shape dims = to;
  dims[dims.rank - 1] = in[in.rank - 1];
  return reshape_to(sum, dims);
}

// theta [n, 2, 3] and the extents {h, w}: places [n, h, w, 2]; theta [n, 3, 4] and {d, h, w}: [n, d, h, w, 3].
constexpr value affine_grid(value theta, shape extents, bool align_corners = false, source at = source::here()) {
  if (!theta.valid()) return theta;
  ir::graph& g = theta.owner();
  const ir::library_call call(theta, at);
  const int axes = extents.rank;
  const shape t = theta.dims();
  if ((axes != 2 && axes != 3) || t.rank != 3 || t[1] != axes || t[2] != axes + 1)
    return g.fail("affine_grid", text() << "theta " << t << " for extents " << extents << "; must be [n, " << axes << ", " << axes + 1 << ']', at),
           ir::poison(g);
  vec<value> lines;
  for (int k = 0; k < axes; ++k) {  // x first
    const int axis = axes - 1 - k, extent = extents[axis];
    shape along;
    for (int i = axis; i < axes; ++i) along.push(i == axis ? extent : 1);
    value place = ir::iota(g, extent, f32);
    place = !align_corners ? (place * 2 + 1) * (1.0 / extent) - 1 : extent == 1 ? place * 0 : place * (2.0 / (extent - 1)) - 1;
    lines.push(reshape(broadcast_to(reshape_to(cast(place, theta.type()), along), extents), {1, -1}));
  }
  lines.push(lines[0] * 0 + 1);
  shape dims{t[0]};
  dims.rows_of = t.rows_of;
  for (int i = 0; i < axes; ++i) dims.push(extents[i]);
  dims.push(axes);
  return reshape_to(transpose(matmul(theta, concat(lines, 0)), {0, 2, 1}), dims);
}

}  // namespace igata::inline IGATA_ABI
