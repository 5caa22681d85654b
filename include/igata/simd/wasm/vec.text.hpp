// WebAssembly's SIMD: registers of 16 bytes. Text: see ../vectors.text.hpp.

#include "../sixteen_bytes.text.hpp"

IGATA_INLINE void store_past(void* p, vec v) { store(p, v); }

IGATA_INLINE vec fma(vec a, vec b, vec c) {
  const vec product = a * b;
  return product + c;
}
IGATA_INLINE vec raw_max(vec a, vec b) { return __builtin_wasm_pmax_f32x4(b, a); }  // b < a ? a : b
IGATA_INLINE vec raw_min(vec a, vec b) { return __builtin_wasm_pmin_f32x4(b, a); }
IGATA_INLINE vec sqrt(vec a) { return __builtin_wasm_sqrt_f32x4(a); }

// Half to even; ceil keeps the zero's sign.
IGATA_INLINE vec round(vec a) { return __builtin_wasm_nearest_f32x4(a); }
IGATA_INLINE vec floor(vec a) { return __builtin_wasm_floor_f32x4(a); }
IGATA_INLINE vec ceil(vec a) { return __builtin_wasm_ceil_f32x4(a); }

// No sum may join it: see ../fence.text.hpp.
IGATA_INLINE vec unfused(vec product) {
  IGATA_HIDE_VECTOR(product);
  return product;
}

typedef short pairs __attribute__((vector_size(vector_bytes)));
IGATA_INLINE ivec pair_products(pairs a, pairs b) { return __builtin_wasm_dot_s_i32x4_i16x8(a, b); }
#include "../byte_pairs.text.hpp"
using byte_dots = byte_products;
inline bool has_byte_dots() noexcept { return false; }
