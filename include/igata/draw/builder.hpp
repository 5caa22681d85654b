// The program being written: inputs, outputs, and any number of losses to minimise. A program<F>'s F receives one.
//
//   constexpr void operator()(builder& s) const {
//     value x = s.input("image", rows({28, 28, 1})), y = s.input("digit", rows({}), i32, 10);
//     value logits = model{}(x), loss = loss::softmax_cross_entropy{}(logits, y);
//     s.minimize(loss, "*", optim::adam{});
//     s.output("loss", loss);
//   }
#pragma once
#include <concepts>  // convertible_to

#include "../core/type_name.hpp"
#include "../ir/dim.hpp"
#include "differentiate.hpp"
#include "update.hpp"

namespace igata::inline IGATA_ABI {

class builder {
 public:
  constexpr explicit builder(bool training) { g_.training = training; }
  constexpr explicit builder(ir::graph&& begun) : g_(static_cast<ir::graph&&>(begun)) {}
  builder(const builder&) = delete;

  constexpr ir::graph& get() { return g_; }
  constexpr const ir::graph& get() const { return g_; }

  // A number beside n that calls have, from 1 to `most`: what the first extent of an input may be, rows({2}, s.dim("points", 64)). Of a name once.
  constexpr program_dim dim(std::string_view name, int most, source at = source::here()) { return {declare_dim(g_, name, most, at), &g_}; }

  // `classes`: an input of whole numbers must lie in [0, classes); 0 does not check.
  constexpr value input(std::string_view name, const shape& asked, dtype type = f32, int classes = 0, source at = source::here()) {
    const shape dims = resized_ ? resized_shape(resized_, resized_count_, name, asked) : asked;
    for (const ir::input_entry& i : g_.inputs)
      if (g_.view(i.name) == name)
        return g_.fail("input", text() << "'" << name << "' is there already; give the second another name", at), poison(g_);
    const text why = input_mistake(g_, name, dims, type, classes);
    if (!why.empty()) return g_.fail("input", text() << "'" << name << "'" << why, at), poison(g_);
    const value x = ir::emit<ir::op::input>(g_, {}, {.index = g_.inputs.size()}, 0, at, type, dims);
    g_.inputs.push({g_.store_text(name), x.id(), classes, type, dims, at.line > 0 ? at : source{}});
    return x;
  }
  constexpr value input(std::string_view name, const dim_rows& dims, dtype type = f32, int classes = 0, source at = source::here()) {
    if (dims.of != &g_) return g_.fail("input", text() << "'" << name << "'" << foreign_dim, at), poison(g_);
    return input(name, static_cast<const shape&>(dims), type, classes, at);
  }

  // Inputs of these names have these extents instead of those that they are given. The list outlives the builder.
  constexpr void resize_inputs(const resized_input* list, int count) {
    resized_ = list;
    resized_count_ = count;
  }

  constexpr void output(std::string_view name, value x, source at = source::here()) {
    if (g_.failed()) return;
    if (!x.valid()) return g_.fail("output", text() << "'" << name << "' is no value; return what the layers give", at);
    if (&x.owner() != &g_) return g_.fail("output", text() << "'" << name << "' belongs to another graph; build each model from its own inputs", at);
    for (const ir::output_entry& o : g_.outputs)
      if (g_.view(o.name) == name) return g_.fail("output", text() << "'" << name << "' is there already; give the second another name", at);
    g_.outputs.push({g_.store_text(name), x.id()});
  }

  // Gives the automatic names of all layers below these values: what a model returns, in its order, in one call. Layers that the program meets
  // later need names of their own.
  constexpr void name_layers(const value* results, int count) {
    if (g_.failed()) return;
    vec<int> roots;
    for (int i = 0; i < count; ++i)
      if (results[i].valid()) roots.push(results[i].id());
    resolve_names(g_, roots.data(), roots.size());
    g_.named = true;
  }
  constexpr void name_layers(std::initializer_list<value> results) { name_layers(results.begin(), static_cast<int>(results.size())); }
  constexpr void name_layers(const vec<value>& results) { name_layers(results.data(), results.size()); }

  // What matches stays as it is: parameters in every minimize that follows, and a model's own state, such as moving statistics. A batch norm whose
  // statistics are held normalises by them, as in inference.
  constexpr void freeze(std::string_view pattern, source at = source::here()) {
    if (g_.failed()) return;
    bool any = false, holds = false;
    if (!names_decide(pattern))
      return g_.fail(
          "freeze",
          text() << "which layers '" << pattern << "' means is not known yet; call name_layers({what the model returns}) before, or give them .name",
          at);
    vec<char> held(g_.variables.size());
    for (int i = 0; i < g_.variables.size(); ++i) {
      ir::variable& v = g_.variables[i];
      if ((v.kind != role::weight && v.kind != role::buffer) || !ir::matches(pattern, g_.path_of(v).view())) continue;
      any = true;
      if (v.kind == role::weight) v.trainable = false;
      else if (v.assigned >= 0) holds = true, held[i] = 1;
    }
    if (!any) return g_.fail("freeze", text() << "no parameter matches '" << pattern << "'; parameters are " << parameter_names(g_), at);
    if (holds) hold(held);
  }

