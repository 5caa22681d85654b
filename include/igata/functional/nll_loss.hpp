// nll_loss, cross_entropy: losses of classes with weights, an index that is left out, and a chosen reduction. (PyTorch; ONNX
// NegativeLogLikelihoodLoss, SoftmaxCrossEntropyLoss.)
//
//   value loss = cross_entropy(scores, label, {.ignore_index = -100});      scores [n, classes, ...], label i32 [n, ...]
//
// The classes' axis is the second. What a training minimises usually is loss::softmax_cross_entropy, whose classes stand last.
#pragma once
#include "../nn/activations.hpp"
#include "../ops/one_hot.hpp"

namespace igata::inline IGATA_ABI {

inline constexpr int no_index = -2147483647 - 1;
enum class loss_reduction { mean, sum, none };
struct nll_loss_options {
  value weight = {};                             // [classes], of each class; 1 without it
  int ignore_index = no_index;  // elements of this class do not count
  loss_reduction reduction = loss_reduction::mean;  // the mean divides by the sum of the weights that counted
};

// Of log-probabilities [n, classes, ...] and classes i32 [n, ...].
constexpr value nll_loss(value log_probability, value target, nll_loss_options o = {}, source at = source::here()) {
  if (!log_probability.valid()) return log_probability;
  if (!target.valid()) return target;
  ir::graph& g = log_probability.owner();
  const ir::library_call call(log_probability, at);
  const shape p = log_probability.dims();
  shape expected, column, along;
  expected.rows_of = column.rows_of = p.rows_of;
  for (int i = 0; i < p.rank; ++i) {
    if (i != 1) expected.push(p[i]);
    column.push(i == 1 ? 1 : p[i]);
    if (i > 0) along.push(i == 1 ? p[1] : 1);
  }
  if (p.rank < 2 || target.type() != i32 || !(target.dims() == expected))
    return g.fail("nll_loss", text() << "classes " << name_of(target.type()) << target.dims() << " for " << p << "; must be i32" << expected, at),
           ir::poison(g);
  if (o.weight.valid() && !(o.weight.dims() == shape{p[1]}))
    return g.fail("nll_loss", text() << ".weight " << o.weight.dims() << " for " << p[1] << " classes; must be [" << p[1] << ']', at), ir::poison(g);
  if (o.ignore_index == no_index) limit_index(target, p[1], "nll_loss", at);
  const value hit = reshape_to(target, column) == reshape_to(ir::iota(g, p[1]), along);
  const value reached = reduce_sum(select(hit, log_probability, 0), 1);
  value weight = o.weight.valid() ? reduce_sum(select(hit, reshape_to(o.weight, along), 0), 1)
                                  : broadcast_to(ir::constant(g, 1, log_probability.type()), target.dims());
  if (o.ignore_index != no_index) weight = select(target == o.ignore_index, 0, weight);
  const value loss = -(reached * weight);
  if (o.reduction == loss_reduction::none) return loss;
  if (o.reduction == loss_reduction::sum) return reduce_sum(loss);
  return reduce_sum(loss) / reduce_sum(weight);
}
// Of scores: nll_loss of log_softmax along the second axis.
constexpr value cross_entropy(value scores, value target, nll_loss_options o = {}, source at = source::here()) {
  const ir::library_call call(scores, at);
  return nll_loss(log_softmax(scores, 1), target, o);
}

}  // namespace igata::inline IGATA_ABI
