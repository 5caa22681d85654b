// accuracy: the share of rows whose largest prediction (the first of equals) is the target's class.
// A NaN is never right.
//
//   s.output("accuracy", metric::accuracy{}(logits, digit));      logits [n, …, c]; classes i32 [n, …] or probabilities [n, …, c]
#pragma once
#include "classes.hpp"

namespace igata::inline IGATA_ABI::metric {

struct accuracy {
  static constexpr std::string_view name = "accuracy";
  static constexpr bool higher_is_better = true;
  constexpr value operator()(value prediction, value target, source at = source::here()) const {
    const ir::library_call call(prediction, at);
    target = detail::classes_of(prediction, target, name, at);
    if (!target.valid()) return {};
    const value highest = reduce_max(prediction, -1);  // NaN if any is
    return reduce_mean(cast(argmax(prediction, -1) == target && highest == highest, f32));
  }
};

}  // namespace igata::inline IGATA_ABI::metric
