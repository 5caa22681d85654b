// Elementwise primitives of one operand: name, scalar meaning, derivative by the result y and the operand x.
//
//   value y = exp(x);
#pragma once
#include "cast.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {
template <op Code>
struct unary_rule {
  static constexpr void infer(graph& g, node& v, source at) {
    const node& x = g.operand_node(v, 0);
    v.type = x.type;
    v.dims = x.dims;
    if (x.type != f32 && !takes(Code, x.type))
      g.fail(name_of(Code), needs_fractions(x.type), at);
  }
};
template <op Code>
constexpr value unary(value x, source at) {
  if (!x.valid()) return x;
  const dtype type = x.type();
  if (type == f32) return emit<Code>(x.owner(), {x}, {}, 0, at);
  return narrowed_as(emit<Code>(x.owner(), {takes(Code, lane_of(type)) ? widened(x, at) : x}, {}, 0, at), type, at);
}
}  // namespace detail

#define IGATA_UNARY(name, meaning, derivative)                                             \
  template <>                                                                              \
  struct ir::rule<ir::op::name> : detail::unary_rule<ir::op::name> {                       \
    static constexpr double apply(const double* in) {                                      \
      const double a = in[0];                                                              \
      return meaning;                                                                      \
    }                                                                                      \
    static constexpr void evaluate(const ir::evaluation& e) { evaluate_elementwise<1>(e, apply); } \
    static constexpr void gradient(ir::backward& b);                                       \
  };                                                                                       \
  constexpr value name(value x, source at = source::here()) { return detail::unary<ir::op::name>(x, at); }
#include "unary.inc"
#undef IGATA_UNARY

constexpr value operator-(operand x) { return detail::unary<ir::op::neg>(x.v, x.at); }

}  // namespace igata::inline IGATA_ABI
