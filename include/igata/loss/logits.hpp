// Log-probabilities from logits, without overflow; their derivative is exact where several logits are the largest.
#pragma once
#include "../ops/state.hpp"

namespace igata::inline IGATA_ABI::loss::detail {

// The last axis less its largest element.
constexpr value centred_logits(value x) { return x - stop_gradient(reduce_max(x, -1, true)); }
// log(sum(exp(z))) of the last axis of centred logits, which stays as 1.
constexpr value log_sum_exp(value z) { return log(reduce_sum(exp(z), -1, true)); }

}  // namespace igata::inline IGATA_ABI::loss::detail
