// The options of training<…> and inference<…>: values in any order after the model.
//
//   in<"image", 28, 28, 1>   ids<"tokens", 5000, 16>   labels<"digit", i32, 10>   max_batch{64}   metrics<metric::accuracy{}>   freeze<"backbone/*">
#pragma once
#include <concepts>  // convertible_to

#include "../core/better.hpp"
#include "../core/fixed_string.hpp"
#include "../core/type_name.hpp"
#include "../draw/builder.hpp"
#include "dim.hpp"
#include "outputs.hpp"
#include "precision.hpp"
#include "watch.hpp"

namespace igata::inline IGATA_ABI {

// The most rows of one call; memory is planned for it.
struct max_batch {
  int rows;
};

// Whether 3x3 convolutions, and in training their gradients, may use Winograd's method where it is faster; see target/winograd.hpp for its errors.
enum class winograd { off, on };

// Which graph a program builds, x.training() in its models, and where its weights are: in a store, where each run reads them, or packed once. Packed,
// it neither assigns nor draws random numbers.
enum class mode : std::uint8_t { training, inference, packed };

namespace detail {

// The shape of an input with these extents; a dim takes the place of n.
template <auto... Extents>
struct input_shape {
  static constexpr bool has_dim = (is_dim<std::remove_cvref_t<decltype(Extents)>> || ...);
  static constexpr shape make(builder& s, std::string_view name) {
    if constexpr ((std::is_same_v<std::remove_cvref_t<decltype(Extents)>, dtype> || ...)) {
      s.get().fail("input", text() << "'" << name << "' has a type behind an extent; it stands before all of them", {});
      return {};
    } else if constexpr (!has_dim) return rows({static_cast<int>(Extents)...});
    else return with_dim(s, name, Extents...);
  }

 private:
  static constexpr shape with_dim(builder& s, std::string_view name, auto first, auto... rest) {
    if constexpr (!is_dim<decltype(first)> || (is_dim<decltype(rest)> || ...)) {
      s.get().fail("input",
                   text() << "'" << name << "' has a dim behind its first extent; only the first may be one, and is what it has in the place of n",
                   {});
      return {};
    } else {
      return rows({static_cast<int>(rest)...}, s.dim(first.name, first.most, {}));
    }
  }
};

// Usual where no type stands in front of the extents.
template <dtype Usual, auto... Extents>
struct typed_extents {
  using form = input_shape<Extents...>;
  static constexpr dtype type = Usual;
};
template <dtype Usual, dtype Type, auto... Extents>
struct typed_extents<Usual, Type, Extents...> {
  using form = input_shape<Extents...>;
  static constexpr dtype type = Type;
};
template <fixed_string Name, auto... Extents>
struct input_option {
  using typed = typed_extents<f32, Extents...>;
  using form = typename typed::form;
  static constexpr std::string_view name = Name.view();
  static constexpr value add(builder& s) { return s.input(Name.view(), form::make(s, Name.view()), typed::type, 0, {}); }
};
template <fixed_string Name, int Count, auto... Extents>
struct ids_option {
  using typed = typed_extents<i32, Extents...>;
  using form = typename typed::form;
  static constexpr std::string_view name = Name.view();
  static constexpr value add(builder& s) {
    if (Count < 1) s.get().fail("input", text() << "'" << Name.view() << "' has numbers in [0, " << Count << "); the end must be 1 or more", {});
    return s.input(Name.view(), form::make(s, Name.view()), typed::type, Count, {});
  }
};
template <fixed_string Name, dtype Type, int Classes, int... Extents>
struct labels_option {
  static constexpr std::string_view name = Name.view();
  static constexpr value add(builder& s) {
    if (Classes > 0 && Type == f32) {
      text why;
      why << "'" << Name.view() << "' has " << Classes << (Classes == 1 ? " class" : " classes")
          << " but is f32; classes are whole numbers, rows of numbers are labels<\"" << Name.view() << "\", f32, 0";
      if (sizeof...(Extents) == 0) why << ", " << Classes;
      ((why << ", " << Extents), ...);
      s.get().fail("input", why << '>', {});
    }
    return s.input(Name.view(), rows({Extents...}), Type, Classes, {});
  }
};
template <fixed_string Pattern>
struct freeze_option {
  static constexpr void apply(builder& s) { s.freeze(Pattern.view(), {}); }
};
template <fixed_string... Names>
struct only_option {
  // Of the model's results these remain, in this order. All of them have given layers their names before.
  static constexpr void apply(builder& s) {
    graph& g = s.get();
    vec<value> results;
    for (const output_entry& o : g.outputs) results.push(value(g, o.id));
    s.name_layers(results);
    vec<output_entry> left;
    (..., keep(g, left, Names.view()));
    if (!g.failed()) g.outputs = left;
  }

