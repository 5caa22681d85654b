// softmax_cross_entropy: -log of the probability that softmax(prediction) gives to the target; the mean over rows.
//
//   s.minimize(loss::softmax_cross_entropy{.label_smoothing = 0.1}(logits, digit), "*", optim::adam{});
//
// Predictions [n, …, c] are logits. Targets are classes, whole numbers [n, …], or probabilities of the prediction's shape.
#pragma once
#include "logits.hpp"

namespace igata::inline IGATA_ABI::loss {

namespace detail {
// False after an error.
constexpr bool fits_classes(value prediction, value target, double smoothing, source at) {
  if (!prediction.valid() || !target.valid()) return false;
  const shape p = prediction.dims(), t = target.dims();
  shape rows = p;
  if (rows.rank > 0) --rows.rank, rows.d[rows.rank] = 0;
  text why;
  if (!is_floating(prediction.type()) || p.rank < 2)
    why << "the prediction must be logits f32[n, ..., classes], got " << name_of(prediction.type()) << p;
  else if (is_whole(target.type()) && !(t == rows))
    why << "classes " << t << " for prediction " << p << "; must be " << rows << ", reshape them";
  else if (!is_whole(target.type()) && t == rows)
    why << "classes must be whole numbers, got " << name_of(target.type()) << t << "; cast(x, i32), or give probabilities " << p;
  else if (!is_whole(target.type()) && !(t == p && target.type() == prediction.type()))
    why << "target " << name_of(target.type()) << t << " for prediction " << p << "; must be classes i32" << rows << " or probabilities "
        << name_of(prediction.type()) << p;
  else if (!(smoothing >= 0 && smoothing < 1))
    why << ".label_smoothing = " << smoothing << "; must be in [0, 1)";
  if (!why.empty()) prediction.owner().fail("softmax_cross_entropy", why, at);
  return why.empty();
}
}  // namespace detail

struct softmax_cross_entropy {
  double label_smoothing = 0;  // this share of each target is spread evenly over all classes

  constexpr value operator()(value prediction, value target, source at = source::here()) const {
    if (!detail::fits_classes(prediction, target, label_smoothing, at)) return {};
    const ir::library_call call(prediction, at);
    const int classes = prediction.extent(-1);
    const value z = detail::centred_logits(prediction);
    const double rest = 1 - label_smoothing, spread = label_smoothing / classes;
    if (is_whole(target.type())) {
      target = as_index(target, true, at);
      limit_index(target, classes, "softmax_cross_entropy", at);
      value reached = reduce_sum(select(igata::detail::hits(target, classes), z, 0), -1, true);  // a sum of one: fuses where a gather would not
      if (label_smoothing != 0) reached = reached * rest + reduce_sum(z, -1, true) * spread;
      return reduce_mean(detail::log_sum_exp(z) - reached);
    }
    if (label_smoothing != 0) target = target * rest + spread;
    return reduce_mean(reduce_sum(target * (detail::log_sum_exp(z) - z), -1));
  }
};

}  // namespace igata::inline IGATA_ABI::loss
