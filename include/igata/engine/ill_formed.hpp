// How a mistake is reported at compile time: one line, the text that igata::error carries at run time.
#pragma once
#include <cstddef>  // size_t
#include <utility>  // index_sequence

#include "../version.hpp"

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
constexpr auto report(std::index_sequence<I...>) {
  return sizeof(ill_formed_model<Failure::text.items[I]...>) == 0;
}
template <class Failure>
constexpr auto report() {
  return report<Failure>(std::make_index_sequence<static_cast<std::size_t>(Failure::text.size())>{});
}
#else
#if defined(__clang__)
inline constexpr int message_chunk = 28;  // clang shortens longer ones, and shows very short ones as numbers: parts are equally long
#else
inline constexpr int message_chunk = 400;
#endif
template <class Failure, int K>
constexpr auto message_part() {
  constexpr int all = Failure::text.size(), parts = (all + message_chunk - 1) / message_chunk;
  constexpr int begin = K * all / parts, size = (K + 1) * all / parts - begin;
  s<size> part;
  for (int i = 0; i < size; ++i) part.text[i] = Failure::text[begin + i];
  return part;
}
template <class Failure, std::size_t... K>
constexpr auto report(std::index_sequence<K...>) {
  return sizeof(ill_formed_model<message_part<Failure, static_cast<int>(K)>()...>) == 0;
}
template <class Failure>
constexpr auto report() {
  return report<Failure>(std::make_index_sequence<static_cast<std::size_t>((Failure::text.size() + message_chunk - 1) / message_chunk)>{});
}
#endif

}  // namespace detail

}  // namespace igata::inline IGATA_ABI
