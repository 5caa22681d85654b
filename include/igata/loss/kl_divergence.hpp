// kl_divergence: how far softmax(prediction) is from the target's probabilities, sum(t * log(t / p)); the mean over rows.
//
//   value l = loss::kl_divergence{}(student_logits, softmax(teacher_logits));      both [n, …, c]
#pragma once
#include "logits.hpp"
#include "same_shape.hpp"

namespace igata::inline IGATA_ABI::loss {

struct kl_divergence {
  constexpr value operator()(value prediction, value target, source at = source::here()) const {
    if (!detail::same_shape(prediction, target, "kl_divergence", at)) return {};
    const ir::library_call call(prediction, at);
    if (prediction.rank() < 2) prediction.owner().fail("kl_divergence", text() << "needs rows [n, classes], got " << prediction.dims(), at);
    const value z = detail::centred_logits(prediction), log_p = z - detail::log_sum_exp(z);
    const value log_t = log(maximum(target, 1e-30));  // 0 * log(0) is 0 here
    return reduce_mean(reduce_sum(target * (log_t - log_p), -1));
  }
};

}  // namespace igata::inline IGATA_ABI::loss
