// select(mask, a, b): a where the mask holds, b elsewhere; cast; not.
#pragma once
#include "binary.hpp"

namespace igata::inline IGATA_ABI::ir {

template <>
struct rule<op::select> {
  static constexpr void infer(graph& g, node& v, source at) {
    const node &mask = g.operand_node(v, 0), &a = g.operand_node(v, 1), &b = g.operand_node(v, 2);
    if (mask.type != boolean) return g.fail("select", text() << "the condition must be bool, got " << name_of(mask.type) << "; compare first", at);
    if (a.type != b.type) return g.fail("select", text() << name_of(a.type) << " vs " << name_of(b.type) << "; cast one of them", at);
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
  return ir::emit<ir::op::select>(mask.owner(), {mask, x, y}, {}, 0, a.at);
}

}  // namespace igata::inline IGATA_ABI

namespace igata::inline IGATA_ABI::ir {

template <>
struct rule<op::cast> {
  static constexpr void infer(graph& g, node& v, source at) {
    v.dims = g.operand_node(v, 0).dims;
    if (v.type == boolean) g.fail("cast", "to bool; compare with a number instead: x != 0", at);
  }
  static constexpr void evaluate(const evaluation& e) {
    const dtype from = e.g.operand_node(e.v, 0).type;
    for (int i = 0; i < e.out.size(); ++i) e.out[i] = converted(e.in(0)[i], from, e.v.type);
  }
  static constexpr void gradient(backward& b);
};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

// Another element type; of fractions whole types truncate and saturate, NaN gives 0; of whole numbers they keep the lower bits; bool gives 0 or 1.
constexpr value cast(value x, dtype type, source at = source::here()) {
  if (!x.valid() || x.type() == type) return x;
  return ir::emit<ir::op::cast>(x.owner(), {x}, {}, 0, at, type);
}
// cast<float>(x) is of expressions.
template <class T>
constexpr value cast(value x, source at = source::here()) {
  const ir::library_call call(x, at);
  if (x.valid())
    x.owner().fail(
        "cast",
        text() << "a type is a value in a model; write cast(x, " << name_of(detail::type_of<T>() == boolean ? f32 : detail::type_of<T>()) << ')', at);
  return x;
}

}  // namespace igata::inline IGATA_ABI

namespace igata::inline IGATA_ABI::ir {

constexpr void rule<op::cast>::gradient(backward& b) {
  if (is_floating(b.in(0).type())) b.add(0, cast(b.dy, b.in(0).type()));
}

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

}  // namespace igata::inline IGATA_ABI
