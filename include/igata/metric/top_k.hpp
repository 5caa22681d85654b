// top_k: the share of rows in which fewer than k predictions are larger than the true class'.
// NaN is larger than every number, and a true class of NaN is never among the k.
//
//   s.output("top 5", metric::top_k{.k = 5}(logits, label));
#pragma once
#include "classes.hpp"

namespace igata::inline IGATA_ABI::metric {

struct top_k {
  static constexpr std::string_view name = "top_k";
  static constexpr bool higher_is_better = true;
  int k = 5;

  constexpr value operator()(value prediction, value target, source at = source::here()) const {
    const ir::library_call call(prediction, at);
    target = detail::classes_of(prediction, target, name, at);
    if (!target.valid()) return {};
    if (k < 1) prediction.owner().fail(name, text() << ".k = " << k << "; must be 1 or more", at);
    const value reached = reduce_sum(select(igata::detail::hits(target, prediction.extent(-1)), prediction, 0), -1, true);
    const int classes = prediction.extent(-1), most = k < classes ? k : classes;
    const value not_larger = reduce_sum(cast(prediction <= reached, f32), -1);  // of NaN none
    return reduce_mean(cast(not_larger > classes - most, f32));
  }
};

}  // namespace igata::inline IGATA_ABI::metric
