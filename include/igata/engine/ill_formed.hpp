// How a mistake is reported at compile time: one line, the text that igata::error carries at run time.
#pragma once
#include <cstddef>  // size_t
#include <utility>  // index_sequence

#include "../core/refused_call.hpp"
#include "../core/text.hpp"

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

// verdict<Failure> is reported<text>, or where the text is empty well_formed; `static_assert(sizeof(verdict<Failure>) > 0);` is the check.
// Failure has the text's `size`, and `text[i]`. reported is a class of the text alone: one error, however many programs are made of the model.
// Between it and the user's line are only the classes and functions that check: the compilers print that line next to the error.
struct well_formed {};

// Nothing where the compiler has said it.
template <class Failure>
constexpr int message_size() {
  if constexpr (Failure::size == 1) return Failure::text[0] != said_by_the_compiler;
  else return Failure::size;
}

#if defined(__clang__) && __clang_major__ < 16
template <char... Text>
struct reported {
  static_assert(sizeof(ill_formed_model<Text...>) > 0);
};
template <class Failure, class Indices>
struct report;
template <class Failure, std::size_t... I>
struct report<Failure, std::index_sequence<I...>> {
  using type = reported<Failure::text.items[I]...>;
};
template <class Failure>
using message_parts = std::make_index_sequence<static_cast<std::size_t>(message_size<Failure>())>;
#else
#if defined(__clang__)
inline constexpr int message_chunk = 28;  // clang shortens longer ones, and shows very short ones as numbers: parts are equally long
#else
inline constexpr int message_chunk = 400;
#endif
template <class Failure, int K>
constexpr auto message_part() {
  constexpr int all = Failure::size, parts = (all + message_chunk - 1) / message_chunk;
  constexpr int begin = K * all / parts, size = (K + 1) * all / parts - begin;
  s<size> part;
  for (int i = 0; i < size; ++i) part.text[i] = Failure::text[begin + i];
  return part;
}
template <s... Text>
struct reported {
  static_assert(sizeof(ill_formed_model<Text...>) > 0);
};
template <class Failure, class Parts>
struct report;
template <class Failure, std::size_t... K>
struct report<Failure, std::index_sequence<K...>> {
  using type = reported<message_part<Failure, static_cast<int>(K)>()...>;
};
template <class Failure>
using message_parts = std::make_index_sequence<static_cast<std::size_t>((message_size<Failure>() + message_chunk - 1) / message_chunk)>;
#endif
template <class Failure>
struct report<Failure, std::index_sequence<>> {
  using type = well_formed;
};

template <class Failure>
using verdict = typename report<Failure, message_parts<Failure>>::type;

// A mistake that types alone show: Make::make() is its text, empty where there is none.
template <class Make>
struct made_text {
  static constexpr int size = Make::make().size();
  struct chars {
    char items[size > 0 ? size : 1]{};
    constexpr char operator[](int i) const { return items[i]; }
  };
  static constexpr chars text = [] {
    chars c;
    const igata::text t = Make::make();
    for (int i = 0; i < size; ++i) c.items[i] = t.view()[static_cast<std::size_t>(i)];
    return c;
  }();
};
template <class Make>
using text_verdict = verdict<made_text<Make>>;

// A parameter of calls that no form fits, to say what to write in place of the compiler's list of candidates. It takes any argument, also in braces,
// and only what nothing else takes: by a conversion, in functions that are templates.
struct anything {
  template <class... T>
  constexpr anything(const T&...) noexcept {}
};

}  // namespace detail

}  // namespace igata::inline IGATA_ABI
