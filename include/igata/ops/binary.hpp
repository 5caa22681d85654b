// Elementwise primitives of two operands, with NumPy's broadcasting. A literal takes the other operand's type.
//
//   value y = a * b + 1;
#pragma once
#include "unary.hpp"

namespace igata::inline IGATA_ABI::detail {

// One function for all of them: a template would be compiled for each.
// In the order of the list: comparisons lie together, and behind them come those whose types fits() looks at.
constexpr bool binary_order_is_right() {
  for (const op code : {op::equal, op::not_equal, op::less, op::less_equal})
    if (code < op::equal || code > op::less_equal || code >= op::logical_and) return false;
  for (int i = 0; i < static_cast<int>(op::count_); ++i)
    if (is_of_whole(static_cast<op>(i)) && static_cast<op>(i) < op::logical_and) return false;
  return static_cast<int>(op::less_equal) - static_cast<int>(op::equal) == 3 && op::logical_or > op::logical_and;
}
static_assert(binary_order_is_right());

struct binary_rule {
  static constexpr bool is_logical(op code) { return code == op::logical_and || code == op::logical_or; }

  static constexpr void infer(graph& g, node& v, source at) {
    const int* const operands = g.edges.items + v.first;
    const node &p = g.nodes.items[operands[0]], &q = g.nodes.items[operands[1]];
    const dtype type = p.type;
    const bool comparing = v.code >= op::equal && v.code <= op::less_equal;  // in the order of the list; behind them come the rules of fits
    if ((type != f32 || q.type != f32 || v.code >= op::logical_and) && !fits(g, v, type, q.type, at)) return;  // nearly all are f32
    v.type = comparing || is_logical(v.code) ? boolean : type;
    v.dims = p.dims == q.dims ? p.dims : broadcast_shapes(g, name_of(v.code), p.dims, q.dims, at);
  }

 private:
  // False after an error.
  static constexpr bool fits(graph& g, node& v, dtype type, dtype second, source at) {
    const op code = v.code;
    const bool logical = is_logical(code), of_whole = is_of_whole(code);
    if (!logical && type != second && !same_types(g, code, v, at)) return false;
    text why;
    if (logical && type == boolean && second != boolean) why << "needs bool, got " << name_of(second) << "; compare first";
    else if (of_whole && !takes(code, type))
      why << (is_bitwise(code) ? "needs whole numbers or bool, got " : "needs whole numbers, got ") << name_of(type) << "; cast(x, i32) first";
    else if (!of_whole && logical != (type == boolean) && code != op::equal && code != op::not_equal)
      why << (logical ? "needs bool, got " : "needs numbers, got ") << name_of(type) << (logical ? "; compare first" : "; cast(x, f32) first");
    else if (!logical && type != boolean && !takes(code, type)) why << needs_fractions(type);
    if (!why.empty()) g.fail(name_of(code), why, at);
    return why.empty();
  }
};

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::ir {

constexpr value emit_binary(op code, const operand& a, const operand& b) {
  value operands[2] = {a.is_literal ? as_value(a, b) : a.v, b.is_literal ? as_value(b, a) : b.v};
  const value known = operands[0].valid() ? operands[0] : operands[1];
  if (!known.valid()) return known;
  const source at = a.is_literal ? b.at : a.at;
  const dtype type = known.type(), lane = lane_of(type);
  if (lane != type && takes(code, lane) && operands[1].valid() && operands[1].type() == type)
    for (value& x : operands) x = widened(x, at);
  const value y = emit_node(known.owner(), code, detail::binary_rule::infer, operands, 2, {}, 0, at, f32, {});
  return type == f32 ? y : narrowed_as(y, type, at);
}

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

// IGATA_BINARY(name, meaning for doubles a and b, derivative by a, derivative by b); {} where there is none.
#define IGATA_BINARY(name, meaning, by_first, by_second)                                   \
  template <>                                                                              \
  struct ir::rule<ir::op::name> : detail::binary_rule {                                     \
    static constexpr double apply(const double* in) {                                      \
      const double a = in[0], b = in[1];                                                   \
      return meaning;                                                                      \
    }                                                                                      \
    static constexpr void evaluate(const ir::evaluation& e) { evaluate_elementwise<2>(e, apply); } \
    static constexpr void gradient(ir::backward& b);                                       \
  };                                                                                       \
  constexpr value name(operand a, operand b) { return ir::emit_binary(ir::op::name, a, b); }
#include "binary.inc"
#undef IGATA_BINARY

constexpr value operator+(operand a, operand b) { return ir::emit_binary(ir::op::add, a, b); }
constexpr value operator-(operand a, operand b) { return ir::emit_binary(ir::op::sub, a, b); }
constexpr value operator*(operand a, operand b) { return ir::emit_binary(ir::op::mul, a, b); }
constexpr value operator/(operand a, operand b) { return ir::emit_binary(ir::op::div, a, b); }
constexpr value operator==(operand a, operand b) { return ir::emit_binary(ir::op::equal, a, b); }
constexpr value operator!=(operand a, operand b) { return ir::emit_binary(ir::op::not_equal, a, b); }
constexpr value operator<(operand a, operand b) { return ir::emit_binary(ir::op::less, a, b); }
constexpr value operator<=(operand a, operand b) { return ir::emit_binary(ir::op::less_equal, a, b); }
constexpr value operator>(operand a, operand b) { return ir::emit_binary(ir::op::less, b, a); }
constexpr value operator>=(operand a, operand b) { return ir::emit_binary(ir::op::less_equal, b, a); }
constexpr value operator&&(operand a, operand b) { return ir::emit_binary(ir::op::logical_and, a, b); }
constexpr value operator||(operand a, operand b) { return ir::emit_binary(ir::op::logical_or, a, b); }
constexpr value detail::is_not_zero(value x, source at) { return operand(x, at) != operand(0, at); }
// Of whole numbers, as C++'s; & | ^ ~ of bool too.
constexpr value operator%(operand a, operand b) { return ir::emit_binary(ir::op::rem, a, b); }
constexpr value operator<<(operand a, operand b) { return ir::emit_binary(ir::op::bitwise_left_shift, a, b); }
constexpr value operator>>(operand a, operand b) { return ir::emit_binary(ir::op::bitwise_right_shift, a, b); }
constexpr value operator&(operand a, operand b) { return ir::emit_binary(ir::op::bitwise_and, a, b); }
constexpr value operator|(operand a, operand b) { return ir::emit_binary(ir::op::bitwise_or, a, b); }
constexpr value operator^(operand a, operand b) { return ir::emit_binary(ir::op::bitwise_xor, a, b); }

}  // namespace igata::inline IGATA_ABI

namespace igata::inline IGATA_ABI::ir {

// Gradients that reach a node on several ways are summed.
constexpr void backward::add(int i, value gradient) {
  const int id = g.edges.items[v.first + i];
  if (!gradient.valid() || !wanted_nodes.items[id]) return;
  int& slot = gradients.items[id];
  slot = slot < 0 ? gradient.id() : (value(g, slot) + gradient).id();
}

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

constexpr value& operator+=(value& a, operand b) { return a = a + b; }
constexpr value& operator-=(value& a, operand b) { return a = a - b; }
constexpr value& operator*=(value& a, operand b) { return a = a * b; }
constexpr value& operator/=(value& a, operand b) { return a = a / b; }

}  // namespace igata::inline IGATA_ABI
