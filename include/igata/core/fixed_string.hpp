// A string literal as a template argument: in<"image", 28, 28, 1>.
#pragma once
#include <cstddef>      // size_t
#include <string_view>  // string_view

#include "../version.hpp"

namespace igata::inline IGATA_ABI {

template <std::size_t N>
struct fixed_string {
  char chars[N]{};
  constexpr fixed_string(const char (&s)[N]) {
    for (std::size_t i = 0; i < N; ++i) chars[i] = s[i];
  }
  constexpr std::string_view view() const { return {chars, N - 1}; }
  constexpr operator std::string_view() const { return view(); }
};

}  // namespace igata::inline IGATA_ABI
