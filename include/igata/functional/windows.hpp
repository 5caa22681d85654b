// Pooling over one to three axes by slices, and convolution over three by those over two: what the kernels for images do not have, such as dilations,
// volumes and p-norms. (PyTorch's max_pool3d, avg_pool3d, conv3d; ONNX LpPool.)
//
//   value y = max_pool(x, {{.size = 2, .stride = 2}, {.size = 2, .stride = 2}, {.size = 2, .stride = 2}});      x [n, d, h, w, c]
//
// One step for each tap of the window: made for small windows.
#pragma once
#include "along_axes.hpp"

namespace igata::inline IGATA_ABI {

// A window along one axis.
struct window_axis {
  int size = 1, stride = 1, before = 0, after = 0, dilation = 1;
  int beyond_after = 0;  // how far the last window reaches behind what is padded: elements that never count
};
struct window_axes {
  window_axis list[3]{};
  int count = 0;
  constexpr window_axes() = default;
  constexpr window_axes(std::initializer_list<window_axis> axes) {
    for (const window_axis& a : axes) push(a);
  }
  constexpr void push(const window_axis& a) {
    if (count < 3) list[count] = a;
    ++count;
  }
  constexpr int taps() const {
    int n = 1;
    for (int i = 0; i < count && i < 3; ++i) n *= list[i].size;
    return n;
  }
};

namespace detail {
// How many windows an axis has; 0 where there are none.
constexpr int window_count(const window_axis& a, int extent) {
  return igata::window_count(extent, a.before, a.after + a.beyond_after, a.size, a.stride, a.dilation);
}
// False after an error.
constexpr bool fits_windows(value x, std::string_view what, const window_axes& w, source at) {
  if (!x.valid()) return false;
  bool fits = w.count >= 1 && w.count <= 3 && x.rank() == w.count + 2;
  for (int i = 0; fits && i < w.count; ++i) {
    const window_axis& a = w.list[i];
    fits = a.size >= 1 && a.stride >= 1 && a.dilation >= 1 && a.before >= 0 && a.after >= 0 && window_count(a, x.dims()[1 + i]) >= 1;
  }
  if (!fits || w.taps() > 4096)
    x.owner().fail(what,
                   text() << "of " << x.dims() << " in windows over " << w.count
                          << " axes; must be [n, ..., c] with an axis for each, windows that fit, at most 4096 taps",
                   at);
  return !x.owner().failed();
}
// x with `filling` around it, so that each tap is a slice.
constexpr value framed_for(value x, const window_axes& w, double filling) {
  ir::per_axis<ir::pad_axis> frame(x.rank());
  bool any = false;
  for (int i = 0; i < w.count; ++i) {
    const window_axis& a = w.list[i];
    frame[1 + i] = {.before = a.before, .after = a.after + a.beyond_after};
    any |= a.before + a.after + a.beyond_after > 0;
  }
  return any ? ir::emit<ir::op::pad>(x.owner(), {x}, frame, filling, source{}) : x;
}
// What tap number `tap` of every window reads.
constexpr value tap_of(value framed, const window_axes& w, const shape& extents, int tap) {
  ir::per_axis<ir::slice_axis> part(framed.rank());
  shape dims = framed.dims();
  for (int i = w.count; i-- > 0; tap /= w.list[i].size) {
    part[1 + i] = {.begin = tap % w.list[i].size * w.list[i].dilation, .step = w.list[i].stride};
    dims[1 + i] = window_count(w.list[i], extents[1 + i]);
  }
  return ir::emit<ir::op::slice>(framed.owner(), {framed}, part, 0, source{}, framed.type(), dims);
}
// How many taps of each window along axis i lie in [-before, extent + after), or in [0, extent).
constexpr value taps_inside(value x, const window_axis& a, int extent, bool with_padding) {
  ir::graph& g = x.owner();
  const value first = ir::iota(g, window_count(a, extent)) * a.stride - a.before;
  value count;
  for (int k = 0; k < a.size; ++k) {
    const value at = first + k * a.dilation;
    const value inside = cast(at >= (with_padding ? -a.before : 0) && at < extent + (with_padding ? a.after : 0), x.type());
    count = count.valid() ? count + inside : inside;
  }
  return count;
}
}  // namespace detail

constexpr value max_pool(value x, const window_axes& w, source at = source::here()) {
  const ir::library_call call(x, at);
  if (!detail::fits_windows(x, "max_pool", w, at)) return {};
  const value framed = detail::framed_for(x, w, -math::infinity);
  value y = detail::tap_of(framed, w, x.dims(), 0);
  for (int tap = 1; tap < w.taps(); ++tap) y = maximum(y, detail::tap_of(framed, w, x.dims(), tap));
  return y;
}
// The sums of all windows.
constexpr value sum_pool(value x, const window_axes& w, source at = source::here()) {
  const ir::library_call call(x, at);
  if (!detail::fits_windows(x, "sum_pool", w, at)) return {};
  const value framed = detail::framed_for(x, w, 0);
  value y = detail::tap_of(framed, w, x.dims(), 0);
  for (int tap = 1; tap < w.taps(); ++tap) y = y + detail::tap_of(framed, w, x.dims(), tap);
  return y;
}
// Means of what lies inside, or with `include_padding` of what is padded too.
constexpr value avg_pool(value x, const window_axes& w, bool include_padding = false, source at = source::here()) {
  const ir::library_call call(x, at);
  value y = sum_pool(x, w, at);
  if (!y.valid()) return y;
  for (int i = 0; i < w.count; ++i) {
    shape along;
    for (int k = 1 + i; k < x.rank(); ++k) along.push(k == 1 + i ? y.dims()[1 + i] : 1);
    y = y / reshape_to(detail::taps_inside(x, w.list[i], x.dims()[1 + i], include_padding), along);
  }
  return y;
}
// The p-norms of all windows: (sum of |x|^p)^(1/p).
constexpr value lp_pool(value x, double p, const window_axes& w, source at = source::here()) {
  const ir::library_call call(x, at);
  return x.valid() ? detail::root(sum_pool(detail::power_of_abs(x, p), w, at), p) : x;
}

}  // namespace igata::inline IGATA_ABI
