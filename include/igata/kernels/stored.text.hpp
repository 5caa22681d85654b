// Operands of loops whose elements have fewer bytes than a lane: where they are read they become lanes' integers (fractions: its real numbers; bool:
// masks), and where they are stored they lose their upper bits (fractions: are rounded). Text: see simd/vectors.text.hpp.

typedef std::uint16_t u16_in_memory __attribute__((may_alias, aligned(1)));
typedef std::int16_t i16_in_memory __attribute__((may_alias, aligned(1)));
typedef std::uint8_t u8_in_memory __attribute__((may_alias));
typedef std::int8_t i8_in_memory __attribute__((may_alias));
typedef std::uint32_t u32_in_memory __attribute__((may_alias, aligned(1)));
typedef std::int32_t i32_in_memory __attribute__((may_alias, aligned(1)));
typedef float f32_in_memory __attribute__((may_alias, aligned(1)));

template <storage From>
IGATA_INLINE integer stored_number(const void* p) {
  if constexpr (From == storage::lane) return *static_cast<const int_in_memory*>(p);
  if constexpr (From == storage::u8) return *static_cast<const u8_in_memory*>(p);
  if constexpr (From == storage::i8) return *static_cast<const i8_in_memory*>(p);
  if constexpr (From == storage::u16) return *static_cast<const u16_in_memory*>(p);
  if constexpr (From == storage::i16) return *static_cast<const i16_in_memory*>(p);
  if constexpr (From == storage::u32) return static_cast<integer>(*static_cast<const u32_in_memory*>(p));
  if constexpr (From == storage::i32) return *static_cast<const i32_in_memory*>(p);
  if constexpr (From == storage::f32) return __builtin_bit_cast(integer, static_cast<real>(*static_cast<const f32_in_memory*>(p)));
}
// Fractions of 16 bits and masks are read and stored as their bits.
template <storage S>
inline constexpr storage raw_of = S == storage::f16 || S == storage::bf16 ? storage::u16 : S == storage::mask ? storage::u8 : S;
template <storage S>
inline constexpr index bytes_of = raw_of<S> == storage::u8 || S == storage::i8 ? 1 : raw_of<S> == storage::u16 || S == storage::i16 ? 2 : 4;
template <storage From>
IGATA_INLINE vec from_raw(ivec raw) {
  if constexpr (From == storage::f16) return f16_format::number(raw);
  else if constexpr (From == storage::bf16) return bf16_format::number(raw);
  else if constexpr (From == storage::mask) return from_bits(as<ivec>(raw != 0));
  else return from_bits(raw);
}
// One for all lanes.
template <storage From>
IGATA_INLINE vec splat_stored(const void* p) {
  return from_raw<From>(bits(splat_bits(stored_number<raw_of<From>>(p))));
}

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
  if (stride == 1 && n >= lanes) [[likely]] return from_raw<From>(widened<raw_of<From>>(p));
  return from_raw<From>(bits(gather_stored<raw_of<From>>(p, stride, n)));
}

// The first n lanes.
template <storage To>
IGATA_INLINE void store_narrow(void* row, index first, ivec v, index n) {
  if constexpr (To == storage::f16) return store_narrow<storage::u16>(row, first, f16_format::rounded(from_bits(v)), n);
  if constexpr (To == storage::mask) return store_narrow<storage::u8>(row, first, v & 1, n);
  if constexpr (To == storage::bf16) return store_narrow<storage::u16>(row, first, bf16_format::rounded(from_bits(v)), n);
  char* const p = static_cast<char*>(row) + first * bytes_of<To>;
  if constexpr (bytes_of<To> < 4)
    if (n >= lanes) [[likely]] return store_lower<bytes_of<To>>(p, v);
  integer numbers[lanes];
  store(numbers, from_bits(v));
  for (index i = 0; i < n && i < lanes; ++i) {
    if constexpr (bytes_of<To> == 1) reinterpret_cast<u8_in_memory*>(p)[i] = static_cast<std::uint8_t>(numbers[i]);
    else if constexpr (bytes_of<To> == 2) reinterpret_cast<u16_in_memory*>(p)[i] = static_cast<std::uint16_t>(numbers[i]);
    else if constexpr (To == storage::f32) reinterpret_cast<f32_in_memory*>(p)[i] = static_cast<float>(__builtin_bit_cast(real, numbers[i]));
    else reinterpret_cast<u32_in_memory*>(p)[i] = static_cast<std::uint32_t>(numbers[i]);
  }
}
