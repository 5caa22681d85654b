// depthwise_conv2d: each channel through `multiplier` filters of its own; kernel [kh, kw, 1, c * multiplier], bias [c * multiplier].
//
//   x = nn::depthwise_conv2d(x, {.kernel = 3, .padding = padding::same});
#pragma once
#include "conv2d.hpp"

namespace igata::inline IGATA_ABI::nn {

struct depthwise_conv2d_options {
  pair2 kernel = 0;
  pair2 stride = 1;
  igata::padding padding = 0;
  pair2 dilation = 1;
  int multiplier = 1;
  bool use_bias = true;
  initializer kernel_initializer = init::glorot_uniform;
  initializer bias_initializer = init::zeros;
  layer_name name = {};
  constexpr value operator()(value x, source at = source::here()) const;
};

constexpr value depthwise_conv2d(value x, depthwise_conv2d_options o = {}, source at = source::here()) {
  if (!x.valid()) return x;
  const layer scope(x, "depthwise_conv2d", o.name, at);
  const int channels = x.extent(-1), filters = channels * o.multiplier;
  if (o.multiplier < 1) return refuse(x, text() << ".multiplier = " << o.multiplier << "; must be 1 or more", at);
  if (o.kernel.h < 1 || o.kernel.w < 1) return refuse(x, text() << ".kernel = " << o.kernel.h << 'x' << o.kernel.w << "; must be 1 or more", at);
  const value kernel = parameter(x, "kernel", {o.kernel.h, o.kernel.w, 1, filters}, o.kernel_initializer, at);
  const value y = igata::conv2d(x, kernel, {.stride = o.stride, .padding = o.padding, .dilation = o.dilation, .groups = channels});
  return o.use_bias ? y + parameter(x, "bias", {filters}, o.bias_initializer, at) : y;
}
constexpr value depthwise_conv2d_options::operator()(value x, source at) const { return depthwise_conv2d(x, *this, at); }

}  // namespace igata::inline IGATA_ABI::nn
