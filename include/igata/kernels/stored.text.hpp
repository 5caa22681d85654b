// Operands of loops whose elements have fewer bytes than a lane: they become i32 where they are read, and lose their upper bits where they are
// stored. Text: see simd/vectors.text.hpp.

typedef std::uint16_t u16_in_memory __attribute__((may_alias, aligned(1)));
typedef std::int16_t i16_in_memory __attribute__((may_alias, aligned(1)));
typedef std::uint8_t u8_in_memory __attribute__((may_alias));
typedef std::int8_t i8_in_memory __attribute__((may_alias));

template <storage From>
IGATA_INLINE std::int32_t stored_number(const void* p) {
  if constexpr (From == storage::lane) return *static_cast<const int_in_memory*>(p);
  if constexpr (From == storage::u8) return *static_cast<const u8_in_memory*>(p);
  if constexpr (From == storage::i8) return *static_cast<const i8_in_memory*>(p);
  if constexpr (From == storage::u16) return *static_cast<const u16_in_memory*>(p);
  if constexpr (From == storage::i16) return *static_cast<const i16_in_memory*>(p);
}
template <storage From>
inline constexpr index bytes_of = From == storage::u8 || From == storage::i8 ? 1 : 2;

// One by one.
template <storage From>
[[gnu::noinline]] inline vec gather_stored(const char* p, index stride, index n) {
  alignas(vec) int_in_memory buffer[lanes] = {};
  for (index i = 0; i < n && i < lanes; ++i) buffer[i] = stored_number<From>(p + i * stride * bytes_of<From>);
  return load(buffer);
}
// Lane i from element first + i * stride, for the first n lanes.
template <storage From>
IGATA_INLINE vec load_stored(const void* row, index first, index stride, index n) {
  const char* const p = static_cast<const char*>(row) + first * bytes_of<From>;
  if (stride == 1 && n >= lanes) [[likely]] return from_bits(widened<From>(p));
  return gather_stored<From>(p, stride, n);
}

// The first n lanes.
template <storage To>
IGATA_INLINE void store_narrow(void* row, index first, ivec v, index n) {
  char* const p = static_cast<char*>(row) + first * bytes_of<To>;
  std::int32_t numbers[lanes];
  store(numbers, from_bits(v));
  for (index i = 0; i < n && i < lanes; ++i) {
    if constexpr (bytes_of<To> == 1) reinterpret_cast<u8_in_memory*>(p)[i] = static_cast<std::uint8_t>(numbers[i]);
    else reinterpret_cast<u16_in_memory*>(p)[i] = static_cast<std::uint16_t>(numbers[i]);
  }
}
