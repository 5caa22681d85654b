// The lower byte or two of every lane, stored one behind the other, of registers of 16 or 32 bytes: packed by instructions of x86, elsewhere what
// stands at even places, once or twice, because g++ 12 converts vectors to narrower ones lane by lane. Text: see vectors.text.hpp.

#if defined(__SSE2__)
typedef char sixteen_bytes __attribute__((vector_size(16)));
typedef short eight_pairs __attribute__((vector_size(16)));
typedef int four_lanes __attribute__((vector_size(16)));
template <int Bytes>
IGATA_INLINE void store_lower(void* p, ivec v) {
  const ivec lower = Bytes == 1 ? v & 255 : (v << 16) >> 16;  // what follows saturates with a sign
  eight_pairs pairs;
  if constexpr (vector_bytes == 32)
    pairs = __builtin_ia32_packssdw128(__builtin_shufflevector(lower, lower, 0, 1, 2, 3), __builtin_shufflevector(lower, lower, 4, 5, 6, 7));
  else
    pairs = __builtin_ia32_packssdw128(as<four_lanes>(lower), as<four_lanes>(lower));
  if constexpr (Bytes == 2) {
    __builtin_memcpy(p, &pairs, 2 * lanes);
  } else {
    const sixteen_bytes bytes = __builtin_ia32_packuswb128(pairs, pairs);
    __builtin_memcpy(p, &bytes, lanes);
  }
}
#elif __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
typedef std::int8_t sixteen_bytes __attribute__((vector_size(16)));
typedef std::int16_t eight_pairs __attribute__((vector_size(16)));
template <int Bytes>
IGATA_INLINE void store_lower(void* p, ivec v) {
  if constexpr (Bytes == 1) {
    const sixteen_bytes all = as<sixteen_bytes>(v), bytes = __builtin_shufflevector(all, all, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12);
    __builtin_memcpy(p, &bytes, lanes);
  } else {
    const eight_pairs all = as<eight_pairs>(v), pairs = __builtin_shufflevector(all, all, 0, 2, 4, 6, 0, 2, 4, 6);
    __builtin_memcpy(p, &pairs, 2 * lanes);
  }
}
#else
template <int Bytes>
IGATA_INLINE void store_lower(void* p, ivec v) {
  for (int i = 0; i < lanes; ++i) {
    const std::int32_t lane = v[i];
    __builtin_memcpy(static_cast<char*>(p) + i * Bytes, reinterpret_cast<const char*>(&lane) + 4 - Bytes, Bytes);
  }
}
#endif
