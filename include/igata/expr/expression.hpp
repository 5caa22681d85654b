// Expression types. A node holds its operands by value: arrays as read-only views that share the ownership of their memory, numbers as
// one element. Shapes and types are checked when a node is made, by the compiler where it knows them; numbers are computed when the
// expression is assigned, or converted to a tensor.
//
// There is no common base class: two operands with one would not share an address, and every node would grow.
#pragma once
#include "../engine/ill_formed.hpp"
#include "../ops/elementwise.hpp"
#include "../tensor/tensor.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

template <class X>
concept NodeType = requires { typename std::remove_cvref_t<X>::expression_tag; };

}  // namespace detail

// An array or something computed from arrays.
template <class X>
concept Expression = detail::Array<X> || detail::NodeType<X>;

namespace detail {

template <class X>
concept Literal = std::is_arithmetic_v<std::remove_cvref_t<X>>;
template <class A, class B>
concept OperandPair = (Expression<A> && (Expression<B> || Literal<B>)) || (Literal<A> && Expression<B>);

// A number that takes the other operand's type.
template <class T>
struct scalar {
  using expression_tag = void;
  using element = T;
  using extents_type = extents<>;
  static constexpr int rank = 0;
  stored_t<T> number;
  extents_type extent;
  shape dims() const { return {}; }
};

template <class... E> struct operand_list;
template <class Head>
struct operand_list<Head> {
  Head head;
  template <class F> void each(F&& f) const { f(head); }
};
template <class Head, class... Tail>
struct operand_list<Head, Tail...> {
  Head head;
  operand_list<Tail...> tail;
  template <class F> void each(F&& f) const {
    f(head);
    tail.each(f);
  }
};
// The element type of F's result: the graph's own rules say.
template <class F, dtype... D>
struct typing {
  struct result {
    dtype type;
    text failure;
  };
  static constexpr result infer() {
    graph g;
    g.site_depth = 1;  // errors without a line of the library
    const value in[] = {emit<op::input>(g, {}, {.index = 0}, 0, {}, D)...};
    const value y = apply(in, std::make_index_sequence<sizeof...(D)>{});
    return {y.type(), g.failure};
  }
  static constexpr text make() { return infer().failure; }
  static constexpr dtype type = infer().type;

 private:
  template <std::size_t... I>
  static constexpr value apply(const value* in, std::index_sequence<I...>) { return F::apply(in[I]...); }
};

constexpr text broadcast_failure(std::string_view what, const shape* dims, int count) {
  text t;
  shape all;
  for (int i = 0; i < count && t.empty(); ++i)
    if (broadcast_into(all, dims[i]) != broadcast_mistake::none) t << what << ": " << all << " vs " << dims[i] << "; extents must be equal or 1";
  return t;
}
[[noreturn, gnu::cold, gnu::noinline]] inline void throw_broadcast(std::string_view what, const shape* dims, int count) {
  raise(broadcast_failure(what, dims, count));
}
template <class F, class... Extents>
struct broadcast_type {
  static constexpr shape dims = [] {
    shape all;
    (broadcast_into(all, Extents::given), ...);
    return all;
  }();
  static constexpr text make() {
    const shape all[] = {Extents::given...};
    return broadcast_failure(F::name, all, sizeof...(Extents));
  }
};

// What a mistake leaves: it fits everything and computes nothing, so that one mistake is one error.
template <int Rank>
struct mistaken {
  struct any_size {
    static constexpr shape dims = [] {
      shape s;
      while (s.rank < Rank) s.push(dynamic);
      return s;
    }();
  };
  using expression_tag = void;
  using element = float;
  using extents_type = extents_of<any_size>;
  static constexpr int rank = Rank, mask = 0;  // no axis was reduced

  extents_type extent{};

