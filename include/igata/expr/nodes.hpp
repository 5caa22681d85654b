// Expressions that are no functions of single elements: reductions, matrix products, softmax. Their results take part in the loop around them.
//
//   sum(a)      mean<0>(a)      max<-1>(a, keep_dims)      argmax<1>(a)      matmul(x, w)      softmax(matmul(x, w) + b)
#pragma once
#include "../ops/matmul.hpp"
#include "../target/args/reduce.hpp"
#include "functions.hpp"

namespace igata::inline IGATA_ABI {

struct keep_dims_t {};
inline constexpr keep_dims_t keep_dims{};  // a reduced axis stays, with extent 1

namespace detail {

constexpr text axis_failure(std::string_view what, const int* axes, int count, int rank) {
  text t;
  for (int i = 0; i < count && t.empty(); ++i)
    if (axes[i] < -rank || axes[i] >= rank)
      t << what << ": axis " << axes[i] << " is out of range for rank " << rank << "; use " << -rank << " to " << rank - 1;
  return t;
}
constexpr int mask_of(const int* axes, int count, int rank) {
  int mask = count == 0 ? (1 << rank) - 1 : 0;
  for (int i = 0; i < count; ++i) mask |= 1 << (axes[i] < 0 ? axes[i] + rank : axes[i]);
  return mask;
}
constexpr shape reduced(const shape& from, int mask, bool keep) {
  shape s;
  for (int i = 0; i < from.rank; ++i)
    if (!(mask >> i & 1)) s.push(from[i]);
    else if (keep) s.push(1);
  return s;
}
constexpr std::string_view reduction_names[] = {"sum", "max", "min", "argmax", "argmin"};

template <reduction Kind, bool Keep, class E, int... Axes>
struct reduced_type {
  static constexpr int axes[sizeof...(Axes) + 1] = {Axes..., 0};
  static constexpr int count = sizeof...(Axes);
  static constexpr std::string_view name = reduction_names[static_cast<int>(Kind)];
  static constexpr text make() {
    if (dtype_of<typename E::element> != f32)
      return text() << name << ": needs f32, got " << name_of(dtype_of<typename E::element>) << "; cast<float>(x) first";
    return axis_failure(name, axes, count, E::rank);
  }
  static constexpr int mask = mask_of(axes, count, E::rank);
  static constexpr shape dims = reduced(E::extents_type::given, mask, Keep);
};

template <reduction Kind, int Mask, bool Keep, class Extents, class E>
struct reduce_node {
  using expression_tag = void;
  using element = std::conditional_t<Kind == reduction::argmax || Kind == reduction::argmin, std::int32_t, float>;
  using extents_type = Extents;
  static constexpr int rank = Extents::rank;
  static constexpr int mask = Mask;
  static constexpr reduction kind = Kind;

  E in;
  Extents extent;

  shape dims() const { return extent.dims(); }
  operator element() const requires(rank == 0) { return single_value(*this); }
};

template <reduction Kind, bool Keep, int... Axes, class E>
auto make_reduce(E e) {
  using type = reduced_type<Kind, Keep, E, Axes...>;
  if constexpr (is_mistaken<E> || made_text<type>::size > 0) {
    if constexpr (!is_mistaken<E>) static_assert(sizeof(text_verdict<type>) > 0);
    constexpr int axes = sizeof...(Axes);
    return mistaken<Keep ? E::rank : axes == 0 || axes >= E::rank ? 0 : E::rank - axes>();
  } else {
    reduce_node<Kind, type::mask, Keep, extents_of<type>, E> n{std::move(e), {}};
    n.extent = extents_of<type>(reduced(n.in.dims(), type::mask, Keep));
    return n;
  }
}

constexpr text matmul_mistake(const shape& p, const shape& q) {
  text t;
  if (const std::string_view broken = matmul_failure(p, q); !broken.empty()) t << "matmul: " << p << " x " << q << "; " << broken;
  return t;
}
template <class A, class B>
struct matmul_type {
  static constexpr text make() {
    const dtype a = dtype_of<typename A::element>, b = dtype_of<typename B::element>;
    if (a != f32 || b != f32) return text() << "matmul: needs f32, got " << name_of(a != f32 ? a : b) << "; cast<float>(x) first";
    return matmul_mistake(A::extents_type::given, B::extents_type::given);
  }
  static constexpr shape dims = matmul_dims(A::extents_type::given, B::extents_type::given);
};
template <class A, class B>
struct matmul_node {
  using expression_tag = void;
  using element = float;
  using extents_type = extents_of<matmul_type<A, B>>;
  static constexpr int rank = extents_type::rank;