  // Adds the gradients of `loss` by all parameters whose path matches, and the optimizer's update of each. Options, in order: changes
  // of the gradients, (const vec<value>& weights, vec<value>& gradients); a learning-rate schedule, (value step) -> value, a factor.
  template <class Optimizer, class... Options>
  constexpr void minimize(operand loss, std::string_view pattern, const Optimizer& optimizer, const Options&... options) {
    minimize_at(loss.at, loss.v, pattern, optimizer, options...);
  }
  template <class Optimizer, class... Options>
  constexpr void minimize_at(source at, value loss, std::string_view pattern, const Optimizer& optimizer, const Options&... options) {
    minimize_with(at, loss, pattern, at, optimizer, [&]([[maybe_unused]] const auto& apply) { (apply(options), ...); });
  }
  // Mistakes of the loss name `at`, those of the optimizer `update_at`. `each_option` calls what it is given with every option in order.
  template <class Optimizer, class EachOption>
  constexpr void minimize_with(source at, value loss, std::string_view pattern, source update_at, const Optimizer& optimizer,
                               const EachOption& each_option) {
    if (g_.failed()) return;
    minimization m;
    differentiate(m, at, loss, pattern, update_at, each_option);
    write_updates(m, m.weights.size(), update_at, optimizer, each_option);
    ++minimizers_;
  }
  // The same in several budgets of constant evaluation, each with a builder of its own: first this, which keeps what is left to do as outputs without
  // names behind those that are there,
  constexpr void begin_minimize(source at, value loss, std::string_view pattern, source update_at, const auto& each_option) {
    if (g_.failed()) return;
    minimization m;
    differentiate(m, at, loss, pattern, update_at, each_option);
    m.write(g_, 0);
  }
  // then this, for so many parameters at once, until there are no outputs behind the first `others` any more.
  template <class Optimizer, class EachOption>
  constexpr void continue_minimize(int others, int most, source update_at, const Optimizer& optimizer, const EachOption& each_option) {
    if (g_.failed()) return;
    minimization m;
    m.read(g_, others);
    const int count = most < m.weights.size() ? most : m.weights.size();
    write_updates(m, count, update_at, optimizer, each_option);
    m.write(g_, count);
  }

 private:
  using minimization = detail::minimization;

  // Whose variables the optimizer's are; `automatic` holds the name that it gets where none is given.
  constexpr ir::optimizer_place place_of(text& automatic, source update_at, const auto& each_option) {
    ir::optimizer_place place;
    each_option([&](const auto& option) {
      if constexpr (optim::detail::is_name<std::remove_cvref_t<decltype(option)>>) {
        if (!place.name.empty())
          g_.fail("minimize", text() << "optim::name is given twice, '" << place.name << "' and '" << option.view() << "'; give one", update_at);
        else if (option.view().empty() || option.view().find('/') != option.view().npos || ir::is_automatic_optimizer(option.view()))
          g_.fail("minimize", text() << "optim::name<\"" << option.view() << "\">: a name without '/', that no optimizer has by itself", update_at);
        place = {option.view(), optimizer_state::named};
      }
    });
    if (!place.name.empty()) return place;
    automatic << "optimizer";
    if (minimizers_) automatic << '_' << minimizers_;
    place.name = automatic.view();
    return place;
  }

