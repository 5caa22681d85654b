// What variables and a safetensors file call the same: names, types, extents; and numbers of one type as another.
#pragma once
#include <cmath>        // ldexp
#include <cstddef>      // byte, size_t
#include <cstdint>      // uint64_t
#include <cstring>      // memcpy
#include <limits>       // numeric_limits
#include <optional>     // optional
#include <string>       // string
#include <string_view>  // string_view
#include <vector>       // vector

#include "../core/shape.hpp"
#include "../engine/error.hpp"
#include "convert_numbers.hpp"

namespace igata::inline IGATA_ABI::io::safetensors {

// "conv/kernel" <-> "conv.kernel". What would not come back ('.' and '%' in a path, a tensor called __metadata__) is %-escaped.
inline std::string tensor_name(std::string_view path) {
  if (path == "__metadata__") return "%5F_metadata__";
  std::string name;
  for (const char c : path) {
    if (c == '/') {
      name += '.';
    } else if (c == '.') {
      name += "%2E";
    } else if (c == '%') {
      name += "%25";
    } else {
      name += c;
    }
  }
  return name;
}
// The path of a tensor's variable: tensor_name's inverse.
inline std::string variable_path(std::string_view name) {
  std::string path;
  for (; !name.empty(); name.remove_prefix(1)) {
    char c = name[0] == '.' ? '/' : name[0];
    for (const auto& [escape, meant] : {std::pair<std::string_view, char>{"%2E", '.'}, {"%25", '%'}, {"%5F", '_'}})
      if (name.substr(0, 3) == escape) {
        c = meant;
        name.remove_prefix(2);
        break;
      }
    path += c;
  }
  return path;
}

namespace detail {

inline constexpr std::string_view type_names[] = {
#define IGATA_DTYPE(name, text, bytes, type, code) code,
#include "../core/dtype.inc"
#undef IGATA_DTYPE
};
constexpr std::string_view type_name(dtype t) { return type_names[static_cast<int>(t)]; }
// The other way; none of a type that igata has not, as F8_E4M3.
constexpr std::optional<dtype> type_named(std::string_view name) {
  for (std::size_t i = 0; i < std::size(type_names); ++i)
    if (type_names[i] == name) return static_cast<dtype>(i);
  return {};
}

// Floats of 8 bits (OCP 8-bit floating point), which igata reads as f32, exactly, and has no type for.
constexpr bool is_float8(std::string_view name) { return name == "F8_E4M3" || name == "F8_E5M2"; }
constexpr std::optional<dtype> read_as(std::string_view name) { return is_float8(name) ? f32 : type_named(name); }
inline std::vector<std::byte> float8_as_floats(std::string_view name, const std::vector<std::byte>& from) {
  std::vector<std::byte> to(from.size() * sizeof(float));
  for (std::size_t i = 0; i < from.size(); ++i) {
    const int bits = std::to_integer<int>(from[i]), exponent = bits >> 3 & 15, fraction = bits & 7;
    float x = 0;
    if (name == "F8_E5M2") x = float16::of_bits(static_cast<std::uint16_t>(bits << 8));  // the upper byte of one
    else if ((bits & 127) == 127) x = std::numeric_limits<float>::quiet_NaN();           // it has no infinity
    else
      x = std::copysign(std::ldexp(static_cast<float>(exponent ? 8 + fraction : fraction), exponent ? exponent - 10 : -9), bits & 128 ? -1.f : 1.f);
    std::memcpy(to.data() + i * sizeof x, &x, sizeof x);
  }
  return to;
}

inline std::vector<std::uint64_t> dims_of(const shape& s) { return {s.d, s.d + s.rank}; }

// The numbers of a tensor or a variable as another type; refuses what it has no number for.
inline std::vector<std::byte> converted(const std::string& whose, dtype from_type, const std::byte* from, dtype to_type, std::size_t count) {
  std::vector<std::byte> to(count * static_cast<std::size_t>(size_of(to_type)));
  if (const std::size_t done = convert_numbers(from_type, from, to_type, to.data(), count); done < count)
    raise(whose + ": value " + std::to_string(done) + ": expected a number that " + std::string(type_name(to_type)) + " can hold, got " +
          shown_number(from_type, from + done * static_cast<std::size_t>(size_of(from_type))) + "; choose another type");
  return to;
}

}  // namespace detail

}  // namespace igata::inline IGATA_ABI::io::safetensors
