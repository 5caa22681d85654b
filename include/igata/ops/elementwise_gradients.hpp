// The gradients of the elementwise primitives, from the derivatives that unary.inc and binary.inc give.
#pragma once
#include "reduce.hpp"

namespace igata::inline IGATA_ABI::ir {

constexpr void rule<op::select>::gradient(backward& b) {
  const value mask = b.in(0);
  if (b.wanted(1)) b.add(1, sum_to(select(mask, b.dy, 0), b.in(1).dims()));
  if (b.wanted(2)) b.add(2, sum_to(select(mask, 0, b.dy), b.in(2).dims()));
}

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI::detail {

// What would be 0 * inf is kept out of the factors and not masked behind them, so that second derivatives have none either.
// Exponent 0: 0, at base 0 too.
constexpr value pow_by_base(value p, value q, value dy) {
  if (q.get().code == op::constant) return q.get().number == 0 ? value() : dy * q * pow(p, q - 1);
  return dy * q * pow(p, select(q == 0, 0, q - 1));
}
// Base 0: 0 unless the exponent is negative.
constexpr value pow_by_exponent(value p, value q, value y, value dy) {
  if (p.get().code == op::constant && p.get().number != 0) return dy * y * log(p);
  return dy * y * log(select(p == 0 && q >= 0, 1, p));
}

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::ir {

#define IGATA_UNARY(name, meaning, derivative)             \
  constexpr void rule<op::name>::gradient(backward& b) {   \
    [[maybe_unused]] const value x = b.in(0), y = b.y, dy = b.dy; \
    const value d = derivative;                            \
    if (d.valid()) b.add(0, d);                            \
  }
#include "unary.inc"
#undef IGATA_UNARY

#define IGATA_BINARY(name, meaning, by_first, by_second)                          \
  constexpr void rule<op::name>::gradient(backward& b) {                          \
    [[maybe_unused]] const value p = b.in(0), q = b.in(1), y = b.y, dy = b.dy;    \
    if (b.wanted(0)) {                                                            \
      const value d = by_first;                                                   \
      if (d.valid()) b.add(0, sum_to(d, p.dims()));                               \
    }                                                                             \
    if (b.wanted(1)) {                                                            \
      const value d = by_second;                                                  \
      if (d.valid()) b.add(1, sum_to(d, q.dims()));                               \
    }                                                                             \
  }
#include "binary.inc"
#undef IGATA_BINARY

}  // namespace igata::inline IGATA_ABI::ir
