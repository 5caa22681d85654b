// batch_norm: each channel (last axis) to mean 0 and variance 1 over all other axes, then y = y * gamma + beta.
// (Ioffe and Szegedy 2015.)
//
//   x = relu(nn::batch_norm(nn::conv2d(x, {.filters = 64, .kernel = 3, .use_bias = false})));
//
// Training: the batch's mean and biased variance over the true number of rows; the moving ones follow them, the variance biased too
// (as Keras does; PyTorch's moving variance is unbiased). Inference: the moving ones, as x * scale + shift, which simplify moves into
// the convolution or dense layer before. Frozen, it normalises by the moving ones in training too, and they stay (as in Keras).
#pragma once
#include "layer.hpp"

namespace igata::inline IGATA_ABI::nn {

struct batch_norm_options {
  double momentum = 0.99;  // moving = moving * momentum + batch * (1 - momentum)
  double epsilon = 1e-3;
  bool scale = true;   // there is a gamma
  bool center = true;  // there is a beta
  initializer gamma_initializer = init::ones;
  initializer beta_initializer = init::zeros;
  layer_name name = {};
  constexpr value operator()(value x, source at = source::here()) const;
};

constexpr value batch_norm(value x, batch_norm_options o = {}, source at = source::here()) {
  if (!x.valid()) return x;
  const layer scope(x, "batch_norm", o.name, at);
  if (x.rank() < 2) return refuse(x, text() << "needs [n, ..., channels], got " << x.dims() << "; reshape first", at);
  if (!(o.momentum >= 0 && o.momentum < 1)) return refuse(x, text() << ".momentum = " << o.momentum << "; must be in [0, 1)", at);
  if (!(o.epsilon > 0)) return refuse(x, text() << ".epsilon = " << o.epsilon << "; must be above 0", at);
  if (!is_floating(x.type())) return refuse(x, ir::needs_fractions(x.type()), at);
  const shape channels{x.extent(-1)};
  value gamma, beta;
  if (o.scale) gamma = parameter(x, "gamma", channels, o.gamma_initializer, at);
  if (o.center) beta = parameter(x, "beta", channels, o.beta_initializer, at);
  const value moving_mean = state_variable(x, "moving_mean", role::buffer, channels, init::zeros, x.type(), at);
  const value moving_variance = state_variable(x, "moving_variance", role::buffer, channels, init::ones, x.type(), at);

  if (!x.training()) {
    value scale = rsqrt(moving_variance + o.epsilon);
    if (o.scale) scale = gamma * scale;
    const value offset = moving_mean * scale;
    return x * scale + (o.center ? beta - offset : -offset);
  }
  axes over;
  while (over.count < x.rank() - 1) over.list[over.count] = over.count, ++over.count;
  const value mean = reduce_mean(x, over), centred = x - mean, variance = reduce_mean(centred * centred, over);
  follow_statistic(moving_mean, mean, 1 - o.momentum, at);
  follow_statistic(moving_variance, variance, 1 - o.momentum, at);
  value scale = rsqrt(variance + o.epsilon);
  if (o.scale) scale = gamma * scale;
  return o.center ? centred * scale + beta : centred * scale;
}
constexpr value batch_norm_options::operator()(value x, source at) const { return batch_norm(x, *this, at); }

}  // namespace igata::inline IGATA_ABI::nn
