// Variables inside a model: reading one, giving it its next value, and the seed and step of the random streams.
//
//   value mean = state_variable(x, "moving_mean", role::buffer, {channels}, constant_initializer(0));
//   assign(mean, mean * 0.9 + batch_mean * 0.1);      takes effect at the end of the step; reads see the value before it
#pragma once
#include "../ir/finalize.hpp"
#include "all.hpp"

namespace igata::inline IGATA_ABI {

// The variable `leaf` of the current scope; `like` names the graph only.
constexpr value state_variable(value like, std::string_view leaf, role kind, const shape& dims, initializer init, dtype type = f32,
                               source at = source::here()) {
  if (!like.valid()) return like;
  ir::graph& g = like.owner();
  return read_variable(g, declare_variable(g, leaf, kind, type, dims, init, at));
}
constexpr initializer constant_initializer(double x) { return {initial::constant, x, 0}; }

constexpr void assign(value variable, value next, source at = source::here()) {
  if (!variable.valid() || !next.valid()) return;
  ir::graph& g = variable.owner();
  if (variable.get().code != ir::op::variable) return g.fail("assign", "the target is no variable; keep the handle that state_variable gave", at);
  const int index = leaf_index(g, variable.get());
  const ir::node &before = variable.get(), &after = next.get();
  if (!(after.dims == before.dims) || after.type != before.type)
    return g.fail("assign", text() << g.path_of(g.variables[index]) << " is " << name_of(before.type) << before.dims << ", the new value "
                                   << name_of(after.type) << after.dims, at);
  if (g.variables[index].assigned >= 0)
    return g.fail("assign", text() << g.path_of(g.variables[index]) << " is assigned twice in one step; combine the two values", at);
  g.variables[index].assigned = g.assigns.size();
  g.assigns.push({index, next.id()});
}

// Like assign, but a layer that is used several times in one step continues from what its earlier use assigned: next(value before).
template <class F>
constexpr void assign_in_turn(value variable, F next, source at = source::here()) {
  if (!variable.valid() || variable.get().code != ir::op::variable) return assign(variable, variable, at);
  ir::graph& g = variable.owner();
  const int index = leaf_index(g, variable.get());
  const int turn = g.variables[index].assigned;
  if (turn < 0) return assign(variable, next(variable), at);
  const value after = next(value(g, g.assigns[turn].id));
  if (after.valid()) g.assigns[turn].id = after.id();
}

// `moving` follows `now`, a statistic of the batch: assign_in_turn, and where the moving one is frozen it takes the place of the batch's.
constexpr void follow_statistic(value moving, value now, double share, source at = source::here()) {
  assign_in_turn(moving, [&](value before) { return before + (now - before) * share; }, at);
  if (moving.valid() && now.valid() && moving.get().code == ir::op::variable)
    moving.owner().statistics.push({leaf_index(moving.owner(), moving.get()), now.id()});
}

}  // namespace igata::inline IGATA_ABI

namespace igata::inline IGATA_ABI::ir {

// Enters the model's outermost scope: its variables have the whole path as their name.
class root_scope {
 public:
  constexpr explicit root_scope(graph& g) : g_(g), outer_(g.scope) { g.scope = 0; }
  root_scope(const root_scope&) = delete;
  constexpr ~root_scope() { g_.scope = outer_; }

 private:
  graph& g_;
  int outer_;
};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

// i32 scalar: the seed of all random streams of a program.
constexpr value random_seed(ir::graph& g) {
  const ir::root_scope root(g);
  return read_variable(g, declare_variable(g, "random/seed", role::key, i32, {}, constant_initializer(0), {}));
}
// i32 scalar: the number of steps taken; counted up once per step by whoever uses it.
constexpr value random_step(ir::graph& g) {
  const ir::root_scope root(g);
  const int known = g.variables.size();
  const int index = declare_variable(g, "random/step", role::counter, i32, {}, constant_initializer(0), {});
  const value step = read_variable(g, index);
  if (index == known && step.valid()) assign(step, step + 1);
  return step;
}
// [0, 1), another draw in every step and for every call: to use the same numbers twice, use the same value. The stream is the current scope's, so
// a layer's numbers do not depend on other layers; of several draws of one name in a scope each has its own, in the order in which data flows.
constexpr value random_like(value x, std::string_view name = "random") {
  if (!x.valid()) return x;
  ir::graph& g = x.owner();
  const int hashed = static_cast<int>(stream(name)), leaf = hashed ? hashed : 1;
  const int drawn = static_cast<int>(ir::stream_of(g, g.scope, leaf, g.scopes[g.scope].draws++));
  const value seed = random_seed(g), step = random_step(g);
  return ir::emit<ir::op::random_uniform>(g, {seed, step}, {.stream = drawn, .leaf = leaf}, 0, {}, f32, x.dims());
}

}  // namespace igata::inline IGATA_ABI
