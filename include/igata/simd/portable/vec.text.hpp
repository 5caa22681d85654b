// The compiler's vectors of 16 bytes and nothing else: for targets without a folder of their own. Text: see ../vectors.text.hpp.

#include "../sixteen_bytes.text.hpp"
#include "../rounding.text.hpp"

IGATA_INLINE void store_past(void* p, vec v) { store(p, v); }

IGATA_INLINE vec fma(vec a, vec b, vec c) {
  const vec product = a * b;
  return product + c;
}
IGATA_INLINE vec raw_max(vec a, vec b) { return a > b ? a : b; }
IGATA_INLINE vec raw_min(vec a, vec b) { return a < b ? a : b; }
IGATA_INLINE vec sqrt(vec a) {
#if defined(IGATA_ELEMENTWISE_SQRT)
  return __builtin_elementwise_sqrt(a);
#else
  for (int i = 0; i < lanes; ++i) a[i] = __builtin_sqrtf(a[i]);
  return a;
#endif
}

// No sum may join it: see ../fence.text.hpp.
IGATA_INLINE vec unfused(vec product) {
  IGATA_HIDE_VECTOR(product);
  return product;
}

#include "../byte_words.text.hpp"
