// Element types.
#pragma once
#include <cstdint>      // uint8_t
#include <string_view>  // string_view

#include "../version.hpp"

namespace igata::inline IGATA_ABI {

// `boolean` is the result of comparisons; inside a program it is a 32-bit lane mask.
enum class dtype : std::uint8_t { f32, f64, i32, boolean };
using enum dtype;

constexpr std::string_view name_of(dtype t) {
  switch (t) {
    case f32: return "f32";
    case f64: return "f64";
    case i32: return "i32";
    case boolean: return "bool";
  }
  return "?";
}
constexpr bool is_floating(dtype t) { return t == f32 || t == f64; }

}  // namespace igata::inline IGATA_ABI
