// binary_accuracy: the share of elements on the right side: prediction above the threshold where the target is above 1/2. A NaN is never right.
//
//   s.output("accuracy", metric::binary_accuracy{}(logits, is_cat));      probabilities: {.threshold = 0.5}
#pragma once
#include "classes.hpp"

namespace igata::inline IGATA_ABI::metric {

struct binary_accuracy {
  static constexpr std::string_view name = "binary_accuracy";
  static constexpr bool higher_is_better = true;
  double threshold = 0;  // of logits

  constexpr value operator()(value prediction, value target, source at = source::here()) const {
    if (!detail::same_shape(prediction, target, name, at)) return {};
    const ir::library_call call(prediction, at);
    const value above = cast(prediction > threshold, f32), not_above = cast(prediction <= threshold, f32);
    return reduce_mean(select(cast(target, f32) > 0.5, above, not_above));
  }
};

}  // namespace igata::inline IGATA_ABI::metric
