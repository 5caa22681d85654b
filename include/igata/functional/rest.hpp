// What a division of fractions rounded towards 0 leaves: C's fmod. (Of whole numbers there is %.)
//
//   value angle = fmod(x, 360);
#pragma once
#include "../ops/floor_divide.hpp"
#include "../ops/unary.hpp"

namespace igata::inline IGATA_ABI {

// Towards 0.
constexpr value trunc(value x, source at = source::here()) {
  const ir::library_call call(x, at);
  return select(x < 0, ceil(x), floor(x));
}
// Of the sign of x, smaller than y. Products are rounded: a rest that differs from 0 or y by no more than that may be 0.
constexpr value fmod(value x, operand y, source at = source::here()) {
  if (!x.valid()) return x;
  const ir::library_call call(x, at);
  const value size = abs(x), by = abs(y.is_literal ? ir::as_value(y, operand(x, at)) : y.v);
  value rest = size - floor(size / by) * by;
  rest = select(rest < 0, rest + by, rest);  // the quotient was rounded up or down
  rest = select(rest >= by, rest - by, rest);
  return select(x < 0, -rest, rest);
}

}  // namespace igata::inline IGATA_ABI
