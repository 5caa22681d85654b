// Whom a program hands its gradients to, between differentiation and update: where a step of its plan is a call.
#pragma once
#include <concepts>     // invocable
#include <span>         // span
#include <string_view>  // string_view

#include "../core/owner.hpp"
#include "carrier.hpp"
#include "error.hpp"

namespace igata::inline IGATA_ABI::detail {

// A function of the user's, of any type. A gradient has its parameter's. Spans are made where there is a function: for each type they cost compile
// time.
struct gradient_function {
  virtual ~gradient_function() = default;
  virtual void call(std::string_view parameter, float* gradient, std::size_t count) = 0;
  virtual void call(std::string_view parameter, double* gradient, std::size_t count) = 0;
};
template <class F, class T>
concept TakesGradients = std::invocable<F&, std::string_view, std::span<T>>;
template <class F>
struct gradient_function_of final : gradient_function {
  F f;
  explicit gradient_function_of(F&& from) : f(std::move(from)) {}
  void call(std::string_view parameter, float* gradient, std::size_t count) override { give(parameter, gradient, count); }
  void call(std::string_view parameter, double* gradient, std::size_t count) override { give(parameter, gradient, count); }

 private:
  template <class T>
  void give([[maybe_unused]] std::string_view parameter, [[maybe_unused]] T* gradient, [[maybe_unused]] std::size_t count) {
    if constexpr (TakesGradients<F, T>) f(parameter, std::span<T>(gradient, count));  // on_gradient has seen that it takes what there is
  }
};

// The function, and what it is told: the variable of each call.
struct gradient_calls {
  const int* variable_of;
  variable_list variables;
  owner<gradient_function> function;
  host_function host{call, this};

  static void call(void* data, int number, float* values, std::ptrdiff_t count) noexcept {
    const gradient_calls& self = *static_cast<gradient_calls*>(data);
    const variable_facts& parameter = self.variables.items[self.variable_of[number]];
    const auto size = static_cast<std::size_t>(count);
    if (parameter.type == f64) self.function->call(parameter.path, reinterpret_cast<double*>(values), size);
    else self.function->call(parameter.path, values, size);
  }
};

// The parameters whose gradients a specification's calls hand out, by the calls' numbers.
template <class Spec>
struct called_variables {
  static constexpr const auto& g = split_stage<Spec>::main();
  template <class Attributes>
  static constexpr Attributes attributes(int id) {
    return read_attributes<Attributes>(g.attributes.items + g.nodes.items[id].attributes, g.nodes.items[id].attribute_count);
  }
  static constexpr int number(int id) { return g.nodes.items[id].code == op::call ? attributes<call_attributes>(id).number : -1; }
  static constexpr int count = [] {
    int most = 0;
    for (int id = 0; id < g.size.nodes; ++id) most = number(id) >= most ? number(id) + 1 : most;
    return most;
  }();
  struct list {
    int of[count + 1]{};
  };
  static constexpr list variables = [] {
    list all;
    for (int id = 0; id < g.size.nodes; ++id)
      if (number(id) >= 0) all.of[number(id)] = attributes<leaf_attributes>(g.edges.items[g.nodes.items[id].first + 1]).index;
    return all;
  }();
  static constexpr bool any_of(dtype type) {
    for (int i = 0; i < count; ++i)
      if (g.variables.items[variables.of[i]].type == type) return true;
    return false;
  }
};

// Of a session, whose types nobody knows before.
template <class F>
void expect_takes(const vec<int>& called, const variable_list& variables) {
  if (called.empty()) raise("session: on_gradient: the session hands no gradients out; give it optim::gradient_hook{}");
  for (const int parameter : called) {
    const bool doubles = variables.items[parameter].type == f64;
    if (!(doubles ? TakesGradients<F, double> : TakesGradients<F, float>))
      raise(text() << "session: on_gradient: the function must take (std::string_view parameter, std::span<" << (doubles ? "double" : "float")
                   << "> gradient)");
  }
}

// What a program without calls is told.
template <class Spec>
struct no_gradient_calls {
  static constexpr text make() {
    text why;
    if (failure_of<Spec>::size == 0) why << Spec::name() << ": on_gradient: the program hands no gradients out; give it optim::gradient_hook{}";
    return why;
  }
};

// What a function is told that does not take the gradients of a program.
template <class Spec, class F>
struct wrong_gradient_function {
  static constexpr text make() {
    const bool floats = called_variables<Spec>::any_of(f32) && !TakesGradients<F, float>,
               doubles = called_variables<Spec>::any_of(f64) && !TakesGradients<F, double>;
    text why;
    if (floats || doubles)
      why << Spec::name() << ": on_gradient: the function must take (std::string_view parameter, std::span<" << (floats ? "float" : "double")
          << "> gradient)";
    return why;
  }
};

}  // namespace igata::inline IGATA_ABI::detail
