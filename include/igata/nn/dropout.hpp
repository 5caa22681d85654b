// dropout: in training each element becomes 0 with probability `rate`, the others grow by 1 / (1 - rate); otherwise x itself.
// (Srivastava et al. 2014.) The draw is a function of the program's seed, the layer's path and the step, and is never stored.
//
//   x = nn::dropout(x, {.rate = 0.5});
#pragma once
#include "layer.hpp"

namespace igata::inline IGATA_ABI::nn {

struct dropout_options {
  double rate = 0.5;
  layer_name name = {};
  constexpr value operator()(value x, source at = source::here()) const;
};

constexpr value dropout(value x, dropout_options o = {}, source at = source::here()) {
  if (!x.valid()) return x;
  const layer scope(x, "dropout", o.name, at);
  if (!(o.rate >= 0 && o.rate < 1)) return refuse(x, text() << ".rate = " << o.rate << "; must be in [0, 1)", at);
  if (!x.training() || o.rate == 0) return x;
  return select(random_like(x) >= o.rate, x * (1 / (1 - o.rate)), 0);
}
constexpr value dropout_options::operator()(value x, source at) const { return dropout(x, *this, at); }

}  // namespace igata::inline IGATA_ABI::nn
