// Graphs as static data (plans: freeze_plan.hpp): what a pass made in constant evaluation, in arrays.
//
// A pass is evaluated once, into arrays of a capacity that its input suggests; only when the result does not fit, a second time into
// arrays of exactly its size. What reaches the binary (the plan) is copied into arrays of its size.
#pragma once
#include "../passes/pipeline.hpp"
#include "ill_formed.hpp"

namespace igata::inline IGATA_ABI::detail {

template <class T, int N>
struct frozen {
  T items[N > 0 ? N : 1]{};
  constexpr frozen() = default;
  constexpr explicit frozen(const vec<T>& from) {
    copy_items(items, from.items, from.count < N ? from.count : N);
  }
  constexpr frozen(const T* from) { copy_items(items, from, N); }
  static constexpr int size() { return N; }
  constexpr const T& operator[](int i) const { return items[i]; }
  constexpr const T* begin() const { return items; }
  constexpr const T* end() const { return items + N; }
};

struct graph_sizes {
#define IGATA_GRAPH_ARRAY(type, name) int name = 0;
#include "../ir/graph_arrays.inc"
#undef IGATA_GRAPH_ARRAY
  int failure = 0;
  // Room for a graph that a pass makes of one of this size.
  constexpr graph_sizes grown() const {
    graph_sizes s = *this;
    s.nodes += nodes / 8 + 16;
    s.edges += edges / 8 + 32;
    s.attributes += attributes / 8 + 32;
    s.chars += 64;
    return s;
  }
  constexpr bool holds(const graph_sizes& s) const {
    return
#define IGATA_GRAPH_ARRAY(type, name) s.name <= name &&
#include "../ir/graph_arrays.inc"
#undef IGATA_GRAPH_ARRAY
           s.failure <= failure;
  }
};
inline constexpr graph_sizes first_guess{
    .nodes = 5120, .edges = 8192, .attributes = 5120, .chars = 6144, .scopes = 192, .variables = 512, .inputs = 8, .outputs = 8, .assigns = 512};
inline constexpr graph_sizes beginning_guess{
    .nodes = 2048, .edges = 3072, .attributes = 2048, .chars = 6144, .scopes = 128, .variables = 320, .inputs = 8, .outputs = 8, .assigns = 128};

constexpr graph_sizes sizes_of(const graph& g) {
  return {
#define IGATA_GRAPH_ARRAY(type, name) g.name.count,
#include "../ir/graph_arrays.inc"
#undef IGATA_GRAPH_ARRAY
      g.failure.size()};
}
constexpr vec<char> chars_of(const text& t) {
  vec<char> v;
  for (const char c : t.view()) v.push(c);
  return v;
}

// A frozen graph without its type.
struct graph_view {
#define IGATA_GRAPH_ARRAY(type, name) const type* name;
#include "../ir/graph_arrays.inc"
#undef IGATA_GRAPH_ARRAY
  const char* failure;
  graph_sizes size;
  symbol_table symbols;
  bool training, named;
};
[[gnu::cold]] constexpr graph thaw(const graph_view& v) {
  graph g;
#define IGATA_GRAPH_ARRAY(type, name) g.name = vec<type>::borrowed(v.name, v.size.name);
#include "../ir/graph_arrays.inc"
#undef IGATA_GRAPH_ARRAY
  for (int i = 0; i < v.size.failure; ++i) g.failure << v.failure[i];
  g.symbols = v.symbols;
  g.training = v.training;
  g.named = v.named;
  return g;
}

template <graph_sizes Capacity>
struct frozen_graph {
  static constexpr graph_sizes capacity = Capacity;
#define IGATA_GRAPH_ARRAY(type, name) frozen<type, Capacity.name> name;
#include "../ir/graph_arrays.inc"
#undef IGATA_GRAPH_ARRAY
  frozen<char, Capacity.failure> failure;
  graph_sizes size;  // of the whole graph, also when it did not fit
  symbol_table symbols;
  bool training, named;

