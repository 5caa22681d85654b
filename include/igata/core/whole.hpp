// Numbers as constants of graphs and the oracle hold them: in a double. Of i64 and u64, which a double cannot hold, it has their bits; it is moved
// like all others, and whoever computes with it asks here.
#pragma once
#include <bit>      // bit_cast
#include <cstddef>  // ptrdiff_t

#include "dtype.hpp"
#include "half.hpp"
#include "math.hpp"
#include "text.hpp"

namespace igata::inline IGATA_ABI {

constexpr bool holds_bits(dtype t) { return t == i64 || t == u64; }
// Of a whole type: the number as 64 bits of two's complement, and back, of which the lower bits are kept.
constexpr std::uint64_t whole_of(double held, dtype t) {
  return holds_bits(t) ? std::bit_cast<std::uint64_t>(held) : static_cast<std::uint64_t>(static_cast<std::int64_t>(held));
}
constexpr double held_as(std::uint64_t bits, dtype t) {
  if (holds_bits(t)) return std::bit_cast<double>(bits);
  const int above = 64 - 8 * size_of(t);
  return is_unsigned(t) ? static_cast<double>(bits << above >> above)
                        : static_cast<double>(static_cast<std::int64_t>(bits << above) >> above);
}
// The number itself, rounded to a double.
constexpr double number_of(double held, dtype t) {
  return t == i64   ? static_cast<double>(std::bit_cast<std::int64_t>(held))
         : t == u64 ? static_cast<double>(std::bit_cast<std::uint64_t>(held))
                    : held;
}
// Of more than 53 bits, rounded so that rounding again, to fewer bits, is as rounding once: what is cut off leaves an odd last bit.
constexpr double rounded_to_odd(std::uint64_t size) {
  if (size >> 53 == 0) return static_cast<double>(size);
  return static_cast<double>(size >> 11 | ((size & 2047) != 0)) * 2048;
}
constexpr double odd_number_of(double held, dtype t) {
  if (!holds_bits(t)) return held;
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(held);
  return t == i64 && bits >> 63 ? -rounded_to_odd(0 - bits) : rounded_to_odd(bits);
}
// Of a whole type: the bits of its highest number, and behind it.
constexpr int bits_above_zero(dtype t) { return 8 * size_of(t) - !is_unsigned(t); }
constexpr double end_of(dtype t) { return 2 * static_cast<double>(std::uint64_t{1} << (bits_above_zero(t) - 1)); }
// A fraction in a whole type: truncated and saturated; NaN is 0.
constexpr double truncated(double x, dtype t) {
  const int bits = bits_above_zero(t);
  const double end = end_of(t);
  const std::uint64_t highest = ~std::uint64_t{0} >> (64 - bits);
  if (math::is_nan(x)) return held_as(0, t);
  if (x >= end) return held_as(highest, t);
  if (is_unsigned(t)) return held_as(x <= 0 ? 0 : static_cast<std::uint64_t>(x), t);
  return held_as(x <= -end ? ~highest : static_cast<std::uint64_t>(static_cast<std::int64_t>(x)), t);
}
// A number as one of the type: truncated, or rounded to 16 bits.
constexpr double held_in(double x, dtype t) {
  return t <= f64 ? x : is_whole(t) ? truncated(x, t) : t == f16 ? float{float16(x)} : t == bf16 ? float{bfloat16(x)} : x;
}
// What a number is in another type: of a fraction truncated, of whole numbers the lower bits.
constexpr double converted(double held, dtype from, dtype to) {
  if (!is_whole(to) || has_fractions(from)) return held_in(to == f64 ? number_of(held, from) : odd_number_of(held, from), to);
  return held_as(whole_of(held, from), to);
}
// Whether a cast to another type and back gives what there was.
constexpr bool comes_back(dtype t, dtype through) {
  if (t == boolean || through == boolean) return false;
  if (is_whole(t) && is_whole(through)) return size_of(through) >= size_of(t);
  if (!has_fractions(through)) return false;
  if (has_fractions(t)) return through == f64 || (through == f32 && is_half(t));
  const int digits = through == f64 ? 53 : through == f32 ? 24 : through == f16 ? 11 : 8;
  return bits_above_zero(t) <= digits;
}
// Whether a number that is written in a model is one of the type; of fractions, whether it does not become infinite.
constexpr bool is_number_of(double x, dtype t) {
  if (t == boolean) return x == 0 || x == 1;
  if (is_whole(t)) return x < end_of(t) && number_of(truncated(x, t), t) == x;
  return !math::is_finite(x) || math::is_finite(held_in(x, t));
}

constexpr void write_number(text& to, double held, dtype t) {
  if (!holds_bits(t)) return void(to << held);
  std::uint64_t size = whole_of(held, t);
  if (t == i64 && size >> 63) to << '-', size = 0 - size;
  if (size >= 10) to << static_cast<long long>(size / 10);
  to << static_cast<long long>(size % 10);
}

namespace detail {
// f of a number of a whole type.
template <class F>
auto of_whole(dtype type, F f) noexcept {
  switch (type) {
    case u8: return f(std::uint8_t{});
    case i8: return f(std::int8_t{});
    case u16: return f(std::uint16_t{});
    case i16: return f(std::int16_t{});
    case u32: return f(std::uint32_t{});
    case i64: return f(std::int64_t{});
    case u64: return f(std::uint64_t{});
    default: return f(std::int32_t{});
  }
}
// Of an array, which may lie at any address; of u64 no more than a long long has.
[[gnu::cold, gnu::noinline]] inline long long number_at(const void* numbers, dtype type, std::ptrdiff_t k) noexcept {
  return of_whole(type, [&](auto x) {
    __builtin_memcpy(&x, static_cast<const char*>(numbers) + k * static_cast<std::ptrdiff_t>(sizeof x), sizeof x);
    const auto number = static_cast<long long>(x);
    return number < 0 && x > 0 ? 0x7fffffffffffffff : number;
  });
}
}  // namespace detail

}  // namespace igata::inline IGATA_ABI
