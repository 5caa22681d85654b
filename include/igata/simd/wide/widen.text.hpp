// Elements of fewer bytes as lanes of 64 bits, as the compiler converts vectors: integers become i64, f32 f64. Text: see ../vectors.text.hpp.

typedef std::uint8_t u8_lanes __attribute__((vector_size(lanes), aligned(1), may_alias));
typedef std::int8_t i8_lanes __attribute__((vector_size(lanes), aligned(1), may_alias));
typedef std::uint16_t u16_lanes __attribute__((vector_size(2 * lanes), aligned(1), may_alias));
typedef std::int16_t i16_lanes __attribute__((vector_size(2 * lanes), aligned(1), may_alias));
typedef std::uint32_t u32_lanes __attribute__((vector_size(4 * lanes), aligned(1), may_alias));
typedef std::int32_t i32_lanes __attribute__((vector_size(4 * lanes), aligned(1), may_alias));
typedef float f32_lanes __attribute__((vector_size(4 * lanes), aligned(1), may_alias));
template <storage From>
IGATA_INLINE ivec widened(const void* p) {
  if constexpr (From == storage::u8) return convert<ivec>(*static_cast<const u8_lanes*>(p));
  if constexpr (From == storage::i8) return convert<ivec>(*static_cast<const i8_lanes*>(p));
  if constexpr (From == storage::u16) return convert<ivec>(*static_cast<const u16_lanes*>(p));
  if constexpr (From == storage::i16) return convert<ivec>(*static_cast<const i16_lanes*>(p));
  if constexpr (From == storage::u32) return convert<ivec>(*static_cast<const u32_lanes*>(p));
  if constexpr (From == storage::i32) return convert<ivec>(*static_cast<const i32_lanes*>(p));
  if constexpr (From == storage::f32) return bits(convert<vec>(*static_cast<const f32_lanes*>(p)));
}
template <int Bytes>
IGATA_INLINE void store_lower(void* p, ivec v) {
  if constexpr (Bytes == 1) *static_cast<u8_lanes*>(p) = convert<u8_lanes>(v);
  else *static_cast<u16_lanes*>(p) = convert<u16_lanes>(v);
}
