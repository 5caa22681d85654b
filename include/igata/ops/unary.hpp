// Elementwise primitives of one operand: name, scalar meaning, derivative by the result y and the operand x.
//
//   value y = exp(x);
#pragma once
#include "cast.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {
// One function for all of them.
struct unary_rule {
  static constexpr void infer(graph& g, node& v, source at) {
    const node& x = g.operand_node(v, 0);
    v.type = x.type;
    v.dims = x.dims;
    if (x.type != f32 && !takes(v.code, x.type)) g.fail(name_of(v.code), needs_fractions(x.type), at);
  }
};
constexpr value unary(op code, value x, source at) {
  if (!x.valid()) return x;
  const dtype type = x.type();
  const value operand = type != f32 && takes(code, lane_of(type)) ? widened(x, at) : x;
  const value y = emit_node(x.owner(), code, unary_rule::infer, &operand, 1, {}, 0, at, f32, {});
  return type == f32 ? y : narrowed_as(y, type, at);
}
}  // namespace detail

#define IGATA_UNARY(name, meaning, derivative)                                             \
  template <>                                                                              \
  struct ir::rule<ir::op::name> : detail::unary_rule {                                      \
    static constexpr double apply(const double* in) {                                      \
      const double a = in[0];                                                              \
      return meaning;                                                                      \
    }                                                                                      \
    static constexpr void evaluate(const ir::evaluation& e) { evaluate_elementwise<1>(e, apply); } \
    static constexpr void gradient(ir::backward& b);                                       \
  };                                                                                       \
  constexpr value name(value x, source at = source::here()) { return detail::unary(ir::op::name, x, at); }
#include "unary.inc"
#undef IGATA_UNARY

constexpr value operator-(operand x) { return detail::unary(ir::op::neg, x.v, x.at); }

}  // namespace igata::inline IGATA_ABI
