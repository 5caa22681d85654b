// The options of training<…> and inference<…>: values in any order after the model.
//
//   in<"image", 28, 28, 1>   ids<"tokens", 5000, 16>   labels<"digit", i32, 10>   max_batch{64}   metrics<metric::accuracy{}>   freeze<"backbone/*">
#pragma once
#include "../core/fixed_string.hpp"
#include "../passes/builder.hpp"

namespace igata::inline IGATA_ABI {

// The most rows of one call; memory is planned for it.
struct max_batch {
  int rows;
};

// Of inference programs: whether 3x3 convolutions may use Winograd's method where it is faster; see target/winograd.hpp for its errors.
enum class winograd { off, on };

namespace detail {

template <fixed_string Name, int... Extents>
struct input_option {
  static constexpr value add(builder& s) { return s.input(Name.view(), rows({Extents...}), f32, 0, {}); }
  static constexpr int row = (1 * ... * Extents);
};
template <fixed_string Name, int Count, int... Extents>
struct ids_option {
  static constexpr value add(builder& s) { return s.input(Name.view(), rows({Extents...}), i32, Count, {}); }
};
template <fixed_string Name, dtype Type, int Classes, int... Extents>
struct labels_option {
  static constexpr value add(builder& s) { return s.input(Name.view(), rows({Extents...}), Type, Classes, {}); }
};
template <fixed_string Pattern>
struct freeze_option {
  static constexpr void apply(builder& s) { s.freeze(Pattern.view(), {}); }
};
template <auto... Metrics>
struct metrics_option {};

template <class T> inline constexpr bool is_input = false;
template <fixed_string N, int... E> inline constexpr bool is_input<input_option<N, E...>> = true;
template <fixed_string N, int C, int... E> inline constexpr bool is_input<ids_option<N, C, E...>> = true;
template <class T> inline constexpr bool is_labels = false;
template <fixed_string N, dtype T, int C, int... E> inline constexpr bool is_labels<labels_option<N, T, C, E...>> = true;
template <class T> inline constexpr bool is_freeze = false;
template <fixed_string P> inline constexpr bool is_freeze<freeze_option<P>> = true;
template <class T> inline constexpr bool is_metrics = false;
template <auto... M> inline constexpr bool is_metrics<metrics_option<M...>> = true;
template <class T> inline constexpr bool is_max_batch = false;
template <> inline constexpr bool is_max_batch<max_batch> = true;
template <class T> inline constexpr bool is_winograd = std::is_same_v<T, winograd>;

template <class T>
concept gradient_change = std::invocable<const T&, const vec<value>&, vec<value>&>;
template <class T>
concept optimizer_like = requires(const T& o, update& u, value v) { { o(u, v, v) } -> std::convertible_to<value>; };
template <class T>
concept schedule_like = !gradient_change<T> && !optimizer_like<T> && requires(const T& f, value v) { { f(v) } -> std::convertible_to<value>; };
template <class T>
concept loss_like = !gradient_change<T> && !optimizer_like<T> && !schedule_like<T> && requires(const T& f, value v) { { f(v, v) } -> std::convertible_to<value>; };

template <class T>
inline constexpr bool is_option = is_input<T> || is_labels<T> || is_freeze<T> || is_metrics<T> || is_max_batch<T> || gradient_change<T> || optimizer_like<T> ||
                                  schedule_like<T> || loss_like<T>;

// The first option for which the predicate holds, as a constant; Default where there is none.
template <auto... Options>
struct option_list {
  template <template <class> class Is, auto Default>
  static constexpr auto find() {
    return find_from<Is, Default, Options...>();
  }
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
template <class T> struct is_optimizer_t { static constexpr bool value = optimizer_like<T>; };
template <class T> struct is_loss_t { static constexpr bool value = loss_like<T>; };
template <class T> struct is_labels_t { static constexpr bool value = is_labels<T>; };
template <class T> struct is_input_t { static constexpr bool value = is_input<T>; };

// A loss or metric of a program's options: its errors have no line of the user's.
template <class F>
constexpr value call_option(const F& f, value prediction, value target) {
  if constexpr (requires { f(prediction, target, source{}); }) return f(prediction, target, source{});
  else return f(prediction, target);
}

}  // namespace detail

// A named input [n, Extents…] of f32.
template <fixed_string Name, int... Extents>
inline constexpr detail::input_option<Name, Extents...> in{};

// A named input [n, Extents…] of i32 numbers in [0, Count): tokens for an embedding.
template <fixed_string Name, int Count, int... Extents>
inline constexpr detail::ids_option<Name, Count, Extents...> ids{};

// The targets: i32 class numbers in [0, Classes) (0: not checked), or f32 rows of Extents.
template <fixed_string Name, dtype Type = i32, int Classes = 0, int... Extents>
inline constexpr detail::labels_option<Name, Type, Classes, Extents...> labels{};

// Parameters whose paths match, such as "backbone/*", stay as they are.
template <fixed_string Pattern>
inline constexpr detail::freeze_option<Pattern> freeze{};

// Functors (prediction, target) -> scalar, reported beside the loss.
template <auto... Metrics>
inline constexpr detail::metrics_option<Metrics...> metrics{};

}  // namespace igata::inline IGATA_ABI
