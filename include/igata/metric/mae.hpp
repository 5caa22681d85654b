// mae: the mean of the absolute differences.
//
//   s.output("mae", metric::mae{}(prediction, target));
#pragma once
#include "classes.hpp"

namespace igata::inline IGATA_ABI::metric {

struct mae {
  static constexpr std::string_view name = "mae";
  static constexpr bool higher_is_better = false;
  constexpr value operator()(value prediction, value target, source at = source::here()) const {
    if (!detail::same_shape(prediction, target, name, at)) return {};
    const ir::library_call call(prediction, at);
    const value d = prediction - target;
    return reduce_mean(abs(d));
  }
};

}  // namespace igata::inline IGATA_ABI::metric
