// All primitives, and the tables over them: gradient, shape rule and reference by op code. A primitive without a rule does not compile.
#pragma once
#include "along_axis.hpp"
#include "conv2d.hpp"
#include "cumsum.hpp"
#include "elementwise_gradients.hpp"
#include "matmul.hpp"
#include "one_hot.hpp"
#include "pad.hpp"
#include "pool2d.hpp"
#include "random.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {
template <op Code>
constexpr void gradient_of(backward& b) {
  if constexpr (family_of(Code) != family::leaf) rule<Code>::gradient(b);
}
template <op Code>
constexpr void evaluate_of(const evaluation& e) {
  if constexpr (family_of(Code) != family::leaf) rule<Code>::evaluate(e);
}
}  // namespace detail

using gradient_rule = void (*)(backward&);
inline constexpr gradient_rule gradient_rules[] = {
#define IGATA_OP(name, group, arity) &detail::gradient_of<op::name>,
#include "../ir/op_list.inc"
#undef IGATA_OP
};

// Of a leaf null: it has no operands that tell its shape.
inline constexpr infer_rule infer_rules[] = {
#define IGATA_OP(name, group, arity) detail::infer_of<op::name>,
#include "../ir/op_list.inc"
#undef IGATA_OP
};

using evaluation_rule = void (*)(const evaluation&);
inline constexpr evaluation_rule evaluation_rules[] = {
#define IGATA_OP(name, group, arity) &detail::evaluate_of<op::name>,
#include "../ir/op_list.inc"
#undef IGATA_OP
};

// Eager mode: what graph::compute points to.
constexpr void compute_now(graph& g, const node& v) {
  vec<double> out(static_cast<int>(v.dims.count(g.batch)));
  evaluation_rules[static_cast<int>(v.code)](evaluation{g, v, g.batch, g.values, out});
  g.values.push(std::move(out));
}

}  // namespace igata::inline IGATA_ABI
