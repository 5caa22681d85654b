// Division of whole numbers rounded down, and what it leaves: of another sign than the divisor never. `/` and `%` round towards 0, as C++ does.
//
//   value row = floor_divide(place, 28), column = remainder(place, 28);
#pragma once
#include "select.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {
// Of numbers of unlike signs and with a rest the quotient towards 0 is one too high.
constexpr value floored(operand a, operand b, bool wants_rest) {
  const value known = a.is_literal ? b.v : a.v;
  if (!known.valid()) return known;
  const source at = a.is_literal ? b.at : a.at;
  const operand x(a.is_literal ? as_value(a, b) : a.v, at), y(b.is_literal ? as_value(b, a) : b.v, at);
  const value rest = x % y;
  if (!rest.valid()) return rest;
  if (is_unsigned(rest.type())) return wants_rest ? rest : x / y;
  const value above = operand(sign(rest, at) * operand(sign(y.v, at), at), at) < 0;
  if (wants_rest) return select(above, operand(operand(rest, at) + y, at), operand(rest, at));
  const value quotient = x / y;
  return select(above, operand(operand(quotient, at) - operand(1, at), at), operand(quotient, at));
}
}  // namespace detail

// By 0: -1, or of types without a sign the highest number.
constexpr value floor_divide(operand a, operand b) { return detail::floored(a, b, false); }
// By 0: the first.
constexpr value remainder(operand a, operand b) { return detail::floored(a, b, true); }

}  // namespace igata::inline IGATA_ABI
