// What an optimizer sees while it writes updates, and whose its variables are: each optimizer has a name, which begins their paths.
#pragma once
#include "../core/fixed_string.hpp"
#include "../ops/state.hpp"

namespace igata::inline IGATA_ABI::optim::detail {

template <fixed_string Name>
struct optimizer_name {
  static constexpr std::string_view view() { return Name.view(); }
};
template <class T> inline constexpr bool is_name = false;
template <fixed_string N> inline constexpr bool is_name<optimizer_name<N>> = true;

}  // namespace igata::inline IGATA_ABI::optim::detail

namespace igata::inline IGATA_ABI::optim {

// An option beside an optimizer: the first part of its variables' paths, "critic/learning_rate". Without it that is "optimizer", "optimizer_1", …
// Two that are given one name share learning rate, step counter and, for one parameter, state.
template <fixed_string Name>
inline constexpr detail::optimizer_name<Name> name{};

}  // namespace igata::inline IGATA_ABI::optim

namespace igata::inline IGATA_ABI::ir {

// Whether a loss is one number of the graph; recorded where it is not.
constexpr bool expect_loss(graph& g, value loss, source at) {
  if (!loss.valid()) g.fail("minimize", "the loss is no value; return what reduce_mean gives", at);
  else if (&loss.owner() != &g) g.fail("minimize", "the loss belongs to another graph; build each model from its own inputs", at);
  else if (loss.dims().count() != 1 || loss.dims().rows_of || !is_floating(loss.type()))
    g.fail("minimize", text() << "the loss must be one number, got " << name_of(loss.type()) << loss.dims() << "; take its mean", at);
  return !g.failed();
}

// "optimizer_1"; "optimizer" itself may be given, to share what has no name.
constexpr bool is_automatic_optimizer(std::string_view name) {
  if (name.substr(0, 10) != "optimizer_" || name.size() == 10) return false;
  for (const char c : name.substr(10))
    if (c < '0' || c > '9') return false;
  return true;
}

// Variables of an optimizer: "optimizer/step", "optimizer/learning_rate", "optimizer/momentum/dense/kernel".
struct optimizer_place {
  std::string_view name;
  optimizer_state state = optimizer_state::unnamed;

  // One that is there already in a program has this first value too.
  constexpr int declare(graph& g, std::string_view leaf, role kind, dtype type, double first) const {
    text path;
    path << name << '/' << leaf;
    const int index = declare_variable(g, path.view(), kind, type, {}, constant_initializer(first), {});
    if (index < 0) return index;
    variable& v = g.variables[index];
    if (v.init.scale != first)
      g.fail(name,
             text() << '.' << leaf << " = " << first << ", and " << v.init.scale
                    << " where the name was given before; give the second optimizer another name",
             {});
    v.optimizer = state;
    return index;
  }
};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

// What an optimizer may use while it writes the update of one parameter.
class update {
 public:
  // What all parameters share: the schedule's factor, the learning rate, the step, and shared(0) to shared(3), each made once. Where gradients are
  // accumulated, whether this step updates.
  struct common {
    value multiplier, rate, step, shared[4], updates;
  };
  constexpr update(ir::graph& g, const ir::optimizer_place& optimizer, common& of_all)
      : g_(g), place_(optimizer), optimizer_(optimizer.name), common_(of_all) {}
  constexpr void set_parameter(int variable) { variable_ = variable; }

  // State of the optimizer for this parameter, of its shape and zero at first: "optimizer/momentum/dense/kernel".
  constexpr value slot(std::string_view name, double initial_value = 0) {
    if (g_.failed()) return poison(g_);
    known* same = nullptr;
    for (known& k : slots_)
      if (k.name == name) same = &k;
    if (!same) same = &slots_.push({name, store_path(name), -1});
    if (same->variable < 0 || g_.variables[same->variable].of != variable_) {
      ir::variable fresh;  // found here, never by its name: in no scope's chain
      fresh.leaf = same->leaf;
      fresh.kind = role::slot;
      fresh.type = g_.variables[variable_].type;
      fresh.dims = g_.variables[variable_].dims;
      fresh.init = constant_initializer(initial_value);
      fresh.of = variable_;
      fresh.optimizer = place_.state;
      g_.variables.push(fresh);
      same->variable = g_.variables.size() - 1;
    }
    const ir::root_scope root(g_);
    return read_variable(g_, same->variable);
  }
  // A number that a callback may change: "optimizer/learning_rate".
  constexpr value hyper_parameter(std::string_view name, double initial_value) {
    const ir::root_scope root(g_);
    return own(read_variable(g_, place_.declare(g_, name, role::hyper_parameter, f32, initial_value)));
  }
  // hyper_parameter("learning_rate") times the schedule, where there is one.
  constexpr value learning_rate(double initial_value) {
    if (!common_.rate.valid()) {
      if (!(initial_value >= 0 && initial_value < 1e30))
        g_.fail(optimizer_, text() << ".learning_rate = " << initial_value << "; must be 0 or more", {});
      const making_shared here(*this);
      common_.rate = hyper_parameter("learning_rate", initial_value);
      if (common_.multiplier.valid()) common_.rate = common_.rate * own(common_.multiplier);
    }
    return own(common_.rate);
  }
  // An i32 number that counts.
  constexpr value counter(std::string_view name) {
    const ir::root_scope root(g_);
    return read_variable(g_, place_.declare(g_, name, role::counter, i32, 0));
  }
  // The number of this step, from 1.
  constexpr value step() {
    if (!common_.step.valid()) common_.step = step_of(g_, place_);
    return own(common_.step);
  }
  // A number that all parameters share, made by the first, and again where one is of f64 or f32 and the last was not: shared(0, [&] { return …; });
  // which is 0 to 3.
  template <class F>
  constexpr value shared(int which, F make) {
    value& x = common_.shared[which];
    if (!x.valid() || (variable_ >= 0 && x.type() != (g_.variables[variable_].type == f64 ? f64 : f32))) {
      const making_shared here(*this);
      x = make();
    }
    return own(x);
  }

