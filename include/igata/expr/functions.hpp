// Operators and functions of expressions: those of values in a model, by the same names, and drawn by them.
//
//   y = tanh(a * b + c) * d + relu(e);      select(a > b, a, 0)      clip(x, -1, 1)      cast<float>(labels)
//
// A number takes the type of the array beside it, except that a floating one does not become an i32.
#pragma once
#include "../nn/activations.hpp"
#include "expression.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

// A literal beside elements of type T.
template <class T, class X>
auto literal_of(X x) {
  using number = std::conditional_t<std::is_same_v<X, bool>, bool,
                                    std::conditional_t<std::is_same_v<T, std::int32_t> && std::is_integral_v<X>, std::int32_t, float>>;
  return scalar<number>{static_cast<stored_t<number>>(x), {}};
}
// The operand as it is, or a literal as its element.
template <class Other, class X>
decltype(auto) operand_of(X&& x) {
  if constexpr (Expression<X>) return static_cast<X&&>(x);
  else if constexpr (Expression<Other>) return literal_of<typename std::remove_cvref_t<Other>::element>(x);
  else return literal_of<float>(x);
}
template <class F, class A, class B>
auto binary(A&& a, B&& b) {
  return make_pointwise<F>(operand_of<B>(static_cast<A&&>(a)), operand_of<A>(static_cast<B&&>(b)));
}

#define IGATA_FUNCTION(function, ...)                                          \
  struct function##_of {                                                       \
    static constexpr std::string_view name = #function;                       \
    static constexpr value apply IGATA_PARAMETERS { return __VA_ARGS__; }       \
  };
#define IGATA_PARAMETERS (value x)
#define IGATA_UNARY(name, meaning, derivative) IGATA_FUNCTION(name, igata::name(x, source{}))
#include "../ops/unary.inc"
#undef IGATA_UNARY
IGATA_FUNCTION(relu, igata::relu(x, source{}))
IGATA_FUNCTION(relu6, igata::relu6(x, source{}))
IGATA_FUNCTION(selu, igata::selu(x, source{}))
IGATA_FUNCTION(gelu, igata::gelu(x, {}, source{}))
IGATA_FUNCTION(silu, igata::silu(x, source{}))
IGATA_FUNCTION(softplus, igata::softplus(x, source{}))
IGATA_FUNCTION(hard_sigmoid, igata::hard_sigmoid(x, source{}))
IGATA_FUNCTION(hard_swish, igata::hard_swish(x, source{}))
IGATA_FUNCTION(square, operand(x, source{}) * operand(x, source{}))
IGATA_FUNCTION(logical_not, !x)
#undef IGATA_PARAMETERS
#define IGATA_PARAMETERS (value x, value y)
IGATA_FUNCTION(add, operand(x, source{}) + operand(y, source{}))
IGATA_FUNCTION(sub, operand(x, source{}) - operand(y, source{}))
IGATA_FUNCTION(mul, operand(x, source{}) * operand(y, source{}))
IGATA_FUNCTION(div, operand(x, source{}) / operand(y, source{}))
IGATA_FUNCTION(maximum, igata::maximum(x, y))
IGATA_FUNCTION(minimum, igata::minimum(x, y))
IGATA_FUNCTION(pow, igata::pow(x, y))
IGATA_FUNCTION(equal, igata::equal(x, y))
IGATA_FUNCTION(not_equal, igata::not_equal(x, y))
IGATA_FUNCTION(less, igata::less(x, y))
IGATA_FUNCTION(less_equal, igata::less_equal(x, y))
IGATA_FUNCTION(logical_and, igata::logical_and(x, y))
IGATA_FUNCTION(logical_or, igata::logical_or(x, y))
IGATA_FUNCTION(leaky_relu, igata::select(x > 0, x, x * y))
IGATA_FUNCTION(elu, igata::select(x > 0, x, expm1(igata::minimum(x, 0)) * y))
#undef IGATA_PARAMETERS
#define IGATA_PARAMETERS (value x, value y, value z)
IGATA_FUNCTION(select, igata::select(x, y, z))
IGATA_FUNCTION(clip, igata::minimum(igata::maximum(x, y), z))
#undef IGATA_PARAMETERS
#undef IGATA_FUNCTION

template <dtype To>
struct cast_of {
  static constexpr std::string_view name = "cast";
  static constexpr value apply(value x) { return igata::cast(x, To, source{}); }
};

}  // namespace detail

