// Numbers of 16 bits in C++: float16 (IEEE 754 binary16) and bfloat16 (the upper half of a float), as the types f16 and bf16 hold them.
//
// Every one is a float and a double exactly. The way back rounds once, to the nearest, ties to even: from a double too, never by way of a float.
// What is too large becomes infinite, what is small subnormal and then 0, with its sign. A NaN stays one, quiet, with its sign and the upper bits of
// its payload. All of that in constant evaluation as in a run.
//
//   std::vector<float16> weights{float16(0.5f), float16(1e-7)};
//   float x = weights[0] * 2;
#pragma once
#include <bit>      // bit_cast
#include <cstdint>  // uint16_t

#include "dtype.hpp"
#include "half_bits.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

// A binary format of IEEE 754: how many bits of it are exponent, how many fraction.
struct float_format {
  int exponent, fraction;
  constexpr int bias() const { return (1 << (exponent - 1)) - 1; }
  constexpr std::uint64_t sign() const { return std::uint64_t{1} << (exponent + fraction); }
  constexpr std::uint64_t infinity() const { return sign() - (std::uint64_t{1} << fraction); }
  constexpr std::uint64_t quiet() const { return std::uint64_t{1} << (fraction - 1); }
};
inline constexpr float_format binary64{11, 52}, binary32{8, 23}, binary16{5, 10}, brain16{8, 7};

// The bits of a number in another format, of fewer bits: rounded to the nearest, ties to even.
constexpr std::uint64_t narrowed_bits(std::uint64_t bits, float_format from, float_format to) {
  const std::uint64_t sign = bits & from.sign() ? to.sign() : 0, size = bits & (from.sign() - 1);
  if (size > from.infinity()) return sign | to.infinity() | to.quiet() | ((size & (2 * from.quiet() - 1)) >> (from.fraction - to.fraction));
  if (size == from.infinity()) return sign | to.infinity();
  std::uint64_t significand = size & (2 * from.quiet() - 1);
  int exponent = static_cast<int>(size >> from.fraction);
  if (exponent > 0) significand |= 2 * from.quiet();
  else exponent = 1;
  exponent += to.bias() - from.bias();  // as `to` would write it; less than 1 where it is subnormal there
  if (exponent > (1 << to.exponent) - 2) return sign | to.infinity();
  int shift = from.fraction - to.fraction;
  if (exponent < 1) shift += 1 - exponent, exponent = 1;
  if (shift > from.fraction + 1) return sign;  // less than half of the smallest
  std::uint64_t kept = significand >> shift;
  const std::uint64_t rest = significand & ((std::uint64_t{1} << shift) - 1), half = std::uint64_t{1} << (shift - 1);
  kept += rest > half || (rest == half && (kept & 1));
  return sign | ((static_cast<std::uint64_t>(exponent - 1) << to.fraction) + kept);  // a carry goes on into the exponent
}

}  // namespace detail

struct float16 {
  std::uint16_t bits;

  float16() = default;
  constexpr explicit float16(float x)
      : bits(static_cast<std::uint16_t>(detail::narrowed_bits(std::bit_cast<std::uint32_t>(x), detail::binary32, detail::binary16))) {}
  constexpr explicit float16(double x)
      : bits(static_cast<std::uint16_t>(detail::narrowed_bits(std::bit_cast<std::uint64_t>(x), detail::binary64, detail::binary16))) {}
  constexpr explicit float16(int x) : float16(static_cast<double>(x)) {}
  static constexpr float16 of_bits(std::uint16_t bits) {
    float16 x{0};
    x.bits = bits;
    return x;
  }
  constexpr operator float() const { return detail::float16_bits_to_float(bits); }
};

struct bfloat16 {
  std::uint16_t bits;

  bfloat16() = default;
  constexpr explicit bfloat16(float x)
      : bits(static_cast<std::uint16_t>(detail::narrowed_bits(std::bit_cast<std::uint32_t>(x), detail::binary32, detail::brain16))) {}
  constexpr explicit bfloat16(double x)
      : bits(static_cast<std::uint16_t>(detail::narrowed_bits(std::bit_cast<std::uint64_t>(x), detail::binary64, detail::brain16))) {}
  constexpr explicit bfloat16(int x) : bfloat16(static_cast<double>(x)) {}
  static constexpr bfloat16 of_bits(std::uint16_t bits) {
    bfloat16 x{0};
    x.bits = bits;
    return x;
  }
  constexpr operator float() const { return detail::bfloat16_bits_to_float(bits); }
};

static_assert(sizeof(float16) == 2 && sizeof(bfloat16) == 2);

}  // namespace igata::inline IGATA_ABI