  shape dims() const { return extent.dims(); }
  operator element() const requires(rank == 0) { return {}; }
};
template <class E> inline constexpr bool is_mistaken = false;
template <int Rank> inline constexpr bool is_mistaken<mistaken<Rank>> = true;

// The value of what has one element; defined in evaluate.hpp.
template <class E>
typename E::element single_value(const E& e);

// F of the operands' elements. F has a name and `static constexpr value apply(value…)`, which draws it.
template <class F, class... E>
struct pointwise {
  using expression_tag = void;
  using function = F;
  using typed = typing<F, dtype_of<typename E::element>...>;
  using broadcasting = broadcast_type<F, typename E::extents_type...>;
  using element = typename element_of<typed::type>::type;
  using extents_type = extents_of<broadcasting>;
  static constexpr int rank = extents_type::rank;

  operand_list<E...> in;
  extents_type extent;

  shape dims() const { return extent.dims(); }
  operator element() const requires(rank == 0) { return single_value(*this); }
};

template <class T, int... E> const extents<E...>& extents_in(const tensor_view<T, E...>& x) { return x.parts().extent; }
template <NodeType N> const auto& extents_in(const N& x) { return x.extent; }

// Extents that the compiler could not check. Mostly they are equal, or the operand has rank 0.
template <class F, class Extents, class... E>
void broadcast(Extents& result, const operand_list<E...>& in) {
  if constexpr (!(E::extents_type::is_static && ...)) {
    bool any = false, equal = true;
    in.each([&](const auto& x) {
      constexpr int rank = std::remove_cvref_t<decltype(x)>::extents_type::rank;
      if constexpr (rank == Extents::rank) {
        for (int i = 0; i < rank; ++i) {
          if (!any) result.d[i] = extents_in(x)[i];
          equal = equal && result.d[i] == extents_in(x)[i];
        }
        any = true;
      } else {
        equal = equal && rank == 0;
      }
    });
    if (equal) return;
    shape all;
    bool fits = true;
    in.each([&](const auto& x) { fits = fits && broadcast_into(all, x.dims()) == broadcast_mistake::none; });
    if (!fits) {
      shape dims[sizeof...(E)], *to = dims;
      in.each([&](const auto& x) { *to++ = x.dims(); });
      throw_broadcast(F::name, dims, sizeof...(E));
    }
    result = Extents(all);
  }
}

// How an operand is kept.
template <class T, int... E> tensor_view<const T, E...> kept(const tensor<T, E...>& a) { return a.view(); }
template <class T, int... E> tensor_view<const T, E...> kept(const tensor_view<T, E...>& a) { return a; }
template <class T, int... E> tensor_view<const T, E...> kept(tensor_view<const T, E...>&& a) { return std::move(a); }
template <NodeType N> std::remove_cvref_t<N> kept(N&& n) { return static_cast<N&&>(n); }
template <class X> using kept_t = decltype(kept(std::declval<X>()));
// Operands made where they are kept: moving an expression of many through each function would take longer than a small one's elements.
template <class Head>
operand_list<kept_t<Head>> list_of(Head&& head) {
  return {kept(static_cast<Head&&>(head))};
}
template <class Head, class... Tail>
operand_list<kept_t<Head>, kept_t<Tail>...> list_of(Head&& head, Tail&&... tail) {
  return {kept(static_cast<Head&&>(head)), list_of(static_cast<Tail&&>(tail)...)};
}

// Functions that check return `auto`: so they are instantiated where they are used, and clang names the user's line.
template <class F, class... X>
auto make_pointwise(X&&... x) {
  using node = pointwise<F, kept_t<X>...>;
  constexpr int ranks[] = {kept_t<X>::rank...};
  constexpr int rank = [&] {
    int most = 0;
    for (const int r : ranks) most = r > most ? r : most;
    return most;
  }();
  if constexpr ((is_mistaken<kept_t<X>> || ...)) {
    return mistaken<rank>();
  } else if constexpr (made_text<typename node::typed>::size > 0) {
    static_assert(sizeof(text_verdict<typename node::typed>) > 0);
    return mistaken<rank>();
  } else if constexpr (made_text<typename node::broadcasting>::size > 0) {
    static_assert(sizeof(text_verdict<typename node::broadcasting>) > 0);
    return mistaken<rank>();
  } else {
    node n{list_of(static_cast<X&&>(x)...), {}};
    broadcast<F>(n.extent, n.in);
    return n;
  }
}

}  // namespace detail

}  // namespace igata::inline IGATA_ABI
