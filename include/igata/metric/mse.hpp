// mse: the mean of the squared differences.
//
//   s.output("mse", metric::mse{}(prediction, target));
#pragma once
#include "classes.hpp"

namespace igata::inline IGATA_ABI::metric {

struct mse {
  static constexpr std::string_view name = "mse";
  static constexpr bool higher_is_better = false;
  constexpr value operator()(value prediction, value target, source at = source::here()) const {
    if (!detail::same_shape(prediction, target, name, at)) return {};
    const ir::library_call call(prediction, at);
    const value d = prediction - target;
    return reduce_mean(d * d);
  }
};

}  // namespace igata::inline IGATA_ABI::metric
