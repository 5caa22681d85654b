// layer_norm: the last axis of each row to mean 0 and variance 1, then y = y * gamma + beta. (Ba, Kiros, Hinton 2016.)
//
//   x = x + attention(nn::layer_norm(x));
#pragma once
#include "layer.hpp"

namespace igata::inline IGATA_ABI::nn {

struct layer_norm_options {
  double epsilon = 1e-3;  // Keras' value; PyTorch's is 1e-5
  bool scale = true;      // there is a gamma
  bool center = true;     // there is a beta
  initializer gamma_initializer = init::ones;
  initializer beta_initializer = init::zeros;
  layer_name name = {};
  constexpr value operator()(value x, source at = source::here()) const;
};

constexpr value layer_norm(value x, layer_norm_options o = {}, source at = source::here()) {
  if (!x.valid()) return x;
  const layer scope(x, "layer_norm", o.name, at);
  if (x.rank() < 2) return refuse(x, text() << "needs [n, ..., features], got " << x.dims() << "; reshape first", at);
  if (!(o.epsilon > 0)) return refuse(x, text() << ".epsilon = " << o.epsilon << "; must be above 0", at);
  const shape features{x.extent(-1)};
  const value centred = x - reduce_mean(x, -1, true);
  value y = centred * rsqrt(reduce_mean(centred * centred, -1, true) + o.epsilon);
  if (o.scale) y *= parameter(x, "gamma", features, o.gamma_initializer, at);
  if (o.center) y += parameter(x, "beta", features, o.beta_initializer, at);
  return y;
}
constexpr value layer_norm_options::operator()(value x, source at) const { return layer_norm(x, *this, at); }

}  // namespace igata::inline IGATA_ABI::nn
