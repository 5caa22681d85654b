// mae: the mean of the absolute differences.
//
//   value l = loss::mae{}(prediction, target);
#pragma once
#include "same_shape.hpp"

namespace igata::inline IGATA_ABI::loss {

struct mae {
  constexpr value operator()(value prediction, value target, source at = source::here()) const {
    if (!detail::same_shape(prediction, target, "mae", at)) return {};
    const ir::library_call call(prediction, at);
    return reduce_mean(abs(prediction - target));
  }
};

}  // namespace igata::inline IGATA_ABI::loss