#define IGATA_UNARY(name, ...)                        \
  template <Expression A>                             \
  auto name(A&& a) {                                  \
    return detail::make_pointwise<detail::name##_of>(static_cast<A&&>(a)); \
  }
#include "../ops/unary.inc"
IGATA_UNARY(relu)
IGATA_UNARY(relu6)
IGATA_UNARY(selu)
IGATA_UNARY(gelu)
IGATA_UNARY(silu)
IGATA_UNARY(softplus)
IGATA_UNARY(hard_sigmoid)
IGATA_UNARY(hard_swish)
IGATA_UNARY(square)
#undef IGATA_UNARY
template <Expression A> auto operator-(A&& a) { return detail::make_pointwise<detail::neg_of>(static_cast<A&&>(a)); }
template <Expression A> auto operator!(A&& a) { return detail::make_pointwise<detail::logical_not_of>(static_cast<A&&>(a)); }

#define IGATA_BINARY(function, name)                                           \
  template <class A, class B>                                                  \
    requires detail::OperandPair<A, B>                                        \
  auto function(A&& a, B&& b) {                                                \
    return detail::binary<detail::name##_of>(static_cast<A&&>(a), static_cast<B&&>(b)); \
  }
IGATA_BINARY(operator+, add)
IGATA_BINARY(operator-, sub)
IGATA_BINARY(operator*, mul)
IGATA_BINARY(operator/, div)
IGATA_BINARY(operator==, equal)
IGATA_BINARY(operator!=, not_equal)
IGATA_BINARY(operator<, less)
IGATA_BINARY(operator<=, less_equal)
IGATA_BINARY(operator&&, logical_and)
IGATA_BINARY(operator||, logical_or)
IGATA_BINARY(maximum, maximum)
IGATA_BINARY(minimum, minimum)
IGATA_BINARY(pow, pow)
#undef IGATA_BINARY
template <class A, class B> requires detail::OperandPair<A, B>
auto operator>(A&& a, B&& b) { return static_cast<B&&>(b) < static_cast<A&&>(a); }
template <class A, class B> requires detail::OperandPair<A, B>
auto operator>=(A&& a, B&& b) { return static_cast<B&&>(b) <= static_cast<A&&>(a); }

// a where the mask holds, b elsewhere.
template <Expression M, class A, class B>
  requires(Expression<A> || detail::Literal<A>) && (Expression<B> || detail::Literal<B>)
auto select(M&& mask, A&& a, B&& b) {
    return detail::make_pointwise<detail::select_of>(static_cast<M&&>(mask), detail::operand_of<B>(static_cast<A&&>(a)),
                                                     detail::operand_of<A>(static_cast<B&&>(b)));
}
// Between low and high, which are numbers or expressions.
template <Expression A, class Low, class High>
auto clip(A&& a, Low&& low, High&& high) {
  return detail::make_pointwise<detail::clip_of>(static_cast<A&&>(a), detail::operand_of<A>(static_cast<Low&&>(low)),
                                                 detail::operand_of<A>(static_cast<High&&>(high)));
}
template <Expression A>
auto leaky_relu(A&& a, leaky_relu_options o = {}) {
  return detail::binary<detail::leaky_relu_of>(static_cast<A&&>(a), o.slope);
}
template <Expression A> auto elu(A&& a, elu_options o = {}) { return detail::binary<detail::elu_of>(static_cast<A&&>(a), o.alpha); }
// Another element type; float to std::int32_t truncates and saturates, NaN gives 0; bool gives 0 or 1.
template <class T, Expression A> auto cast(A&& a) { return detail::make_pointwise<detail::cast_of<dtype_of<T>>>(static_cast<A&&>(a)); }

#define IGATA_ASSIGN(op)                                                       \
  template <class A, class B>                                                  \
    requires detail::Array<A> && (Expression<B> || detail::Literal<B>)         \
  A&& operator op##=(A&& a, B&& b) {                                           \
    a = a op static_cast<B&&>(b);                                              \
    return static_cast<A&&>(a);                                                \
  }
IGATA_ASSIGN(+)
IGATA_ASSIGN(-)
IGATA_ASSIGN(*)
IGATA_ASSIGN(/)
#undef IGATA_ASSIGN

}  // namespace igata::inline IGATA_ABI
