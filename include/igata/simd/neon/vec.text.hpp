// NEON of 64-bit ARM: registers of 16 bytes. Text: see ../vectors.text.hpp.

#include "../sixteen_bytes.text.hpp"

IGATA_INLINE void store_past(void* p, vec v) { store(p, v); }

IGATA_INLINE vec fma(vec a, vec b, vec c) {
  asm("fmla %0.4s, %1.4s, %2.4s" : "+w"(c) : "w"(a), "w"(b));
  return c;
}
IGATA_INLINE vec raw_max(vec a, vec b) { return a > b ? a : b; }
IGATA_INLINE vec raw_min(vec a, vec b) { return a < b ? a : b; }
IGATA_INLINE vec sqrt(vec a) {
  vec root;
  asm("fsqrt %0.4s, %1.4s" : "=w"(root) : "w"(a));
  return root;
}

// Half to even; ceil keeps the zero's sign.
IGATA_INLINE vec round(vec a) {
  asm("frintn %0.4s, %0.4s" : "+w"(a));
  return a;
}
IGATA_INLINE vec floor(vec a) {
  asm("frintm %0.4s, %0.4s" : "+w"(a));
  return a;
}
IGATA_INLINE vec ceil(vec a) {
  asm("frintp %0.4s, %0.4s" : "+w"(a));
  return a;
}

// No sum may join it: see ../fence.text.hpp.
IGATA_INLINE vec unfused(vec product) {
  IGATA_HIDE_VECTOR(product);
  return product;
}

#include "../byte_words.text.hpp"
