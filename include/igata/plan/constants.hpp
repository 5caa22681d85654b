// The numbers of a plan: words, of which two that begin at an even one are a number of 8 bytes.
#pragma once
#include "../target/fields.hpp"
#include "lane_bits.hpp"

namespace igata::inline IGATA_ABI::detail {

constexpr void push_number(vec<std::uint32_t>& to, std::uint64_t bits, bool wide) {
  to.push(static_cast<std::uint32_t>(bits));
  if (wide) to.push(static_cast<std::uint32_t>(bits >> 32));
}
constexpr void align_numbers(vec<std::uint32_t>& to) {
  if (to.count % 2) to.push(0);
}
// Where it lies; one of the first that is the same is shared.
constexpr place add_constant(vec<std::uint32_t>& to, std::uint64_t bits, bool wide) {
  const std::uint32_t* const known = to.items;
  const int count = to.count;
  const std::uint32_t low = static_cast<std::uint32_t>(bits), high = static_cast<std::uint32_t>(bits >> 32);
  if (!wide) {
    for (int i = 0; i < count && i < 64; ++i)
      if (known[i] == low) return {space::constant, 0, i};
    to.push(low);
    return {space::constant, 0, count};
  }
  for (int i = 0; i + 1 < count && i < 64; i += 2)
    if (known[i] == low && known[i + 1] == high) return {space::constant, 0, i / 2, 8};
  align_numbers(to);
  push_number(to, bits, true);
  return {space::constant, 0, to.count / 2 - 1, 8};
}
// 0, 1, 2 …; the place of the first, in elements.
constexpr int add_numbers(vec<std::uint32_t>& to, int count, dtype type) {
  const bool wide = is_wide(type);
  if (wide) align_numbers(to);
  const int first = to.count;
  for (int i = 0; i < count; ++i) push_number(to, memory_bits(holds_bits(type) ? held_as(static_cast<std::uint64_t>(i), type) : i, type), wide);
  return wide ? first / 2 : first;
}

}  // namespace igata::inline IGATA_ABI::detail
