// dense: y = x · kernel + bias on the last axis; kernel [in, units], bias [units].
//
//   x = relu(nn::dense(x, {.units = 120}));
#pragma once
#include "layer.hpp"

namespace igata::inline IGATA_ABI::nn {

struct dense_options {
  int units = 0;
  bool use_bias = true;
  initializer kernel_initializer = init::glorot_uniform;
  initializer bias_initializer = init::zeros;
  layer_name name = {};
  constexpr value operator()(value x, source at = source::here()) const;
};

constexpr value dense(value x, dense_options o = {}, source at = source::here()) {
  if (!x.valid()) return x;
  const layer scope(x, "dense", o.name, at);
  if (o.units < 1) return refuse(x, text() << ".units = " << o.units << "; must be 1 or more", at);
  if (x.rank() < 2) return refuse(x, text() << "needs rows [n, features], got " << x.dims() << "; reshape first", at);
  const value y = matmul(x, parameter(x, "kernel", {x.extent(-1), o.units}, o.kernel_initializer, at));
  return o.use_bias ? y + parameter(x, "bias", {o.units}, o.bias_initializer, at) : y;
}
constexpr value dense_options::operator()(value x, source at) const { return dense(x, *this, at); }

}  // namespace igata::inline IGATA_ABI::nn
