// Element types; dtype.inc is their list.
#pragma once
#include <cstdint>      // uint8_t
#include <string_view>  // string_view
#include <type_traits>  // is_same

#include "../version.hpp"

namespace igata::inline IGATA_ABI {

// Half-precision numbers in C++; core/half.hpp defines them.
struct float16;
struct bfloat16;

// `boolean` is the result of comparisons: in memory a byte, 0 or 1, in a loop a lane of all bits or none.
enum class dtype : std::uint8_t {
#define IGATA_DTYPE(name, text, bytes, type, code) name,
#include "dtype.inc"
#undef IGATA_DTYPE
};
using enum dtype;

constexpr std::string_view name_of(dtype t) {
  constexpr std::string_view names[] = {
#define IGATA_DTYPE(name, text, bytes, type, code) text,
#include "dtype.inc"
#undef IGATA_DTYPE
  };
  return names[static_cast<int>(t)];
}
constexpr bool is_floating(dtype t) { return t == f32 || t == f64; }
constexpr bool is_whole(dtype t) { return t == i32 || (t >= u8 && t <= i64); }
constexpr bool is_unsigned(dtype t) { return t == u8 || t == u16 || t == u32 || t == u64; }
constexpr bool has_fractions(dtype t) { return is_floating(t) || t == f16 || t == bf16; }

namespace detail {
inline constexpr std::uint8_t dtype_sizes[] = {
#define IGATA_DTYPE(name, text, bytes, type, code) bytes,
#include "dtype.inc"
#undef IGATA_DTYPE
};
// What a caller's array of it has, as it is written; and whether that is T.
constexpr std::string_view element_name(dtype t) {
  constexpr std::string_view names[] = {
#define IGATA_DTYPE(name, text, bytes, type, code) #type,
#include "dtype.inc"
#undef IGATA_DTYPE
  };
  return names[static_cast<int>(t)];
}
template <class T>
constexpr bool is_type(dtype t) {
  switch (t) {
#define IGATA_DTYPE(name, text, bytes, type, code) \
  case name: return std::is_same_v<T, type>;
#include "dtype.inc"
#undef IGATA_DTYPE
  }
  return false;
}
// Of arrays of T, the first of the list; bool where there is none.
template <class T>
constexpr dtype type_of() {
  for (int i = 0; i < static_cast<int>(sizeof dtype_sizes); ++i)
    if (is_type<T>(static_cast<dtype>(i))) return static_cast<dtype>(i);
  return boolean;
}
}  // namespace detail

// What elements are in C++: of some dtype.
template <class T>
concept ElementType = detail::is_type<T>(detail::type_of<T>());

// Of an element in memory, in bytes.
constexpr int size_of(dtype t) { return detail::dtype_sizes[static_cast<int>(t)]; }
// Whether a loop that computes in it has lanes of 64 bits.
constexpr bool is_wide(dtype t) { return t != f32 && (t == f64 || t == i64 || t == u64); }  // nearly always f32: one step of constant evaluation
// Whole numbers of fewer bits than a lane: loops compute with them in i32, and a cast back drops the upper bits.
constexpr bool is_narrow(dtype t) { return t >= u8 && t <= i16; }
// Fractions of 16 bits: loops compute with them in f32, and a cast back rounds.
constexpr bool is_half(dtype t) { return t >= f16; }
// What is computed in: of types that are only memory's another one.
constexpr dtype lane_of(dtype t) { return t <= boolean ? t : is_narrow(t) ? i32 : is_half(t) ? f32 : t; }
// Of narrow types.
constexpr int lowest_of(dtype t) { return t == i8 ? -128 : t == i16 ? -32768 : 0; }
constexpr int highest_of(dtype t) { return t == u8 ? 255 : t == i8 ? 127 : t == u16 ? 65535 : 32767; }

}  // namespace igata::inline IGATA_ABI
