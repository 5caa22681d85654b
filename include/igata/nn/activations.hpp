// Activations, made of primitives. Those that are primitives themselves: tanh, sigmoid, exp, sin …
//
//   x = relu(x);      x = gelu(x, {.approximate = true});      p = softmax(logits);
#pragma once
#include "../ops/state.hpp"

namespace igata::inline IGATA_ABI {

// The derivative at 0 is 0.
constexpr value relu(value x, source at = source::here()) { return maximum(0, operand(x, at)); }
// min(max(x, 0), 6).
constexpr value relu6(value x, source at = source::here()) { return minimum(6, operand(relu(x, at), at)); }
// Between low and high.
constexpr value clip(value x, double low, double high, source at = source::here()) {
  if (x.valid() && !(low <= high))
    x.owner().fail("clip", text() << "from " << low << " to " << high << "; the first must not be above the second", at);
  return minimum(operand(maximum(operand(x, at), low), at), high);
}

struct leaky_relu_options {
  double slope = 0.01;  // below 0
};
// x above 0, x * slope below. (Maas, Hannun, Ng 2013.)
constexpr value leaky_relu(value x, leaky_relu_options o = {}, source at = source::here()) {
  const ir::library_call call(x, at);
  return select(x > 0, x, x * o.slope);
}

struct elu_options {
  double alpha = 1;
};
// x above 0, alpha * (exp(x) - 1) below. (Clevert, Unterthiner, Hochreiter 2016.)
constexpr value elu(value x, elu_options o = {}, source at = source::here()) {
  const ir::library_call call(x, at);
  return select(x > 0, x, expm1(minimum(x, 0)) * o.alpha);  // the minimum keeps inf * 0 out of the gradient
}
// Klambauer et al. 2017.
constexpr value selu(value x, source at = source::here()) {
  const ir::library_call call(x, at);
  return elu(x, {.alpha = 1.6732632423543772848}) * 1.0507009873554804934;
}

struct gelu_options {
  bool approximate = false;  // by tanh; else exact, by erf
};
// x times the normal distribution function of x. (Hendrycks and Gimpel 2016.)
constexpr value gelu(value x, gelu_options o = {}, source at = source::here()) {
  const ir::library_call call(x, at);
  if (o.approximate) return x * (tanh(x * (minimum(x * x, 1e4) * 0.044715 + 1) * 0.79788456080286535588) * 0.5 + 0.5);  // far out tanh is 1
  return x * (erf(x * 0.70710678118654752440) * 0.5 + 0.5);  // halved first: 2 * x may overflow
}

// x * sigmoid(x), called swish too. (Elfwing, Uchibe, Doya 2018.)
constexpr value silu(value x, source at = source::here()) {
  const ir::library_call call(x, at);
  return x * sigmoid(x);
}
// log(1 + exp(x)) without overflow; the derivative is sigmoid(x) at 0 too.
constexpr value softplus(value x, source at = source::here()) {
  const ir::library_call call(x, at);
  return maximum(0, x) + log1p(exp(minimum(x, -x)));
}
// relu6(x + 3) / 6. (Howard et al. 2019, MobileNetV3.)
constexpr value hard_sigmoid(value x, source at = source::here()) {
  const ir::library_call call(x, at);
  return relu6(x + 3) * (1.0 / 6);
}
// x * relu6(x + 3) / 6. (Howard et al. 2019.)
constexpr value hard_swish(value x, source at = source::here()) {
  const ir::library_call call(x, at);
  return x * hard_sigmoid(x);
}

// exp(x) over its sum along the axis; the largest element is subtracted first.
constexpr value softmax(value x, int axis = -1, source at = source::here()) {
  const ir::library_call call(x, at);
  const value e = exp(x - stop_gradient(reduce_max(x, axis, true)));
  return e / reduce_sum(e, axis, true);
}
// log(softmax(x)), finite where softmax is 0.
constexpr value log_softmax(value x, int axis = -1, source at = source::here()) {
  const ir::library_call call(x, at);
  const value z = x - stop_gradient(reduce_max(x, axis, true));
  return z - log(reduce_sum(exp(z), axis, true));
}

}  // namespace igata::inline IGATA_ABI
