// Whom a program hands its gradients to, between differentiation and update: where a step of its plan is a call.
#pragma once
#include <span>         // span
#include <string_view>  // string_view

#include "../core/owner.hpp"
#include "carrier.hpp"

namespace igata::inline IGATA_ABI::detail {

// A function of the user's, of any type.
struct gradient_function {
  virtual ~gradient_function() = default;
  virtual void call(std::string_view parameter, std::span<float> gradient) = 0;
};
template <class F>
struct gradient_function_of final : gradient_function {
  F f;
  explicit gradient_function_of(F&& from) : f(std::move(from)) {}
  void call(std::string_view parameter, std::span<float> gradient) override { f(parameter, gradient); }
};

// The function, and what it is told: the variable of each call.
struct gradient_calls {
  const int* variable_of;
  variable_list variables;
  owner<gradient_function> function;
  host_function host{call, this};

  static void call(void* data, int number, float* values, std::ptrdiff_t count) noexcept {
    const gradient_calls& self = *static_cast<gradient_calls*>(data);
    self.function->call(self.variables.items[self.variable_of[number]].path, {values, static_cast<std::size_t>(count)});
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
};

// What a program without calls is told.
template <class Spec>
struct no_gradient_calls {
  static constexpr text make() {
    text why;
    if (failure_of<Spec>::size == 0) why << Spec::name() << ": on_gradient: the program hands no gradients out; give it optim::gradient_hook{}";
    return why;
  }
};

}  // namespace igata::inline IGATA_ABI::detail
