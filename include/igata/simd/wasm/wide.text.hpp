// WebAssembly's SIMD with two lanes of 64 bits. Text: see ../vectors.text.hpp.

#include "../wide/sixteen_bytes.text.hpp"

IGATA_INLINE void store_past(void* p, vec v) { store(p, v); }

inline constexpr bool fuses = false;
IGATA_INLINE vec fma(vec a, vec b, vec c) {
  const vec product = a * b;
  return product + c;
}
IGATA_INLINE vec raw_max(vec a, vec b) { return __builtin_wasm_pmax_f64x2(b, a); }  // b < a ? a : b
IGATA_INLINE vec raw_min(vec a, vec b) { return __builtin_wasm_pmin_f64x2(b, a); }
IGATA_INLINE vec sqrt(vec a) { return __builtin_wasm_sqrt_f64x2(a); }

// Half to even; ceil keeps the zero's sign.
IGATA_INLINE vec round(vec a) { return __builtin_wasm_nearest_f64x2(a); }
IGATA_INLINE vec floor(vec a) { return __builtin_wasm_floor_f64x2(a); }
IGATA_INLINE vec ceil(vec a) { return __builtin_wasm_ceil_f64x2(a); }

// No sum may join it: see ../fence.text.hpp.
IGATA_INLINE vec unfused(vec product) {
  IGATA_HIDE_VECTOR(product);
  return product;
}
