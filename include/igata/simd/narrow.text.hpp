// The lower byte or two of every lane, stored one behind the other, of registers of 16 or 32 bytes: elements at even places, once or twice, because
// g++ 12 converts vectors to narrower ones lane by lane. Text: see vectors.text.hpp.

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
typedef std::int8_t sixteen_bytes __attribute__((vector_size(16)));
typedef std::int16_t eight_pairs __attribute__((vector_size(16)));
IGATA_INLINE sixteen_bytes even(sixteen_bytes a, sixteen_bytes b) {
  return __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
}
IGATA_INLINE eight_pairs even(eight_pairs a, eight_pairs b) { return __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14); }
template <class Part>
struct parts_of_lanes {
  Part part[vector_bytes / 16];
};
template <int Bytes>
IGATA_INLINE void store_lower(void* p, ivec v) {
  if constexpr (Bytes == 1) {
    const auto all = __builtin_bit_cast(parts_of_lanes<sixteen_bytes>, v);
    const sixteen_bytes pairs = even(all.part[0], all.part[vector_bytes / 32]), bytes = even(pairs, pairs);
    __builtin_memcpy(p, &bytes, lanes);
  } else {
    const auto all = __builtin_bit_cast(parts_of_lanes<eight_pairs>, v);
    const eight_pairs pairs = even(all.part[0], all.part[vector_bytes / 32]);
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
