// SSE2 with two lanes of 64 bits. Text: see ../vectors.text.hpp.

#include "../wide/sixteen_bytes.text.hpp"

#if defined(__FMA__) || defined(__FMA4__)
#include "../fence.text.hpp"
#else
// No sum may join it: see ../fence.text.hpp.
IGATA_INLINE vec unfused(vec product) {
  IGATA_HIDE_VECTOR(product);
  return product;
}
#endif
#include "../rounding.text.hpp"

// Past the caches, to memory aligned to a vector.
IGATA_INLINE void store_past(void* p, vec v) {
#if defined(__clang__)
  __builtin_nontemporal_store(v, static_cast<vec*>(p));
#else
  __builtin_ia32_movntpd(static_cast<double*>(p), v);
#endif
}

inline constexpr bool fuses = false;
IGATA_INLINE vec fma(vec a, vec b, vec c) {
  const vec product = a * b;
  return product + c;
}
IGATA_INLINE vec raw_max(vec a, vec b) { return __builtin_ia32_maxpd(a, b); }
IGATA_INLINE vec raw_min(vec a, vec b) { return __builtin_ia32_minpd(a, b); }

// By its instruction under a user's -ffast-math on clang, whose back end makes an estimate of a square root, whatever the region says.
IGATA_INLINE vec sqrt(vec a) {
#if defined(__clang__) && __FINITE_MATH_ONLY__
  vec root;
#if defined(__AVX__)
  asm("vsqrtpd %1, %0" : "=v"(root) : "v"(a));
#else
  asm("sqrtpd %1, %0" : "=x"(root) : "x"(a));
#endif
  return root;
#elif defined(IGATA_ELEMENTWISE_SQRT)
  return __builtin_elementwise_sqrt(a);
#else
  return __builtin_ia32_sqrtpd(a);
#endif
}
