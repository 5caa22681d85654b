// The stages that draw a program and give names and ids, each a static constexpr variable with a budget of constant evaluation of its own; see
// carrier.hpp.
#pragma once
#include "../draw/builder.hpp"
#include "freeze.hpp"

namespace igata::inline IGATA_ABI::detail {

// A mistake alone: where it ended a pass, the graph is no whole one.
constexpr graph only_mistake(const graph& g) {
  graph mistake;
  mistake.failure = g.failure;
  return mistake;
}

constexpr graph drawn_or_mistake(builder& b) {
  if (b.get().failed()) return only_mistake(b.get());
  return static_cast<graph&&>(b.get());
}

// What a stage may do in one budget, well below the compiler's own limit: a larger program gets more stages, not larger ones. (Placing and fusing
// have one budget each yet, fusing two.) Clang counts statements; g++ operations, and it keeps the memory of all that it evaluates, so that each
// stage costs some.
#ifdef __clang__
inline constexpr int drawn_alone = 250, parameters_at_once = 96, nodes_alone = 700, nodes_at_once = 2400, ints_at_once = 9000;
#else
inline constexpr int drawn_alone = 400, parameters_at_once = 128, nodes_alone = 2000, nodes_at_once = 6000, ints_at_once = 16000;
#endif
constexpr bool is_large(const graph_sizes& s) { return s.nodes > nodes_alone && s.failure == 0; }

// Drawing takes several budgets: one for the model and its loss where Spec::begin and Spec::finish are what build does, one for the rest or for all;
// of a large model one for the gradients, and one for the updates of so many parameters. Names and ids are given in another.
template <class Spec>
struct begin_piece {
  static constexpr graph make() {
    builder b(Spec::training);
    Spec::begin(b);
    return drawn_or_mistake(b);
  }
};
template <class Spec>
inline constexpr bool draws_in_two = Spec::training && requires(builder& b) { Spec::begin(b); };
template <class Spec>
using beginning_stage = graph_stage<begin_piece<Spec>, beginning_guess, frozen_beginning>;
// With gradients and updates.
constexpr graph_sizes finished(graph_sizes s) {
  s.nodes *= 3;
  s.edges *= 3;
  s.attributes *= 3;
  s.variables *= 2;
  s.assigns *= 5;
  s.failure = 0;
  return s;
}
template <class Spec>
constexpr bool draws_in_pieces() {
  if constexpr (draws_in_two<Spec> && requires(builder& b) { Spec::differentiate(b); })
    return beginning_stage<Spec>::value().size.nodes > drawn_alone && beginning_stage<Spec>::value().size.failure == 0;
  else return false;
}
template <class Spec>
struct differentiate_piece {
  static constexpr graph_sizes room = [] {
    graph_sizes s = finished(beginning_stage<Spec>::value().size);
    s.outputs += s.variables + 16;  // a parameter and its gradient each
    s.assigns += 16;
    return s;
  }();
  static constexpr graph make() {
    builder b(beginning_stage<Spec>::value().thaw(room));
    Spec::differentiate(b);
    return drawn_or_mistake(b);
  }
  static constexpr const auto& value() { return graph_stage<differentiate_piece, room, frozen_beginning>::value(); }
};
template <class Spec, int K>
struct update_piece {
  static constexpr int kept = beginning_stage<Spec>::value().size.outputs + 1;
  static constexpr const auto& before() {
    if constexpr (K > 0) return update_piece<Spec, K - 1>::value();
    else return differentiate_piece<Spec>::value();
  }
  static constexpr graph_sizes room = [] {
    graph_sizes s = before().size;
    const int more = s.outputs < 2 * parameters_at_once ? s.outputs / 2 : parameters_at_once;
    s.nodes += 16 * more + 32;
    s.edges += 24 * more + 32;
    s.attributes += 4 * more + 32;
    s.chars += 128;
    s.variables += 2 * more + 8;
    s.assigns += 3 * more + 8;
    return s;
  }();
  static constexpr graph make() {
    builder b(before().thaw(room));
    if (!b.get().failed()) Spec::update_some(b, kept, parameters_at_once);
    return drawn_or_mistake(b);
  }
  static constexpr const auto& value() { return graph_stage<update_piece, room, frozen_beginning>::value(); }
  static constexpr bool is_last = value().size.failure > 0 || value().size.outputs <= kept;
};
template <class Spec>
struct draw_step {
  static constexpr graph make() {
    if constexpr (draws_in_pieces<Spec>()) {
      constexpr const auto& updated = update_piece<Spec, last_piece<update_piece, Spec>()>::value();
      builder b(updated.thaw(updated.size.grown()));
      if (!b.get().failed()) Spec::conclude(b);
      return drawn_or_mistake(b);
    } else if constexpr (draws_in_two<Spec>) {
      builder b(beginning_stage<Spec>::value().thaw(finished(beginning_stage<Spec>::value().size)));
      if (!b.get().failed()) Spec::finish(b);
      return drawn_or_mistake(b);
    } else {
      builder b(Spec::training);
      Spec::build(b);
      return drawn_or_mistake(b);
    }
  }
};
template <class Spec>
constexpr const auto& drawn_stage() {
  if constexpr (draws_in_pieces<Spec>())
    return graph_stage<draw_step<Spec>, update_piece<Spec, last_piece<update_piece, Spec>()>::value().size.grown()>::value();
  else return graph_stage<draw_step<Spec>, first_guess>::value();
}
// What a program with weights that never change cannot keep: state, and the seed and step of random numbers.
[[gnu::cold]] constexpr void refuse_state(graph& g, source at) {
  bool draws = false;
  for (const variable& v : g.variables) draws |= v.kind == role::key;
  text layer, what;
  if (!draws && !g.assigns.empty()) {
    const variable& v = g.variables[g.assigns[0].variable];
    g.write_path(layer, v.scope);
    what << "assigns '" << g.view(v.leaf) << "'";
  } else if (draws) {
    for (const node& v : g.nodes)
      if (v.code == op::random_uniform && layer.empty()) g.write_path(layer, v.scope);
    what << "draws random numbers";
  } else {
    return;
  }
  if (layer.empty()) layer << "the model";
  g.fail(layer.view(),
         text() << what
                << ", and an inference program keeps nothing between calls; do so only where x.training(), or use program<...> with mode::inference",
         at);
}
// What a program of this name cannot be.
constexpr void refuse_built(graph& g, text name, bool splits, bool leaves_inputs) {
  name << '\0';
  const source program{name.view().data()};
  for (const input_entry& i : g.inputs)
    if (i.id < 0 && !leaves_inputs)
      g.fail("input", text() << "'" << g.view(i.name) << "' is never used; use it in the model or leave it out", i.at.line > 0 ? i.at : program);
  if (splits) refuse_state(g, program);
}
// Unless a specification says that it may leave inputs unread, as the evaluation beside a training, and one of several results.
template <class Spec>
inline constexpr bool leaves_inputs = requires { requires Spec::leaves_inputs; };
template <class Spec>
struct build_step {
  static constexpr graph make() {
    graph drawn = drawn_stage<Spec>().thaw();
    drawn.scopes.own();  // where their names go
    graph g = build_pass(drawn);
    text name;
    if constexpr (requires { Spec::name(); }) name << Spec::name();
    refuse_built(g, name, Spec::splits, leaves_inputs<Spec>);
    if (g.failed()) return only_mistake(g);
    return g;
  }
};
template <class Spec>
constexpr graph_sizes built_guess() {
  if constexpr (draws_in_pieces<Spec>()) return drawn_stage<Spec>().size;
  else return first_guess;
}
template <class Spec>
using built_stage = graph_stage<build_step<Spec>, built_guess<Spec>()>;

}  // namespace igata::inline IGATA_ABI::detail