 private:
  static constexpr void keep(graph& g, vec<output_entry>& left, std::string_view name) {
    if (g.failed()) return;
    const int i = find_output(g, g.outputs, g.outputs.size(), name);
    if (i < 0) return g.fail("only", no_output(g, g.outputs, g.outputs.size(), name), {});
    for (const output_entry& o : left)
      if (g.view(o.name) == name) return g.fail("only", text() << "output '" << name << "' is named twice", {});
    left.push(g.outputs[i]);
  }
};
template <auto... Metrics>
struct metrics_option {
  template <auto M>
  static constexpr bool is_metric = requires(value v) { { M(v, v) } -> std::convertible_to<value>; } &&
                                    (requires { { M.name } -> std::convertible_to<std::string_view>; } ||
                                     requires { { M.name() } -> std::convertible_to<std::string_view>; });
  static constexpr bool fits = (is_metric<Metrics> && ...);
  // The first type that is none.
  static constexpr std::string_view misfit() {
    std::string_view name;
    (..., (name.empty() && !is_metric<Metrics> ? void(name = type_name<std::remove_cvref_t<decltype(Metrics)>>()) : void()));
    return name;
  }
};

// What the metric of this name says of itself; `found` stays where there is no such metric.
template <auto... M>
constexpr void find_direction(metrics_option<M...>, std::string_view name, better& found) {
  const auto one = [&](const auto& m) {
    std::string_view own;
    if constexpr (requires { m.name(); }) own = m.name();
    else own = m.name;
    if (own != name) return;
    if constexpr (requires { m.higher_is_better; }) found = m.higher_is_better ? better::higher : better::lower;
    else found = better::automatic;
  };
  (one(M), ...);
}
constexpr void find_direction(const auto&, std::string_view, better&) {}

template <class T> inline constexpr bool is_input = false;
template <fixed_string N, auto... E> inline constexpr bool is_input<input_option<N, E...>> = true;
template <fixed_string N, int C, auto... E> inline constexpr bool is_input<ids_option<N, C, E...>> = true;
template <class T> inline constexpr bool is_labels = false;
template <fixed_string N, dtype T, int C, int... E> inline constexpr bool is_labels<labels_option<N, T, C, E...>> = true;
template <class T> inline constexpr bool is_optimizer_name = optim::detail::is_name<T>;
template <class T> inline constexpr bool is_freeze = false;
template <fixed_string P> inline constexpr bool is_freeze<freeze_option<P>> = true;
template <class T> inline constexpr bool is_only = false;
template <fixed_string... N> inline constexpr bool is_only<only_option<N...>> = true;
template <class T> inline constexpr bool is_metrics = false;
template <auto... M> inline constexpr bool is_metrics<metrics_option<M...>> = true;
template <class T> inline constexpr bool is_max_batch = false;
template <> inline constexpr bool is_max_batch<max_batch> = true;
template <class T> inline constexpr bool is_winograd = std::is_same_v<T, winograd>;

template <class T>
concept GradientChange = std::invocable<const T&, const vec<value>&, vec<value>&>;
template <class T>
concept OptimizerLike = requires(const T& o, update& u, value v) { { o(u, v, v) } -> std::convertible_to<value>; };
template <class T>
concept ScheduleLike = !GradientChange<T> && !OptimizerLike<T> && requires(const T& f, value v) { { f(v) } -> std::convertible_to<value>; };
template <class T>
concept LossLike = !GradientChange<T> && !OptimizerLike<T> && !ScheduleLike<T> && requires(const T& f, value v) {
  { f(v, v) } -> std::convertible_to<value>;
};

// In the place of a model that is known at run time only; see session::inference.
template <class Model>
struct model_to_come {};
template <class T>
struct model_behind {
  using type = T;
};
template <class Model>
struct model_behind<model_to_come<Model>> {
  using type = Model;
};
template <class T>
using model_type = typename model_behind<std::remove_cvref_t<T>>::type;

// "training<net>"
template <class Model>
constexpr text program_name(std::string_view kind) {
  return text() << kind << '<' << type_name<Model>() << '>';
}

// The first option for which the predicate holds, as a constant; Default where there is none.
template <auto... Options>
struct option_list {
  template <template <class> class Is, auto Default>
  static constexpr auto find() {
    return find_from<Is, Default, Options...>();
  }
  // Of the first option for which the predicate holds, from 1.
  template <template <class> class Is>
  static constexpr int place = [] {
    int found = 0, at = 0;
    (..., (++at, found == 0 && Is<std::remove_cvref_t<decltype(Options)>>::value ? void(found = at) : void()));
    return found;
  }();
  template <template <class> class Is>
  static constexpr int count = (0 + ... + static_cast<int>(Is<std::remove_cvref_t<decltype(Options)>>::value));