  A a;
  B b;
  extents_type extent;

  shape dims() const { return extent.dims(); }
};

// exp(x) over its sum along an axis; Log: the logarithm of that.
template <int Axis, bool Log, class E>
struct softmax_node {
  using expression_tag = void;
  using element = float;
  using extents_type = typename E::extents_type;
  static constexpr int rank = E::rank;
  static constexpr int axis = Axis;

  E in;
  extents_type extent;

  shape dims() const { return extent.dims(); }
};
template <int Axis, bool Log, class E>
struct softmax_type {
  static constexpr int axis = Axis;
  static constexpr text make() {
    if (dtype_of<typename E::element> != f32)
      return text() << (Log ? "log_softmax" : "softmax") << ": needs f32, got " << name_of(dtype_of<typename E::element>) << "; cast<float>(x) first";
    return axis_failure(Log ? "log_softmax" : "softmax", &axis, 1, E::rank);
  }
};
template <int Axis, bool Log, class E>
auto make_softmax(E e) {
  using type = softmax_type<Axis, Log, E>;
  if constexpr (is_mistaken<E> || made_text<type>::size > 0) {
    if constexpr (!is_mistaken<E>) static_assert(sizeof(text_verdict<type>) > 0);
    return mistaken<E::rank>();
  } else {
    softmax_node<(Axis < 0 ? Axis + E::rank : Axis), Log, E> n{std::move(e), {}};
    n.extent = extents_in(n.in);
    return n;
  }
}

}  // namespace detail

// Over the named axes, or all; negative axes count from the end.
#define IGATA_REDUCTION(name)                                                                    \
  template <int... Axes, Expression A>                                                           \
  auto(name)(A&& a) { return detail::make_reduce<plan::reduction::name, false, Axes...>(detail::kept(static_cast<A&&>(a))); } \
  template <int... Axes, Expression A>                                                           \
  auto(name)(A&& a, keep_dims_t) { return detail::make_reduce<plan::reduction::name, true, Axes...>(detail::kept(static_cast<A&&>(a))); }
IGATA_REDUCTION(sum)
IGATA_REDUCTION(max)
IGATA_REDUCTION(min)
IGATA_REDUCTION(argmax)  // the first largest element's index, std::int32_t; of several axes: in row-major order
IGATA_REDUCTION(argmin)
#undef IGATA_REDUCTION

namespace detail {
template <class Sum>
auto mean_of(const shape& from, Sum sum) {
  std::ptrdiff_t count = 1;
  for (int i = 0; i < from.rank; ++i)
    if (Sum::mask >> i & 1) count *= from[i];
  return std::move(sum) / static_cast<float>(count);
}
}  // namespace detail
template <int... Axes, Expression A>
auto mean(A&& a) {
  const shape from = a.dims();
  return detail::mean_of(from, sum<Axes...>(static_cast<A&&>(a)));
}
template <int... Axes, Expression A>
auto mean(A&& a, keep_dims_t) {
  const shape from = a.dims();
  return detail::mean_of(from, sum<Axes...>(static_cast<A&&>(a), keep_dims));
}

// [batch…, m, k] x [batch…, k, n]; a second operand of rank 2 serves all leading extents of the first.
template <Expression A, Expression B>
auto matmul(A&& a, B&& b) {
  using p = detail::kept_t<A>;
  using q = detail::kept_t<B>;
  using type = detail::matmul_type<p, q>;
  constexpr bool follows = detail::is_mistaken<p> || detail::is_mistaken<q>;
  if constexpr (follows || detail::made_text<type>::size > 0) {
    if constexpr (!follows) static_assert(sizeof(detail::text_verdict<type>) > 0);
    return detail::mistaken<p::rank>();
  } else {
    detail::matmul_node<p, q> n{detail::kept(static_cast<A&&>(a)), detail::kept(static_cast<B&&>(b)), {}};
    if constexpr (!(p::extents_type::is_static && q::extents_type::is_static)) {
      const text failure = detail::matmul_mistake(n.a.dims(), n.b.dims());
      if (!failure.empty()) raise(failure);
      n.extent = typename detail::matmul_node<p, q>::extents_type(matmul_dims(n.a.dims(), n.b.dims()));
    }
    return n;
  }
}

template <int Axis = -1, Expression A> auto softmax(A&& a) { return detail::make_softmax<Axis, false>(detail::kept(static_cast<A&&>(a))); }
template <int Axis = -1, Expression A> auto log_softmax(A&& a) { return detail::make_softmax<Axis, true>(detail::kept(static_cast<A&&>(a))); }

}  // namespace igata::inline IGATA_ABI
