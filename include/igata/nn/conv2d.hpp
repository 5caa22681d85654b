// conv2d: images [n, h, w, c] through `filters` filters; kernel [kh, kw, c / groups, filters], bias [filters].
//
//   x = nn::conv2d(x, {.filters = 32, .kernel = 3, .stride = 2, .padding = padding::same});
#pragma once
#include "layer.hpp"

namespace igata::inline IGATA_ABI::nn {

// Channels and filters must be divisible by `groups`; padding: a number, {top, left, bottom, right}, padding::valid or padding::same.
struct conv2d_options {
  int filters = 0;
  pair2 kernel = 0;
  pair2 stride = 1;
  igata::padding padding = 0;
  pair2 dilation = 1;
  int groups = 1;
  bool use_bias = true;
  initializer kernel_initializer = init::glorot_uniform;
  initializer bias_initializer = init::zeros;
  layer_name name = {};
  constexpr value operator()(value x, source at = source::here()) const;
};

constexpr value conv2d(value x, conv2d_options o = {}, source at = source::here()) {
  if (!x.valid()) return x;
  const layer scope(x, "conv2d", o.name, at);
  if (o.filters < 1) return refuse(x, text() << ".filters = " << o.filters << "; must be 1 or more", at);
  if (o.kernel.h < 1 || o.kernel.w < 1) return refuse(x, text() << ".kernel = " << o.kernel.h << 'x' << o.kernel.w << "; must be 1 or more", at);
  if (o.groups < 1) return refuse(x, text() << ".groups = " << o.groups << "; must be 1 or more", at);
  const value kernel = parameter(x, "kernel", {o.kernel.h, o.kernel.w, x.extent(-1) / o.groups, o.filters}, o.kernel_initializer, at);
  const value y = igata::conv2d(x, kernel, {.stride = o.stride, .padding = o.padding, .dilation = o.dilation, .groups = o.groups});
  return o.use_bias ? y + parameter(x, "bias", {o.filters}, o.bias_initializer, at) : y;
}
constexpr value conv2d_options::operator()(value x, source at) const { return conv2d(x, *this, at); }

}  // namespace igata::inline IGATA_ABI::nn
