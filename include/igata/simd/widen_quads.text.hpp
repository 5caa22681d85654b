// As widen.text.hpp, of registers of 16 bytes: g++ 12 converts bytes one by one, but knows to interleave them. A lane's upper byte is the element; a
// shift brings it down. Text: see vectors.text.hpp.

#if defined(__clang__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#include "widen.text.hpp"
#else
typedef std::int8_t byte_lanes __attribute__((vector_size(16)));
typedef std::int16_t pair_lanes __attribute__((vector_size(16)));
template <storage From>
IGATA_INLINE ivec widened(const void* p) {
  pair_lanes upper{};
  if constexpr (From == storage::u8 || From == storage::i8) {
    std::int32_t four;
    __builtin_memcpy(&four, p, 4);
    upper = as<pair_lanes>(__builtin_shufflevector(byte_lanes{}, as<byte_lanes>(ivec{four}), 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
  } else {
    std::int64_t four;
    __builtin_memcpy(&four, p, 8);
    upper = as<pair_lanes>(lvec{four});
  }
  const ivec lanes_of = as<ivec>(__builtin_shufflevector(pair_lanes{}, upper, 0, 8, 1, 9, 2, 10, 3, 11));
  if constexpr (From == storage::u8) return as<ivec>(as<uvec>(lanes_of) >> 24);
  if constexpr (From == storage::i8) return lanes_of >> 24;
  if constexpr (From == storage::u16) return as<ivec>(as<uvec>(lanes_of) >> 16);
  if constexpr (From == storage::i16) return lanes_of >> 16;
}
#endif
