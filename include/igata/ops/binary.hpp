// Elementwise primitives of two operands, with NumPy's broadcasting. A literal takes the other operand's type.
//
//   value y = a * b + 1;
#pragma once
#include "unary.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {
template <op Code>
struct binary_rule {
  static constexpr bool logical = Code == op::logical_and || Code == op::logical_or;
  static constexpr bool comparing = Code == op::equal || Code == op::not_equal || Code == op::less || Code == op::less_equal;

  static constexpr void infer(graph& g, node& v, source at) {
    const int* const operands = g.edges.items + v.first;
    const node &p = g.nodes.items[operands[0]], &q = g.nodes.items[operands[1]];
    const dtype type = p.type;
    if (!logical && type != q.type && !same_types(g, Code, v, at)) return;
    if (logical && type == boolean && q.type != boolean) {
      g.fail(name_of(Code), text() << "needs bool, got " << name_of(q.type) << "; compare first", at);
      return;
    }
    if (logical != (type == boolean)) {
      g.fail(name_of(Code), text() << (logical ? "needs bool, got " : "needs numbers, got ") << name_of(type) << (logical ? "; compare first" : "; cast(x, f32) first"), at);
      return;
    }
    if ((Code == op::pow || Code == op::div) && !is_floating(type)) {
      g.fail(name_of(Code), text() << "needs a floating type, got " << name_of(type) << "; cast(x, f32) first", at);
      return;
    }
    v.type = comparing || logical ? boolean : type;
    v.dims = p.dims == q.dims ? p.dims : broadcast_shapes(g, name_of(Code), p.dims, q.dims, at);
  }
};
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
}  // namespace detail

// IGATA_BINARY(name, meaning for doubles a and b, derivative by a, derivative by b); {} where there is none.
#define IGATA_BINARY(name, meaning, by_first, by_second)                                   \
  template <>                                                                              \
  struct rule<op::name> : detail::binary_rule<op::name> {                                  \
    static constexpr double apply(const double* in) {                                      \
      const double a = in[0], b = in[1];                                                   \
      return meaning;                                                                      \
    }                                                                                      \
    static constexpr void evaluate(const evaluation& e) { evaluate_elementwise<2>(e, apply); } \
    static constexpr void gradient(backward& b) {                                          \
      [[maybe_unused]] const value p = b.in(0), q = b.in(1), y = b.y, dy = b.dy;           \
      if (b.wanted(0)) {                                                                   \
        const value d = by_first;                                                          \
        if (d.valid()) b.add(0, sum_to(d, p.dims()));                                      \
      }                                                                                    \
      if (b.wanted(1)) {                                                                   \
        const value d = by_second;                                                         \
        if (d.valid()) b.add(1, sum_to(d, q.dims()));                                      \
      }                                                                                    \
    }                                                                                      \
  };                                                                                       \
  constexpr value name(operand a, operand b) { return emit_binary<op::name>(a, b); }
#include "binary.inc"
#undef IGATA_BINARY

constexpr value operator+(operand a, operand b) { return emit_binary<op::add>(a, b); }
constexpr value operator-(operand a, operand b) { return emit_binary<op::sub>(a, b); }
constexpr value operator*(operand a, operand b) { return emit_binary<op::mul>(a, b); }
constexpr value operator/(operand a, operand b) { return emit_binary<op::div>(a, b); }
constexpr value operator==(operand a, operand b) { return emit_binary<op::equal>(a, b); }
constexpr value operator!=(operand a, operand b) { return emit_binary<op::not_equal>(a, b); }
constexpr value operator<(operand a, operand b) { return emit_binary<op::less>(a, b); }
constexpr value operator<=(operand a, operand b) { return emit_binary<op::less_equal>(a, b); }
constexpr value operator>(operand a, operand b) { return emit_binary<op::less>(b, a); }
constexpr value operator>=(operand a, operand b) { return emit_binary<op::less_equal>(b, a); }
constexpr value operator&&(operand a, operand b) { return emit_binary<op::logical_and>(a, b); }
constexpr value operator||(operand a, operand b) { return emit_binary<op::logical_or>(a, b); }
// Gradients that reach a node on several ways are summed.
constexpr void backward::add(int i, value gradient) {
  const int id = g.edges.items[v.first + i];
  if (!gradient.valid() || !wanted_nodes.items[id]) return;
  int& slot = gradients.items[id];
  slot = slot < 0 ? gradient.id() : (value(g, slot) + gradient).id();
}

constexpr value& operator+=(value& a, operand b) { return a = a + b; }
constexpr value& operator-=(value& a, operand b) { return a = a - b; }
constexpr value& operator*=(value& a, operand b) { return a = a * b; }
constexpr value& operator/=(value& a, operand b) { return a = a / b; }

}  // namespace igata::inline IGATA_ABI
