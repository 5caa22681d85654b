// The carrier: takes a specification through the pipeline, one static constexpr variable per pass, so that each pass has a fresh budget
// of constant evaluation and graphs never become template arguments.
//
// A specification has  static constexpr bool training, splits;  static constexpr int max_batch;  static constexpr void build(builder&).
#pragma once
#include <cstddef>  // size_t
#include <utility>  // index_sequence

#include "freeze.hpp"

namespace igata::inline IGATA_ABI {

// An error in a model is an attempt to use this undefined template; its arguments are the message.
#if defined(__clang__) && __clang_major__ < 16
template <char...>
struct ill_formed_model;
#else
template <int N>
struct s {
  char text[N + 1]{};
};
template <s...>
struct ill_formed_model;
#endif

namespace detail {

#if defined(__clang__) && __clang_major__ < 16
template <class Failure, std::size_t... I>
constexpr bool report(std::index_sequence<I...>) {
  return sizeof(ill_formed_model<Failure::value.failure.items[I]...>) == 0;
}
template <class Failure>
constexpr bool report() {
  return report<Failure>(std::make_index_sequence<static_cast<std::size_t>(Failure::value.failure.size())>{});
}
#else
#if defined(__clang__)
inline constexpr int message_chunk = 28;  // clang shortens longer ones
#else
inline constexpr int message_chunk = 400;
#endif
template <class Failure, int K>
constexpr auto message_part() {
  constexpr int begin = K * message_chunk, rest = Failure::value.failure.size() - begin, size = rest < message_chunk ? rest : message_chunk;
  s<size> part;
  for (int i = 0; i < size; ++i) part.text[i] = Failure::value.failure[begin + i];
  return part;
}
template <class Failure, std::size_t... K>
constexpr bool report(std::index_sequence<K...>) {
  return sizeof(ill_formed_model<message_part<Failure, static_cast<int>(K)>()...>) == 0;
}
template <class Failure>
constexpr bool report() {
  return report<Failure>(std::make_index_sequence<static_cast<std::size_t>((Failure::value.failure.size() + message_chunk - 1) / message_chunk)>{});
}
#endif

template <class Spec>
struct built_stage {
  static constexpr graph make() {
    builder b(Spec::training);
    Spec::build(b);
    return build_pass(b.get());
  }
  static constexpr graph_sizes sizes = sizes_of(make());
  static constexpr frozen_graph<sizes> value{make()};
};

template <class Spec>
struct simplified_stage {
  static constexpr graph make() { return simplify_pass(built_stage<Spec>::value.thaw()); }
  static constexpr graph_sizes sizes = sizes_of(make());
  static constexpr frozen_graph<sizes> value{make()};
};

template <class Spec>
struct main_stage {
  static constexpr bind_split make() { return bind_pass(simplified_stage<Spec>::value.thaw(), Spec::splits); }
  static constexpr graph_sizes sizes = sizes_of(make().main);
  static constexpr frozen_graph<sizes> value{make().main};
  static constexpr int bound_count = make().values.size();
  static constexpr frozen<bound_value, bound_count> bound{make().values};
};

// Nothing to bind, and so nothing to split, where a program trains.
template <class Spec, bool Splits = Spec::splits>
struct bind_stage {
  static constexpr graph_sizes sizes = sizes_of(main_stage<Spec>::make().bind);
  static constexpr frozen_graph<sizes> value{main_stage<Spec>::make().bind};
};
template <class Spec>
struct bind_stage<Spec, false> {
  static constexpr frozen_graph<graph_sizes{.scopes = 1}> value{graph{}};
};

template <class Spec>
struct plan_stage {
  static constexpr plan make() {
    vec<char> panels;
    for (const bound_value& v : main_stage<Spec>::bound) panels.push(v.panels);
    return plan_pass(main_stage<Spec>::value.thaw(), panels, Spec::max_batch);
  }
  static constexpr plan_sizes sizes = sizes_of(make());
  static constexpr frozen_plan<sizes> value{make()};
};

}  // namespace detail

template <class Spec>
struct compiled {
  static constexpr const auto& built = detail::built_stage<Spec>::value;
  static constexpr const auto& simplified = detail::simplified_stage<Spec>::value;
  static constexpr const auto& main = detail::main_stage<Spec>::value;
  static constexpr const auto& bound = detail::main_stage<Spec>::bound;
  static constexpr const auto& bind = detail::bind_stage<Spec>::value;
  static constexpr const auto& plan = detail::plan_stage<Spec>::value;

  static constexpr bool check() {
    if constexpr (detail::built_stage<Spec>::sizes.failure > 0) return detail::report<detail::built_stage<Spec>>();
    else if constexpr (detail::plan_stage<Spec>::sizes.failure > 0) return detail::report<detail::plan_stage<Spec>>();
    else return true;
  }
};

}  // namespace igata::inline IGATA_ABI