  static constexpr value step_of(ir::graph& g, const ir::optimizer_place& optimizer) {
    const ir::root_scope root(g);
    const int known = g.variables.size();
    const int index = optimizer.declare(g, "step", role::counter, i32, 0);
    const value next = minimum(read_variable(g, index), 2147483646) + 1;  // stays there
    if (index == known && next.valid()) assign(read_variable(g, index), next);
    return cast(next, f32);
  }

 private:
  // While one lives, what all parameters share is made: in f32 where the parameter at hand has 16 bits. (No member template: a function that is none
  // could not call it in a constant, says clang 16.)
  struct making_shared {
    update& u;
    int parameter;
    constexpr explicit making_shared(update& of) : u(of), parameter(of.variable_) {
      if (parameter >= 0 && is_half(u.g_.variables[parameter].type)) u.variable_ = -1;
    }
    making_shared(const making_shared&) = delete;
    constexpr ~making_shared() { u.variable_ = parameter; }
  };
  // In the type of the parameter at hand.
  constexpr value own(value x) const { return x.valid() && variable_ >= 0 ? cast(x, g_.variables[variable_].type) : x; }

  struct known {
    std::string_view name;
    ir::text_ref leaf;
    int variable = -1;  // of the parameter at hand, or of an earlier one
  };
  constexpr ir::text_ref store_path(std::string_view name) {
    const ir::text_ref ref = g_.store_text(optimizer_);
    g_.store_text("/");
    g_.store_text(name);
    return {ref.at, g_.chars.size() - ref.at};
  }

  ir::graph& g_;
  ir::optimizer_place place_;
  std::string_view optimizer_;
  common& common_;
  vec<known> slots_;
  int variable_ = -1;
};

// A change of the gradients that spans several steps: it tells whether this one updates.
template <class T>
concept AccumulationLike = requires(const T& o, update& u, const vec<value>& weights, vec<value>& gradients) { o(u, weights, gradients); };

}  // namespace igata::inline IGATA_ABI

namespace igata::inline IGATA_ABI::ir {

// These assignments keep the variable as it is where a step does not update.
constexpr void hold_updates(graph& g, int begin, int end, value updates) {
  if (!updates.valid()) return;
  for (int i = begin; i < end && !g.failed(); ++i) {
    const assignment a = g.assigns[i];
    g.assigns[i].id = select(updates, value(g, a.id), value(g, g.variables[a.variable].read)).id();
  }
}

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI::detail {

// Parameters, each with its gradient, and what their updates share. From one budget of constant evaluation to the next they go as outputs without
// names.
struct minimization {
  update::common common;
  vec<value> weights, gradients;

  constexpr void write(graph& g, int done) {
    if (done == weights.size()) return;
    for (const value* v : shared()) g.outputs.push({{}, v->id()});
    for (int i = done; i < weights.size(); ++i) g.outputs.push({{}, weights[i].id()}), g.outputs.push({{}, gradients[i].id()});
  }
  constexpr void read(graph& g, int at) {
    for (value* v : shared()) *v = {g, g.outputs[at++].id};
    const int first = at;
    for (; at < g.outputs.size(); at += 2) weights.push({g, g.outputs[at].id}), gradients.push({g, g.outputs[at + 1].id});
    g.outputs.resize(first - shared_count);
  }

 private:
  static constexpr int shared_count = 8;
  struct shared_values {
    value* items[shared_count];
    constexpr value* const* begin() const { return items; }
    constexpr value* const* end() const { return items + shared_count; }
  };
  constexpr shared_values shared() {
    value* const s = common.shared;
    return {{&common.multiplier, &common.rate, &common.step, s, s + 1, s + 2, s + 3, &common.updates}};
  }
};

}  // namespace igata::inline IGATA_ABI::detail
