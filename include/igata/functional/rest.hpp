// What a division of fractions rounded towards 0 leaves: C's fmod. (Of whole numbers there is %.)
//
//   value angle = fmod(x, 360);
#pragma once
#include "../ops/cast.hpp"
#include "../ops/floor_divide.hpp"
#include "../ops/unary.hpp"

namespace igata::inline IGATA_ABI {

// Towards 0.
constexpr value trunc(value x, source at = source::here()) {
  const ir::library_call call(x, at);
  return select(x < 0, ceil(x), floor(x));
}
// Of the sign of x, smaller than y: exact, as C's, where the quotient is below 2^31, and else some number of them.
constexpr value fmod(value x, operand y, source at = source::here()) {
  if (!x.valid()) return x;
  const ir::library_call call(x, at);
  const value other = y.is_literal ? ir::as_value(y, operand(x, at)) : y.v;
  if (other.valid() && other.type() == x.type() && (x.type() == f16 || x.type() == bf16))  // a rest is exact in f32, and a number of the type
    return cast(fmod(cast(x, f32, at), cast(other, f32, at), at), x.type(), at);
  const value by = abs(other);
  value rest = abs(x);
  for (int k = 30; k >= 0; --k) {  // a division in binary: no difference is rounded
    const value part = by * static_cast<double>(1 << k);
    rest = rest - select(rest >= part, part, 0);
  }
  rest = select(rest < by, rest, (rest - rest) / by);
  return select(x < 0, -rest, select(x == 0, x - rest, rest));  // -0 stays
}

}  // namespace igata::inline IGATA_ABI
