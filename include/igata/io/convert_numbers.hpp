// Numbers of one element type as another: rounded once, to the nearest, ties to even, or exact. 64-bit integers do not pass through double.
#pragma once
#include <cmath>        // isfinite, trunc
#include <cstddef>      // byte, size_t
#include <cstdint>      // uint64_t
#include <cstring>      // memcpy
#include <limits>       // numeric_limits
#include <string>       // string
#include <type_traits>  // is_integral

#include "../core/whole.hpp"

namespace igata::inline IGATA_ABI::io {

// Any number of any type, exactly: a whole one with its sign, or one with a fraction.
struct any_number {
  double real = 0;
  std::uint64_t size = 0;
  bool whole = false, negative = false;
};

namespace detail {

template <class T>
any_number read_number(const std::byte* from) {
  if constexpr (std::is_same_v<T, bool>) {  // any byte may come from a file
    return {0, std::to_integer<std::uint64_t>(*from), true};
  } else {
    T x;
    std::memcpy(&x, from, sizeof x);
    if constexpr (!std::is_integral_v<T>) return {static_cast<double>(x)};
    else return {0, x < 0 ? 0 - static_cast<std::uint64_t>(x) : static_cast<std::uint64_t>(x), true, x < 0};
  }
}

// False where T has no such number: an integer needs a whole one in its range, and nothing finite becomes infinite.
template <class T>
bool write_number(const any_number& x, std::byte* to) {
  T y;
  if constexpr (std::is_integral_v<T>) {
    any_number n = x;
    if (!n.whole) {
      n.negative = x.real < 0;
      const double size = std::fabs(x.real);
      if (!(size < 0x1p64) || size != std::trunc(size)) return false;
      n.size = static_cast<std::uint64_t>(size);
    }
    constexpr std::uint64_t most = static_cast<std::uint64_t>((std::numeric_limits<T>::max)());
    if (n.size > (n.negative ? std::is_signed_v<T> ? most + 1 : 0 : most)) return false;
    y = static_cast<T>(n.negative ? 0 - n.size : n.size);
  } else {
    if (!x.whole) y = static_cast<T>(x.real);
    else if constexpr (std::is_same_v<T, double>) y = static_cast<double>(x.size) * (x.negative ? -1 : 1);
    else y = static_cast<T>(rounded_to_odd(x.size) * (x.negative ? -1 : 1));
    if (!std::isfinite(static_cast<double>(y)) && (x.whole || std::isfinite(x.real))) return false;
  }
  std::memcpy(to, &y, sizeof y);
  return true;
}

using read_numbers_fn = void (*)(const std::byte* from, int count, any_number* to);
using write_numbers_fn = int (*)(const any_number* from, int count, std::byte* to);
template <class T>
void read_numbers(const std::byte* from, int count, any_number* to) {
  for (int i = 0; i < count; ++i) to[i] = read_number<T>(from + static_cast<std::size_t>(i) * sizeof(T));
}
// Gives how many could be written.
template <class T>
int write_numbers(const any_number* from, int count, std::byte* to) {
  int i = 0;
  while (i < count && write_number<T>(from[i], to + static_cast<std::size_t>(i) * sizeof(T))) ++i;
  return i;
}
inline read_numbers_fn reader_of(dtype t) {
  static constexpr read_numbers_fn readers[] = {
#define IGATA_DTYPE(name, text, bytes, type, code) read_numbers<type>,
#include "../core/dtype.inc"
#undef IGATA_DTYPE
  };
  return readers[static_cast<int>(t)];
}
inline write_numbers_fn writer_of(dtype t) {
  static constexpr write_numbers_fn writers[] = {
#define IGATA_DTYPE(name, text, bytes, type, code) write_numbers<type>,
#include "../core/dtype.inc"
#undef IGATA_DTYPE
  };
  return writers[static_cast<int>(t)];
}

}  // namespace detail

// How many were converted: all, or those before the first that `to_type` does not have.
inline std::size_t convert_numbers(dtype from_type, const std::byte* from, dtype to_type, std::byte* to, std::size_t count) {
  constexpr int most = 256;
  any_number some[most];
  const std::size_t from_size = static_cast<std::size_t>(size_of(from_type)), to_size = static_cast<std::size_t>(size_of(to_type));
  for (std::size_t done = 0; done < count; done += most) {
    const int part = count - done < most ? static_cast<int>(count - done) : most;
    detail::reader_of(from_type)(from + done * from_size, part, some);
    if (const int written = detail::writer_of(to_type)(some, part, to + done * to_size); written < part)
      return done + static_cast<std::size_t>(written);
  }
  return count;
}

// As a text shows it.
inline std::string shown_number(dtype type, const std::byte* at) {
  any_number x;
  detail::reader_of(type)(at, 1, &x);
  if (!x.whole) return std::string((text() << x.real).view());
  return (x.negative ? "-" : "") + std::to_string(x.size);
}

}  // namespace igata::inline IGATA_ABI::io
