// huber: half the squared difference up to delta, from there on a line of slope delta; the mean over all elements. (Huber 1964.)
//
//   value l = loss::huber{.delta = 2}(prediction, target);
#pragma once
#include "same_shape.hpp"

namespace igata::inline IGATA_ABI::loss {

struct huber {
  double delta = 1;

  constexpr value operator()(value prediction, value target, source at = source::here()) const {
    if (!detail::same_shape(prediction, target, "huber", at)) return {};
    const ir::library_call call(prediction, at);
    if (!(delta > 0)) prediction.owner().fail("huber", text() << ".delta = " << delta << "; must be above 0", at);
    const value d = abs(prediction - target), inner = minimum(d, delta);
    return reduce_mean(inner * (d - inner * 0.5));  // the gradient of small differences cancels nothing
  }
};

}  // namespace igata::inline IGATA_ABI::loss