  constexpr explicit frozen_graph(const graph& g)
      :
#define IGATA_GRAPH_ARRAY(type, name) name(g.name),
#include "../ir/graph_arrays.inc"
#undef IGATA_GRAPH_ARRAY
        failure(chars_of(g.failure)), size(sizes_of(g)), symbols(g.symbols), training(g.training), named(g.named) {}

  constexpr graph_view view() const {
    return {
#define IGATA_GRAPH_ARRAY(type, name) name.items,
#include "../ir/graph_arrays.inc"
#undef IGATA_GRAPH_ARRAY
        failure.items, size, symbols, training, named};
  }
  constexpr graph thaw() const { return detail::thaw(view()); }
};

// A graph that drawing goes on with: also the line of its last layer, which never reaches the binary.
template <graph_sizes Capacity>
struct frozen_beginning : frozen_graph<Capacity> {
  source site;
  int rows_nodes[max_symbols - 1];
  constexpr explicit frozen_beginning(const graph& g) : frozen_graph<Capacity>(g), site(g.site), rows_nodes{} {
    copy_items(rows_nodes, g.rows_nodes, max_symbols - 1);
  }
  // With room for what is added: growing step by step would copy several times.
  constexpr graph thaw(const graph_sizes& room) const {
    graph g = frozen_graph<Capacity>::thaw();
    g.nodes.reserve(room.nodes);
    g.edges.reserve(room.edges);
    g.attributes.reserve(room.attributes);
    g.variables.reserve(room.variables);
    g.assigns.reserve(room.assigns);
    g.scopes.own();
    g.site = site;
    copy_items(g.rows_nodes, rows_nodes, max_symbols - 1);
    return g;
  }
};

// Make::make() evaluated into Guess, or once more into its size. Where that is no constant the compiler says why, and goes on with a graph that has
// a mistake, of which nothing more is said: so the stages that follow do not complain as well. Where a limit is met g++ names its flag, and clang
// only the variable: here and in what follows that has the name of clang's flag.
template <class Make, graph_sizes Guess, template <graph_sizes> class Frozen = frozen_graph>
struct graph_stage {
  static constexpr Frozen<Guess> fconstexpr_steps{Make::make()};
  static constexpr const auto& value() {
    if constexpr (!requires { typename std::bool_constant<(fconstexpr_steps.size.nodes >= 0)>; }) return no_constant;
    else if constexpr (Guess.holds(fconstexpr_steps.size)) return fconstexpr_steps;
    else return again<fconstexpr_steps.size>;
  }

 private:
  template <graph_sizes Size>
  static constexpr Frozen<Size> again{Make::make()};
  static constexpr graph mistake() {
    graph g;
    g.failure << said_by_the_compiler;
    return g;
  }
  static constexpr Frozen<graph_sizes{.scopes = 1, .failure = 1}> no_constant{mistake()};
};

// Make::make() evaluated into a Make::frozen_type of size Guess, or once more into one of its own size.
template <class Make, auto Guess>
struct stage {
  static constexpr typename Make::template frozen_type<Guess> fconstexpr_steps{Make::make()};
  static constexpr const auto& value() {
    if constexpr (Guess.holds(fconstexpr_steps.size)) return fconstexpr_steps;
    else return again<fconstexpr_steps.size>;
  }

 private:
  template <auto Size>
  static constexpr typename Make::template frozen_type<Size> again{Make::make()};
};

// A pass in pieces: Piece<Spec, 0>, Piece<Spec, 1>, …, each with a budget of its own, going on where the one before it ended. The number of the last.
template <template <class, int> class Piece, class Spec, int K = 0>
constexpr int last_piece() {
  if constexpr (Piece<Spec, K>::is_last) return K;
  else return last_piece<Piece, Spec, K + 1>();
}

}  // namespace igata::inline IGATA_ABI::detail
