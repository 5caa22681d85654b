// All primitives, and the tables over them by op code: gradient, shape rule, reference, names of attributes. A primitive without a rule does not
// compile.
#pragma once
#include "along_axis.hpp"
#include "byte_conv2d.hpp"
#include "call.hpp"
#include "conv2d.hpp"
#include "cumsum.hpp"
#include "elementwise_gradients.hpp"
#include "floor_divide.hpp"
#include "matmul.hpp"
#include "one_hot.hpp"
#include "pad.hpp"
#include "pool2d.hpp"
#include "random.hpp"

namespace igata::inline IGATA_ABI::ir {

using gradient_rule = void (*)(backward&);
inline constexpr gradient_rule gradient_rules[] = {
#define IGATA_OP(name, group, arity) rule<op::name>::gradient,
#include "../ir/op_list.inc"
#undef IGATA_OP
};

inline constexpr infer_rule infer_rules[] = {
#define IGATA_OP(name, group, arity) rule<op::name>::infer,
#include "../ir/op_list.inc"
#undef IGATA_OP
};

using evaluation_rule = void (*)(const evaluation&);
inline constexpr evaluation_rule evaluation_rules[] = {
#define IGATA_OP(name, group, arity) rule<op::name>::evaluate,
#include "../ir/op_list.inc"
#undef IGATA_OP
};

// How a node's run of ints is read: the names, and the values that need no mention.
struct attribute_list {
  std::string_view shared, own;  // "axis = 0, reverse = 0"; those of a base stand in front
  const int* usual = nullptr;
  int count = 0;                 // 0: the primitive has none
  bool each_axis = false;        // so many for each axis
};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI::detail {

template <class T>
inline constexpr attribute_run<ints_of<T>> usual_attributes = run_of(T{});
template <class T>
constexpr attribute_list list_of() {
  if constexpr (std::is_same_v<T, no_attributes>) {
    return {};
  } else if constexpr (requires { typename T::of_axis; }) {
    attribute_list each = list_of<typename T::of_axis>();
    each.each_axis = true;
    return each;
  } else if constexpr (requires { typename T::shared; }) {
    return {T::shared::names, T::names, usual_attributes<T>.list.items, ints_of<T>};
  } else {
    return {{}, T::names, usual_attributes<T>.list.items, ints_of<T>};
  }
}

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::ir {

inline constexpr attribute_list attribute_lists[] = {
#define IGATA_OP(name, group, arity) detail::list_of<attributes_for<op::name>>(),
#include "../ir/op_list.inc"
#undef IGATA_OP
};

}  // namespace igata::inline IGATA_ABI::ir
