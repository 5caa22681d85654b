// Numbers as memory and registers hold them, and what elements are in memory to a loop.
#pragma once
#include <bit>  // bit_cast

#include "../core/whole.hpp"
#include "../target/pointwise.hpp"

namespace igata::inline IGATA_ABI::detail {

// A number as a lane holds it: a mask is all ones or zeros.
constexpr std::uint32_t lane_bits(double x, dtype type) {
  if (is_whole(type)) return static_cast<std::uint32_t>(static_cast<std::int64_t>(x));
  if (type == boolean) return x != 0 ? ~0u : 0;
  return std::bit_cast<std::uint32_t>(static_cast<float>(x));
}
constexpr std::uint64_t wide_bits(double x, dtype type) {
  return type == boolean ? (x != 0 ? ~std::uint64_t{0} : 0) : has_fractions(type) ? std::bit_cast<std::uint64_t>(x) : whole_of(x, type);
}

// And as memory does: of fewer bytes than a lane, again and again.
constexpr std::uint32_t stored_bits(double x, dtype type) {
  if (type == boolean) return x != 0 ? 0x01010101u : 0;
  const std::uint32_t bits = type == f16 ? float16(x).bits : type == bf16 ? bfloat16(x).bits : lane_bits(x, type);
  return type == lane_of(type) ? bits : size_of(type) == 2 ? (bits & 0xffff) * 0x10001u : (bits & 0xff) * 0x1010101u;
}
constexpr std::uint64_t memory_bits(double x, dtype type) { return is_wide(type) ? wide_bits(x, type) : stored_bits(x, type); }

// What an element is in memory, of a node that a loop reads or stores.
constexpr storage storage_of(dtype type, bool wide) {
  if (wide && type == i32) return storage::i32;
  if (wide && type == f32) return storage::f32;
  switch (type) {
    case boolean: return storage::mask;
    case u8: return storage::u8;
    case i8: return storage::i8;
    case u16: return storage::u16;
    case i16: return storage::i16;
    case f16: return storage::f16;
    case bf16: return storage::bf16;
    case u32: return wide ? storage::u32 : storage::lane;
    default: return storage::lane;
  }
}

}  // namespace igata::inline IGATA_ABI::detail
