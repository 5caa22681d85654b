// local_response_norm: each element over a power of the squares around it along the last axis. (Krizhevsky, Sutskever, Hinton 2012; ONNX LRN.)
//
//   x = local_response_norm(x, {.size = 5});      channels stand last
#pragma once
#include "../ops/all.hpp"

namespace igata::inline IGATA_ABI {

struct local_response_norm_options {
  int size = 5;  // channels, the element's own in the middle; of even sizes one more behind
  double alpha = 1e-4, beta = 0.75, k = 1;
};
// x / (k + alpha / size * sum of squares)^beta.
constexpr value local_response_norm(value x, local_response_norm_options o = {}, source at = source::here()) {
  if (!x.valid()) return x;
  const ir::library_call call(x, at);
  if (x.rank() < 2 || o.size < 1)
    return x.owner().fail("local_response_norm", text() << "of " << x.dims() << " over " << o.size << " channels; must be [n, ..., c] over 1 or more",
                          at),
           ir::poison(x.owner());
  const int before = (o.size - 1) / 2, after = o.size - 1 - before, channels = x.extent(-1);
  const value square = x * x;
  value sum = square;
  for (int d = -before; d <= after; ++d) {  // the neighbour at d
    if (d == 0 || d >= channels || -d >= channels) continue;
    ir::per_axis<ir::pad_axis> frame;
    for (int i = 0; i + 1 < x.rank(); ++i) frame.push({});
    frame.push({.before = d < 0 ? -d : 0, .after = d > 0 ? d : 0});
    const value part = d < 0 ? slice(square, -1, 0, channels + d) : slice(square, -1, d, channels);
    sum = sum + ir::emit<ir::op::pad>(x.owner(), {part}, frame, 0, at);
  }
  return x / pow(sum * (o.alpha / o.size) + o.k, o.beta);
}

}  // namespace igata::inline IGATA_ABI
