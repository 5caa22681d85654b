// select(mask, a, b): a where the mask holds, b elsewhere; not.
#pragma once
#include "binary.hpp"

namespace igata::inline IGATA_ABI::ir {

template <>
struct rule<op::select> {
  static constexpr void infer(graph& g, node& v, source at) {
    const node &mask = g.operand_node(v, 0), &a = g.operand_node(v, 1), &b = g.operand_node(v, 2);
    if (mask.type != boolean) return g.fail("select", text() << "the condition must be bool, got " << name_of(mask.type) << "; compare first", at);
    if (a.type != b.type) return g.fail("select", text() << name_of(a.type) << " vs " << name_of(b.type) << "; cast one of them", at);
    if (a.type != lane_of(a.type))
      return g.fail("select", text() << "needs a lane, got " << name_of(a.type) << "; cast(x, " << name_of(lane_of(a.type)) << ") first", at);
    v.type = a.type;
    v.dims = broadcast_shapes(g, "select", broadcast_shapes(g, "select", mask.dims, a.dims, at), b.dims, at);
  }
  static constexpr double apply(const double* in) { return in[0] != 0 ? in[1] : in[2]; }
  static constexpr void evaluate(const evaluation& e) { evaluate_elementwise<3>(e, apply); }
  static constexpr void gradient(backward& b);
};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

constexpr value select(value mask, operand a, operand b) {
  if (!mask.valid()) return mask;
  value x = ir::as_value(a, b), y = ir::as_value(b, a);
  if (a.is_literal && b.is_literal) x = constant(mask.owner(), a.literal, f32, a.at), y = constant(mask.owner(), b.literal, f32, b.at);
  const dtype type = x.valid() ? x.type() : f32;
  if (type != lane_of(type) && y.valid() && y.type() == type) x = ir::widened(x, a.at), y = ir::widened(y, a.at);
  return ir::narrowed_as(ir::emit<ir::op::select>(mask.owner(), {mask, x, y}, {}, 0, a.at), type, a.at);
}

}  // namespace igata::inline IGATA_ABI

namespace igata::inline IGATA_ABI::ir {

template <>
struct rule<op::logical_not> {
  static constexpr void infer(graph& g, node& v, source at) {
    v.type = boolean;
    v.dims = g.operand_node(v, 0).dims;
    if (const dtype type = g.operand_node(v, 0).type; type != boolean)
      g.fail("logical_not", text() << "needs bool, got " << name_of(type) << "; compare first", at);
  }
  static constexpr double apply(const double* in) { return in[0] == 0; }
  static constexpr void evaluate(const evaluation& e) { evaluate_elementwise<1>(e, apply); }
  static constexpr void gradient(backward&) {}
};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

constexpr value operator!(operand x) { return x.v.valid() ? ir::emit<ir::op::logical_not>(x.v.owner(), {x.v}, {}, 0, x.at) : x.v; }
// Each bit of a whole number turned; of bool as !x.
constexpr value operator~(operand x) {
  if (!x.v.valid() || x.v.type() == boolean) return !x;
  const value w = ir::widened(x.v, x.at);
  const operand all = w.type() == u64 ? operand(~std::uint64_t{0}, x.at) : w.type() == u32 ? operand(4294967295.0, x.at) : operand(-1, x.at);
  return ir::narrowed_as(operand(w, x.at) ^ all, x.v.type(), x.at);
}
constexpr value bitwise_not(value x, source at = source::here()) { return ~operand(x, at); }

}  // namespace igata::inline IGATA_ABI