  constexpr void differentiate(minimization& m, source at, value loss, std::string_view pattern, source update_at, const auto& each_option) {
    if (!expect_loss(g_, loss, at)) return;
    name_layers({loss});
    text name;
    const ir::optimizer_place place = place_of(name, update_at, each_option);
    if (g_.failed()) return;

    vec<value>& weights = m.weights;
    vec<char> seen(g_.nodes.size());
    bool reached = false;
    const int loss_id = loss.id();
    detail::visit(g_, &loss_id, 1, seen, [&](int id) {
      if (g_.nodes[id].code != ir::op::variable) return;
      const int index = leaf_index(g_, g_.nodes[id]);
      const ir::variable& v = g_.variables[index];
      if (v.kind != role::weight) return;
      reached = true;
      if (!v.trainable || (pattern != "*" && !ir::matches(pattern, g_.path_of(v).view()))) return;
      weights.push(value(g_, id));
    });
    if (!reached) return g_.fail("minimize", "the loss reaches no parameter; compute it from the model's result", at);
    if (weights.empty())
      return g_.fail("minimize",
                     text() << "no trainable parameter below the loss matches '" << pattern << "'; parameters are " << parameter_names(g_), at);

    {
      const ir::library_call call(loss, at);
      m.gradients = gradients(loss, weights);
    }
    vec<value>& d = m.gradients;
    for (int i = 0; i < d.size() && !g_.failed(); ++i)
      if (!d[i].valid())
        return g_.fail("minimize", text() << "the loss does not depend on '" << g_.path_of(variable_of(weights[i])) << "' differentiably", at);
    const ir::root_scope root(g_);
    int first = g_.assigns.size();
    each_option([&](const auto& option) {
      if constexpr (AccumulationLike<std::remove_cvref_t<decltype(option)>>) accumulate(option, m, place, first);
      else apply(option, weights, d, place, m.common.multiplier);
    });
    hold_updates(g_, first, g_.assigns.size(), m.common.updates);
  }
  // What an optimizer assigns takes place in steps that update; what the accumulation itself keeps, in all.
  constexpr void accumulate(const auto& option, minimization& m, const ir::optimizer_place& place, int& first) {
    if (m.common.updates.valid())
      g_.fail("minimize", text() << detail::type_name<std::remove_cvref_t<decltype(option)>>() << " is a second accumulation; give one", {});
    if (g_.failed()) return;
    update u(g_, place, m.common);
    const int own = g_.assigns.size();
    m.common.updates = option(u, m.weights, m.gradients);
    hold_updates(g_, first, own, m.common.updates);  // those of a schedule
    first = g_.assigns.size();
  }
  // Of the first parameters, so many.
  template <class Optimizer, class EachOption>
  constexpr void write_updates(minimization& m, int count, source update_at, const Optimizer& optimizer, const EachOption& each_option) {
    if (g_.failed()) return;
    text name;
    const ir::optimizer_place place = place_of(name, update_at, each_option);
    const ir::root_scope root(g_);
    const int first = g_.assigns.size();
    g_.site = update_at;
    update u(g_, place, m.common);
    if constexpr (!requires(value v) { { optimizer(u, v, v) } -> std::convertible_to<value>; }) {
      g_.fail("minimize", text() << detail::type_name<Optimizer>() << " is no optimizer, (Update&, value weight, value gradient) -> value",
              update_at);
    } else {
      for (int i = 0; i < count && !g_.failed(); ++i) {
        u.set_parameter(leaf_index(g_, m.weights[i].get()));
        const value next = optimizer(u, m.weights[i], m.gradients[i]);
        if (!next.valid()) return g_.fail("minimize", "the optimizer returned no value; return the parameter's next one", update_at);
        assign(m.weights[i], next, update_at);
      }
      hold_updates(g_, first, g_.assigns.size(), m.common.updates);
    }
  }
  constexpr const ir::variable& variable_of(value weight) const { return g_.variables[leaf_index(g_, weight.get())]; }

  template <class Option>
  constexpr void apply(const Option& option, const vec<value>& weights, vec<value>& d, const ir::optimizer_place& place, value& multiplier) {
    if constexpr (optim::detail::is_name<Option>) {
      // done before
    } else if constexpr (requires { option(weights, d); }) {
      option(weights, d);
    } else if constexpr (!requires { { option(multiplier) } -> std::convertible_to<value>; }) {
      g_.fail("minimize",
              text() << detail::type_name<Option>()
                     << " is no change of gradients, (const vec<value>&, vec<value>&), and no schedule, (value step) -> value",
              {});
    } else if (multiplier.valid()) {
      g_.fail("minimize", text() << detail::type_name<Option>() << " is a second schedule; give one", {});
    } else {
      multiplier = option(update::step_of(g_, place));
      if (!multiplier.valid()) g_.fail("minimize", "the schedule returned no value; return a factor of the learning rate", {});
    }
  }

  // Whether no number that an unnamed layer has yet to get can make a difference: the pattern takes all numbers, or none.
  constexpr bool names_decide(std::string_view pattern) const {
    for (const ir::variable& v : g_.variables) {
      bool open = false;
      for (int s = v.scope; s > 0; s = g_.scopes[s].parent) open |= !g_.scopes[s].resolved;
      if (!open || (v.kind != role::weight && v.kind != role::buffer)) continue;
      text any_number;
      write_open_path(any_number, v.scope);
      any_number << g_.view(v.leaf);
      if (ir::matches(pattern, g_.path_of(v).view()) && !ir::matches(pattern, any_number.view())) return false;
    }
    return true;
  }
  // With a character that no name has for each number to come.
  constexpr void write_open_path(text& t, int s) const {
    if (s <= 0) return;
    write_open_path(t, g_.scopes[s].parent);
    t << g_.view(g_.scopes[s].name);
    if (!g_.scopes[s].resolved) t << '\x01';
    t << '/';
  }

  // Takes the assignments of these variables away, and reads them in the place of the statistics that they follow.
  constexpr void hold(const vec<char>& held) {
    vec<int> instead(g_.nodes.size(), -1);
    for (const ir::statistic& s : g_.statistics)
      if (held[s.variable]) instead[s.id] = g_.variables[s.variable].read;
    for (int& id : g_.edges)
      if (instead[id] >= 0) id = instead[id];
    vec<ir::assignment> left;
    for (const ir::assignment& a : g_.assigns) {
      g_.variables[a.variable].assigned = held[a.variable] ? -1 : left.size();
      if (!held[a.variable]) left.push(a);
    }
    g_.assigns = left;
  }

  ir::graph g_;
  int minimizers_ = 0;
  const resized_input* resized_ = nullptr;
  int resized_count_ = 0;
};

}  // namespace igata::inline IGATA_ABI
