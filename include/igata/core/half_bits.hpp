// Floats from the bits of f16 and bf16. Without branches, so that loops over them become vectors.
#pragma once
#include <bit>      // bit_cast
#include <cstdint>  // uint16_t

#include "../version.hpp"

namespace igata::inline IGATA_ABI::detail {

// A subnormal one is what a number of the same fraction is above 2^-14: no step is subnormal as a float, which the processor may take for 0.
[[gnu::always_inline]] constexpr float float16_bits_to_float(std::uint16_t bits) {
  const std::int32_t size = bits & 0x7fff, moved = size << 13, exponents = 112 << 23;
  const std::int32_t is_subnormal = (size - 0x0400) >> 31, is_no_number = (0x7bff - size) >> 31, is_nan = (0x7c00 - size) >> 31;  // all bits or none
  const std::int32_t subnormal = std::bit_cast<std::int32_t>(std::bit_cast<float>(moved + (113 << 23)) - 0x1p-14f);
  const std::int32_t number = (moved + exponents + (is_no_number & exponents)) | (is_nan & 0x00400000);
  const std::int32_t unsigned_bits = (is_subnormal & subnormal) | (~is_subnormal & number);
  return std::bit_cast<float>(static_cast<std::uint32_t>(unsigned_bits) | static_cast<std::uint32_t>(bits & 0x8000) << 16);
}
[[gnu::always_inline]] constexpr float bfloat16_bits_to_float(std::uint16_t bits) {
  const std::uint32_t wide = std::uint32_t{bits} << 16, quiet = (wide & 0x7fffffffu) > 0x7f800000u ? 0x00400000u : 0u;
  return std::bit_cast<float>(wide | quiet);
}

}  // namespace igata::inline IGATA_ABI::detail
