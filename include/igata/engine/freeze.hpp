// Graphs and plans as static data: what a pass made in constant evaluation, in arrays of exactly its size.
#pragma once
#include "../passes/pipeline.hpp"

namespace igata::inline IGATA_ABI::detail {

template <class T, int N>
struct frozen {
  T items[N > 0 ? N : 1]{};
  static constexpr int size() { return N; }
  constexpr frozen() = default;
  constexpr explicit frozen(const vec<T>& from) {
    for (int i = 0; i < N; ++i) items[i] = from[i];
  }
  constexpr vec<T> thaw() const {
    vec<T> v;
    v.reserve(N);
    for (int i = 0; i < N; ++i) v.push(items[i]);
    return v;
  }
  constexpr const T& operator[](int i) const { return items[i]; }
  constexpr const T* begin() const { return items; }
  constexpr const T* end() const { return items + N; }
};

struct graph_sizes {
  int nodes = 0, edges = 0, attributes = 0, chars = 0, scopes = 0, variables = 0, inputs = 0, outputs = 0, assigns = 0, failure = 0;
};
constexpr graph_sizes sizes_of(const graph& g) {
  return {g.nodes.size(), g.edges.size(), g.attributes.size(), g.chars.size(), g.scopes.size(), g.variables.size(), g.inputs.size(), g.outputs.size(), g.assigns.size(), g.failure.size()};
}
constexpr vec<char> chars_of(const text& t) {
  vec<char> v;
  for (const char c : t.view()) v.push(c);
  return v;
}

template <graph_sizes S>
struct frozen_graph {
  frozen<node, S.nodes> nodes;
  frozen<int, S.edges> edges;
  frozen<int, S.attributes> attributes;
  frozen<char, S.chars> chars;
  frozen<scope_entry, S.scopes> scopes;
  frozen<variable, S.variables> variables;
  frozen<input_entry, S.inputs> inputs;
  frozen<output_entry, S.outputs> outputs;
  frozen<assignment, S.assigns> assigns;
  frozen<char, S.failure> failure;
  bool training;

  constexpr explicit frozen_graph(const graph& g)
      : nodes(g.nodes), edges(g.edges), attributes(g.attributes), chars(g.chars), scopes(g.scopes), variables(g.variables), inputs(g.inputs),
        outputs(g.outputs), assigns(g.assigns), failure(chars_of(g.failure)), training(g.training) {}

  constexpr graph thaw() const {
    graph g;
    g.nodes = nodes.thaw();
    g.edges = edges.thaw();
    g.attributes = attributes.thaw();
    g.chars = chars.thaw();
    g.scopes = scopes.thaw();
    g.variables = variables.thaw();
    g.inputs = inputs.thaw();
    g.outputs = outputs.thaw();
    g.assigns = assigns.thaw();
    for (int i = 0; i < S.failure; ++i) g.failure << failure[i];
    g.training = training;
    return g;
  }
};

struct plan_sizes {
  int steps = 0, ints = 0, programs = 0, constants = 0, failure = 0;
};
constexpr plan_sizes sizes_of(const plan& p) { return {p.steps.size(), p.ints.size(), p.programs.size(), p.constants.size(), p.failure.size()}; }

template <plan_sizes S>
struct frozen_plan {
  frozen<step, S.steps> steps;
  frozen<int, S.ints> ints;
  frozen<pointwise_program, S.programs> programs;
  frozen<std::uint32_t, S.constants> constants;
  frozen<char, S.failure> failure;
  int arena, arena_without_reuse, max_batch;

  constexpr explicit frozen_plan(const plan& p)
      : steps(p.steps), ints(p.ints), programs(p.programs), constants(p.constants), failure(chars_of(p.failure)), arena(p.arena),
        arena_without_reuse(p.arena_without_reuse), max_batch(p.max_batch) {}
};

}  // namespace igata::inline IGATA_ABI::detail
