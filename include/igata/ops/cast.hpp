// cast: another element type; and what computes in another one than it is drawn of.
//
//   value x = cast(pixels, f32) / 255;
#pragma once
#include "elementwise.hpp"

namespace igata::inline IGATA_ABI::ir {

template <>
struct rule<op::cast> {
  static constexpr void infer(graph& g, node& v, source) { v.dims = g.operand_node(v, 0).dims; }
  static constexpr void evaluate(const evaluation& e) {
    const dtype from = e.g.operand_node(e.v, 0).type;
    for (int i = 0; i < e.out.size(); ++i) e.out[i] = converted(e.in(0)[i], from, e.v.type);
  }
  static constexpr void gradient(backward& b);
};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

namespace detail {
constexpr value is_not_zero(value x, source at);  // binary.hpp
}  // namespace detail

// Another element type; of fractions whole types truncate and saturate, NaN gives 0; of whole numbers they keep the lower bits; bool gives 0 or 1,
// and is what is not 0.
constexpr value cast(value x, dtype type, source at = source::here()) {
  if (!x.valid() || x.type() == type) return x;
  if (type == boolean) return detail::is_not_zero(x, at);
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
  if (has_fractions(b.in(0).type())) b.add(0, cast(b.dy, b.in(0).type()));
}

// What is drawn of numbers of few bits: they become their lanes' type, something is computed with these, and its result, if it has that type, becomes
// theirs again.
constexpr value widened(value x, source at) { return x.valid() ? cast(x, lane_of(x.type()), at) : x; }
// Kernels that need more than instructions have u32 as i32 and u64 as i64, whose sums have the same bits.
constexpr value widened_for_kernels(value x, source at) {
  return x.valid() && x.type() == u32 ? cast(x, i32, at) : x.valid() && x.type() == u64 ? cast(x, i64, at) : widened(x, at);
}
constexpr value narrowed_as(value y, dtype type, source at) {
  return y.valid() && y.type() == (type == u32 ? i32 : type == u64 ? i64 : lane_of(type)) ? cast(y, type, at) : y;
}

}  // namespace igata::inline IGATA_ABI::ir
