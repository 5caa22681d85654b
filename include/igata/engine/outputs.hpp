// What a model returns: a value; several in order, as a std::array, pair or tuple, named output, output_1 …; or several with names:
//
//   constexpr outputs operator()(value x) const {
//     const value h = relu(nn::dense(x, {.units = 16}));
//     return {{"digit", nn::dense(h, {.units = 10})}, {"angle", nn::dense(h, {.units = 1})}};
//   }
#pragma once
#include <concepts>          // convertible_to
#include <initializer_list>  // initializer_list
#include <string_view>       // string_view
#include <utility>           // index_sequence, tuple_element_t, tuple_size

#include "../core/refused_call.hpp"
#include "../core/type_name.hpp"
#include "../draw/builder.hpp"

namespace igata::inline IGATA_ABI {

struct named_value {
  std::string_view name;
  value result;
};

// Results with names, by which options and calls know them. An auxiliary head is an output of training alone:
//
//   outputs all{{"digit", y}};
//   if (x.training()) all.add("early", nn::dense(h, {.units = 10}));
class outputs {
 public:
  constexpr outputs(std::initializer_list<named_value> all) {
    for (const named_value& x : all) add(x.name, x.result);
  }
  constexpr void add(std::string_view name, value result) {
    names_.push(name);
    results_.push(result);
  }
  constexpr int size() const { return results_.size(); }
  constexpr std::string_view name(int i) const { return names_[i].view(); }
  constexpr value operator[](int i) const { return results_[i]; }

 private:
  vec<text> names_;  // a copy: a name may be made by the model
  vec<value> results_;
};

namespace detail {

template <class R>
inline constexpr bool is_row_of_values = false;
template <class R>
  requires requires { std::tuple_size<R>::value; }
inline constexpr bool is_row_of_values<R> = []<std::size_t... I>(std::index_sequence<I...>) {
  return sizeof...(I) > 0 && (std::convertible_to<std::tuple_element_t<I, R>, value> && ...);
}(std::make_index_sequence<std::tuple_size<R>::value>{});

// `any_type`: not only f32, as of what trains.
constexpr void add_result(builder& s, const text& program, bool any_type, std::string_view name, value x) {
  graph& g = s.get();
  if (g.failed()) return;
  text of;
  if (name != "output") of << " as '" << name << '\'';
  if (!x.valid()) return g.fail(program.view(), text() << "the model returned an empty value" << of << "; return what the layers give", {});
  if (!any_type && x.type() != f32)
    return g.fail(program.view(),
                  text() << "the model returned " << name_of(x.type()) << x.dims() << of << "; return cast(x, f32), or write a program<...>", {});
  s.output(name, x, {});
}
constexpr void add_results(builder& s, const text& program, bool any_type, value x) { add_result(s, program, any_type, "output", x); }
constexpr void add_results(builder& s, const text& program, bool any_type, const outputs& all) {
  if (all.size() == 0) s.get().fail(program.view(), "the model returned no values; return outputs{{\"name\", value}, ...}", {});
  for (int i = 0; i < all.size(); ++i)
    if (all.name(i).empty()) s.get().fail(program.view(), "the model returned a value with an empty name; give it one", {});
    else add_result(s, program, any_type, all.name(i), all[i]);
}
template <class R>
  requires is_row_of_values<R>
constexpr void add_results(builder& s, const text& program, bool any_type, const R& all) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    const value each[] = {get<I>(all)...};
    text name("output");
    for (std::size_t i = 0; i < sizeof...(I); ++i) {
      add_result(s, program, any_type, name.view(), each[i]);
      name = text() << "output_" << static_cast<long long>(i + 1);
    }
  }(std::make_index_sequence<std::tuple_size<R>::value>{});
}

// Whether the compiler has refused the body of a model or an option: its calls are unclear, and take no other number of values.
template <class F>
constexpr bool is_refused() {
  constexpr bool takes_values = requires(const F& f, value v) { f(v); } || requires(const F& f, value v) { f(v, v); } ||
                                requires(const F& f, value v) { f(v, v, v); };
  return !takes_values && has_unclear_calls<F>();
}

// Calls the model; its results are then the graph's outputs. `program` is its name, "training<net>".
template <class M, std::size_t... I>
constexpr void call_model(builder& s, const text& program, const M& model, const vec<value>& features, bool any_type, std::index_sequence<I...>) {
  const auto input = [&](std::size_t i) { return features[static_cast<int>(i)]; };
  if constexpr (!requires { model(input(I)...); } && is_refused<M>()) {
    s.get().failure << called<M, decltype(input(I))...>();
  } else if constexpr (!requires { model(input(I)...); }) {
    s.get().fail(program.view(),
                 text() << "the model cannot be called with " << sizeof...(I) << (sizeof...(I) == 1 ? " value" : " values")
                        << ", one for each input; is its operator() constexpr and const?",
                 {});
  } else if constexpr (!requires { add_results(s, program, any_type, model(input(I)...)); }) {
    s.get().fail(program.view(),
                 text() << "the model returns " << type_name<decltype(model(input(I)...))>()
                        << "; return a value, or several as outputs{{\"name\", value}, ...}",
                 {});
  } else {
    add_results(s, program, any_type, model(input(I)...));
  }
}

// The place of a name among the first `count` outputs; -1: there is none.
constexpr int find_output(const graph& g, const vec<output_entry>& outputs, int count, std::string_view name) {
  for (int i = 0; i < count; ++i)
    if (g.view(outputs[i].name) == name) return i;
  return -1;
}
// "'digit', 'angle'"
constexpr text& say_outputs(text& why, const graph& g, const vec<output_entry>& outputs, int count) {
  for (int i = 0; i < count; ++i) why << (i ? ", '" : "'") << g.view(outputs[i].name) << '\'';
  return why;
}
// "no output 'angel'; the model returns 'digit', 'angle'"
constexpr text no_output(const graph& g, const vec<output_entry>& outputs, int count, std::string_view name) {
  text why;
  why << "no output '" << name << "'; the model returns ";
  say_outputs(why, g, outputs, count);
  return why;
}

}  // namespace detail

}  // namespace igata::inline IGATA_ABI
