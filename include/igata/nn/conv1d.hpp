// conv1d: sequences [n, steps, c] through `filters` filters; kernel [steps, c / groups, filters], bias [filters].
//
//   x = nn::conv1d(x, {.filters = 32, .kernel = 3, .padding = nn::padding1d::causal});
#pragma once
#include "layer.hpp"

namespace igata::inline IGATA_ABI::nn {

// Zeros around a sequence: a number for both ends, {before, after}, padding1d::valid (none), padding1d::same (as many results as steps / stride,
// rounded up), or padding1d::causal (before it only, so that no result sees a later step).
struct padding1d {
  int before = 0, after = 0;
  enum class kind { given, same, causal } by = kind::given;
  constexpr padding1d() = default;
  constexpr padding1d(int both) : before(both), after(both) {}
  constexpr padding1d(int left, int right) : before(left), after(right) {}
  static const padding1d valid, same, causal;

 private:
  constexpr explicit padding1d(kind k) : by(k) {}
};
inline constexpr padding1d padding1d::valid{};
inline constexpr padding1d padding1d::same{padding1d::kind::same};
inline constexpr padding1d padding1d::causal{padding1d::kind::causal};

// Channels and filters must be divisible by `groups`.
struct conv1d_options {
  int filters = 0;
  int kernel = 0;
  int stride = 1;
  padding1d padding = 0;
  int dilation = 1;
  int groups = 1;
  bool use_bias = true;
  initializer kernel_initializer = init::glorot_uniform;
  initializer bias_initializer = init::zeros;
  layer_name name = {};
  constexpr value operator()(value x, source at = source::here()) const;
};

// A convolution of images that are one line high.
constexpr value conv1d(value x, conv1d_options o = {}, source at = source::here()) {
  if (!x.valid()) return x;
  const layer scope(x, "conv1d", o.name, at);
  if (x.rank() != 3) return refuse(x, text() << "needs sequences [n, steps, channels], got " << x.dims() << "; reshape first", at);
  if (o.filters < 1) return refuse(x, text() << ".filters = " << o.filters << "; must be 1 or more", at);
  if (o.kernel < 1) return refuse(x, text() << ".kernel = " << o.kernel << "; must be 1 or more", at);
  if (o.groups < 1) return refuse(x, text() << ".groups = " << o.groups << "; must be 1 or more", at);
  const int channels = x.extent(-1) / o.groups;
  const value kernel = parameter(x, "kernel", {o.kernel, channels, o.filters}, o.kernel_initializer, at);
  igata::padding around(0, o.padding.before, 0, o.padding.after);
  if (o.padding.by == padding1d::kind::same) around = igata::padding::same;
  if (o.padding.by == padding1d::kind::causal) around.left = saturated(window_span(o.kernel, o.dilation) - 1);
  shape line = x.dims();  // [n, 1, steps, c]
  line.rank = 1;
  line.push(1), line.push(x.extent(1)), line.push(x.extent(2));
  value y = igata::conv2d(reshape_to(x, line), reshape_to(kernel, {1, o.kernel, channels, o.filters}),
                          {.stride = {1, o.stride}, .padding = around, .dilation = {1, o.dilation}, .groups = o.groups});
  if (!y.valid()) return y;
  shape dims = y.dims();
  dims.rank = 1;
  dims.push(y.extent(2)), dims.push(o.filters);
  y = reshape_to(y, dims);
  return o.use_bias ? y + parameter(x, "bias", {o.filters}, o.bias_initializer, at) : y;
}
constexpr value conv1d_options::operator()(value x, source at) const { return conv1d(x, *this, at); }

}  // namespace igata::inline IGATA_ABI::nn
