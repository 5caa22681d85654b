// NEON of 64-bit ARM with two lanes of 64 bits. Text: see ../vectors.text.hpp.

#include "../wide/sixteen_bytes.text.hpp"

IGATA_INLINE void store_past(void* p, vec v) { store(p, v); }

inline constexpr bool fuses = true;
IGATA_INLINE vec fma(vec a, vec b, vec c) {
  asm("fmla %0.2d, %1.2d, %2.2d" : "+w"(c) : "w"(a), "w"(b));
  return c;
}
IGATA_INLINE vec raw_max(vec a, vec b) { return a > b ? a : b; }
IGATA_INLINE vec raw_min(vec a, vec b) { return a < b ? a : b; }
IGATA_INLINE vec sqrt(vec a) {
  vec root;
  asm("fsqrt %0.2d, %1.2d" : "=w"(root) : "w"(a));
  return root;
}

// Half to even; ceil keeps the zero's sign.
IGATA_INLINE vec round(vec a) {
  asm("frintn %0.2d, %0.2d" : "+w"(a));
  return a;
}
IGATA_INLINE vec floor(vec a) {
  asm("frintm %0.2d, %0.2d" : "+w"(a));
  return a;
}
IGATA_INLINE vec ceil(vec a) {
  asm("frintp %0.2d, %0.2d" : "+w"(a));
  return a;
}

// No sum may join it: see ../fence.text.hpp.
IGATA_INLINE vec unfused(vec product) {
  IGATA_HIDE_VECTOR(product);
  return product;
}