 private:
  template <template <class> class Is, auto Default>
  static constexpr auto find_from() {
    return Default;
  }
  template <template <class> class Is, auto Default, auto First, auto... Rest>
  static constexpr auto find_from() {
    if constexpr (Is<std::remove_cvref_t<decltype(First)>>::value) return First;
    else return find_from<Is, Default, Rest...>();
  }
};
template <class T> struct is_max_batch_t { static constexpr bool value = is_max_batch<T>; };
template <class T> struct is_winograd_t { static constexpr bool value = is_winograd<T>; };
template <class T> struct is_precision_t { static constexpr bool value = is_precision<T>; };
template <class T> struct is_optimizer_t { static constexpr bool value = OptimizerLike<T>; };
template <class T> struct is_loss_t { static constexpr bool value = LossLike<T>; };
template <class T> struct is_schedule_t { static constexpr bool value = ScheduleLike<T>; };
template <class T> struct is_watch_t { static constexpr bool value = is_watch<T>; };
template <class T> struct is_optimizer_name_t { static constexpr bool value = is_optimizer_name<T>; };
template <class T> struct is_labels_t { static constexpr bool value = is_labels<T>; };
template <class T> struct is_input_t { static constexpr bool value = is_input<T>; };
template <class T> struct is_only_t { static constexpr bool value = is_only<T>; };

// While alive, mistakes name an option where they have no line of their own: "training<net>, option 3"; before it stands the line where the
// model ends, where the option was given the model's result.
class option_place {
 public:
  constexpr option_place(graph& g, const text& program, int option, source end = {}) : g_(g) {
    if (end.line > 0) name_ << end << ": ";
    name_ << program << ", option " << option << '\0';
    g.site = at();
  }
  option_place(const option_place&) = delete;
  constexpr ~option_place() { g_.site = {}; }
  constexpr source at() const { return {name_.view().data()}; }

 private:
  graph& g_;
  text name_;
};

// A loss or metric of a program's options.
template <class F>
constexpr value call_option(const F& f, value prediction, value target, source at) {
  if constexpr (requires { f(prediction, target, at); }) return f(prediction, target, at);
  else return f(prediction, target);
}

}  // namespace detail

// A named input [n, Extents…] of f32; [points, Extents…] where the first extent is dim<"points", 64>. Of another type where that comes first:
// in<"image", u8, 28, 28, 1>.
template <fixed_string Name, detail::TypeOrExtent auto... Extents>
inline constexpr detail::input_option<Name, Extents...> in{};

// A named input [n, Extents…] of numbers in [0, Count), i32 or another type that comes before the extents: tokens for an embedding. With a dim as
// in<…>.
template <fixed_string Name, int Count, detail::TypeOrExtent auto... Extents>
inline constexpr detail::ids_option<Name, Count, Extents...> ids{};

// The targets: class numbers of a whole type in [0, Classes) (0: not checked), or f32 rows of Extents.
template <fixed_string Name, dtype Type = i32, int Classes = 0, int... Extents>
inline constexpr detail::labels_option<Name, Type, Classes, Extents...> labels{};

// Parameters whose paths match, such as "backbone/*", stay as they are.
template <fixed_string Pattern>
inline constexpr detail::freeze_option<Pattern> freeze{};

// Of several results of a model those that inference<…> computes, in this order.
template <fixed_string... Names>
inline constexpr detail::only_option<Names...> only{};

// Functors (prediction, target) -> scalar, reported beside the loss.
template <auto... Metrics>
inline constexpr detail::metrics_option<Metrics...> metrics{};

}  // namespace igata::inline IGATA_ABI
