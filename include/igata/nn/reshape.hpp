// flatten and reshape: other extents for the same elements; the first axis (the batch) stays.
//
//   x = nn::flatten(x);  [n, 4, 4, 16] becomes [n, 256]      x = nn::reshape(x, {4, 4, -1});
#pragma once
#include "layer.hpp"

namespace igata::inline IGATA_ABI::nn {

using igata::reshape;

constexpr value flatten(value x, source at = source::here()) {
  if (!x.valid()) return x;
  if (x.rank() < 1) return x.owner().fail("flatten", "needs rows, got a single number; reshape first", at), poison(x.owner());
  shape dims;
  dims.rows_of = x.dims().rows_of;
  dims.push(x.extent(0));
  dims.push(1);
  for (int i = 1; i < x.rank(); ++i) dims[1] *= x.extent(i);
  return reshape_to(x, dims, at);
}

}  // namespace igata::inline IGATA_ABI::nn
