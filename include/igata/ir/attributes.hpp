// What a node is told besides its operands: a struct of ints with names, which stands beside its primitive's rule.
//
//   struct cumsum_attributes {
//     IGATA_ATTRIBUTES(axis = 0, exclusive = 0, reverse = 0);
//   };
//   template <> struct rule<op::cumsum> { using attributes = cumsum_attributes; … };
//
//   const cumsum_attributes a = attributes_of<op::cumsum>(g, v);
//
// A graph keeps the ints, one behind the other; which is which is known in this file only. Elsewhere they are copied, compared and hashed as they
// are.
#pragma once
#include <bit>          // bit_cast
#include <type_traits>  // has_unique_object_representations_v
#include <utility>      // index_sequence

#include "graph.hpp"

// Members with the values that a dump leaves out, and their names.
#define IGATA_ATTRIBUTES(...) \
  int __VA_ARGS__;            \
  [[maybe_unused]] static constexpr std::string_view names = #__VA_ARGS__

namespace igata::inline IGATA_ABI::ir {

template <op Code>
struct rule;  // a primitive without a rule is a compile error that names it here

struct no_attributes {};
struct attribute_span {
  const int* items = nullptr;
  int count = 0;
};

// One struct for each axis of the operand: `order[i].from`.
template <class T>
struct per_axis {
  using of_axis = T;
  T axes[max_rank];
  int rank = 0;

  constexpr per_axis() = default;
  constexpr explicit per_axis(int count) : rank(count) {}
  constexpr void push(const T& x) { axes[rank++] = x; }
  constexpr T& operator[](int i) { return axes[i]; }
  constexpr const T& operator[](int i) const { return axes[i]; }
};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI::detail {

constexpr int count_names(std::string_view names) {
  int count = 1;
  for (const char c : names) count += c == ',';
  return count;
}
// `shared`: a base with names of its own, which stand in front.
template <class T>
constexpr int declared_attributes() {
  if constexpr (requires { typename T::shared; }) return count_names(T::names) + declared_attributes<typename T::shared>();
  else return count_names(T::names);
}

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::ir {

// Whether a struct is ints with names and nothing else.
template <class T>
concept Attributes = std::is_aggregate_v<T> && std::has_unique_object_representations_v<T> && requires { T::names; } &&
                     detail::declared_attributes<T>() * sizeof(int) == sizeof(T);

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI::detail {

template <class T>
inline constexpr bool are_attributes = Attributes<T>;
template <class T>
inline constexpr bool are_attributes<per_axis<T>> = Attributes<T>;

template <class Rule>
struct attributes_in {
  static_assert(sizeof(Rule) > 0);
  using type = no_attributes;
};
template <class Rule>
  requires requires { typename Rule::attributes; }
struct attributes_in<Rule> {
  using type = typename Rule::attributes;
  static_assert(are_attributes<type>, "attributes are ints, all of them declared by IGATA_ATTRIBUTES(name = value, ...)");
};

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::ir {

template <op Code>
using attributes_for = typename detail::attributes_in<rule<Code>>::type;
template <op Code>
concept HasAttributes = !std::is_same_v<attributes_for<Code>, no_attributes>;

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI::detail {

template <int N>
struct int_list {
  int items[N];
};
template <class T>
inline constexpr int ints_of = static_cast<int>(sizeof(T) / sizeof(int));

template <class T, std::size_t... I>
constexpr T read_ints(const int* from, std::index_sequence<I...>) {
  return std::bit_cast<T>(int_list<static_cast<int>(sizeof...(I))>{{from[I]...}});
}
template <class T>
constexpr T read_attributes(const int* from, int count) {
  if constexpr (requires { typename T::of_axis; }) {
    T all;
    for (int i = 0; i < count; i += ints_of<typename T::of_axis>) all.push(read_attributes<typename T::of_axis>(from + i, 0));
    return all;
  } else {
    return read_ints<T>(from, std::make_index_sequence<ints_of<T>>{});
  }
}

// A struct as ints.
template <int N>
struct attribute_run {
  int_list<N> list{};
  int count = N;
  constexpr operator attribute_span() const { return {list.items, count}; }
};
constexpr attribute_span run_of(no_attributes) { return {}; }
template <class T>
constexpr auto run_of(const T& a) {
  if constexpr (requires { typename T::of_axis; }) {
    attribute_run<ints_of<typename T::of_axis> * max_rank> run{{}, 0};
    for (int i = 0; i < a.rank; ++i)
      for (const int x : run_of(a.axes[i]).list.items) run.list.items[run.count++] = x;
    return run;
  } else {
    return attribute_run<ints_of<T>>{std::bit_cast<int_list<ints_of<T>>>(a)};
  }
}

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::ir {

// Of a node of this primitive.
template <op Code>
  requires HasAttributes<Code>
constexpr attributes_for<Code> attributes_of(const graph& g, const node& v) {
  return detail::read_attributes<attributes_for<Code>>(g.attributes.items + v.attributes, v.attribute_count);
}
// Of the node that an evaluation, a gradient or a lowering is about.
template <op Code, class About>
constexpr attributes_for<Code> attributes_of(const About& x) {
  return attributes_of<Code>(x.g, x.v);
}
// Gives a node that is not in a graph yet its attributes.
template <class T>
constexpr void set_attributes(graph& g, node& v, const T& a) {
  const auto run = detail::run_of(a);
  v.attributes = g.attributes.count;
  v.attribute_count = run.count;
  for (int i = 0; i < run.count; ++i) g.attributes.push(run.list.items[i]);
}

// Leaves. `index`: which input, variable, bound value, or symbol, from n.
struct leaf_attributes {
  IGATA_ATTRIBUTES(index = 0);
};
// Their type, shape and numbers are given.
struct evaluation;
struct backward;
struct leaf_rule {
  static constexpr void infer(graph&, node&, source) {}
  static constexpr void gradient(backward&) {}
  static constexpr void evaluate(const evaluation&) {}
};
struct indexed_leaf_rule : leaf_rule {
  using attributes = leaf_attributes;
};
template <> struct rule<op::input> : indexed_leaf_rule {};
template <> struct rule<op::variable> : indexed_leaf_rule {};
template <> struct rule<op::bound> : indexed_leaf_rule {};
template <> struct rule<op::constant> : leaf_rule {};
template <> struct rule<op::iota> : leaf_rule {};
template <> struct rule<op::batch_size> : indexed_leaf_rule {};
constexpr int leaf_index(const graph& g, const node& v) { return attributes_of<op::variable>(g, v).index; }

// Of random_uniform. Automatic names and the order of draws are only final in finalize: until then a draw keeps its name's hash, the leaf, from
// which its stream follows; 0 where the stream is known.
struct random_attributes {
  IGATA_ATTRIBUTES(stream = 0, leaf = 0);
};

}  // namespace igata::inline IGATA_ABI::ir
