// mse: the mean of the squared differences.
//
//   value l = loss::mse{}(prediction, target);
#pragma once
#include "same_shape.hpp"

namespace igata::inline IGATA_ABI::loss {

struct mse {
  constexpr value operator()(value prediction, value target, source at = source::here()) const {
    if (!detail::same_shape(prediction, target, "mse", at)) return {};
    const ir::library_call call(prediction, at);
    const value d = prediction - target;
    return reduce_mean(d * d);
  }
};

}  // namespace igata::inline IGATA_ABI::loss
