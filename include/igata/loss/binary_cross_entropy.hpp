// binary_cross_entropy: -log of the probability that sigmoid(prediction) gives to the target, 0 or 1 or between; the mean over all elements.
//
//   value l = loss::binary_cross_entropy{}(logits, is_cat);      logits f32 [n, …], targets of the same shape, any type
#pragma once
#include "same_shape.hpp"

namespace igata::inline IGATA_ABI::loss {

struct binary_cross_entropy {
  constexpr value operator()(value prediction, value target, source at = source::here()) const {
    if (!detail::same_shape(prediction, target, "binary_cross_entropy", at)) return {};
    const ir::library_call call(prediction, at);
    const value z = prediction;  // log(1 + exp(z)) - z * target
    return reduce_mean(maximum(0, z) - z * target + log1p(exp(minimum(z, -z))));
  }
};

}  // namespace igata::inline IGATA_ABI::loss
