// SSE2, which every CPU with 64 bits of x86 has: registers of 16 bytes. Text: see ../vectors.text.hpp.

#include "../sixteen_bytes.text.hpp"
#include "../rounding.text.hpp"

// Past the caches, to memory aligned to a vector.
IGATA_INLINE void store_past(void* p, vec v) {
#if defined(__clang__)
  __builtin_nontemporal_store(v, static_cast<vec*>(p));
#else
  __builtin_ia32_movntps(static_cast<float*>(p), v);
#endif
}

IGATA_INLINE vec fma(vec a, vec b, vec c) {
  const vec product = a * b;
  return product + c;
}
IGATA_INLINE vec raw_max(vec a, vec b) { return __builtin_ia32_maxps(a, b); }
IGATA_INLINE vec raw_min(vec a, vec b) { return __builtin_ia32_minps(a, b); }

// By its instruction under a user's -ffast-math on clang, whose back end makes an estimate of a square root, whatever the region says.
IGATA_INLINE vec sqrt(vec a) {
#if defined(__clang__) && __FINITE_MATH_ONLY__
  vec root;
#if defined(__AVX__)
  asm("vsqrtps %1, %0" : "=v"(root) : "v"(a));
#else
  asm("sqrtps %1, %0" : "=x"(root) : "x"(a));
#endif
  return root;
#elif defined(IGATA_ELEMENTWISE_SQRT)
  return __builtin_elementwise_sqrt(a);
#else
  return __builtin_ia32_sqrtps(a);
#endif
}

#if defined(__FMA__) || defined(__FMA4__)
#include "../fence.text.hpp"
#else
// No sum may join it: see ../fence.text.hpp.
IGATA_INLINE vec unfused(vec product) {
  IGATA_HIDE_VECTOR(product);
  return product;
}
#endif

typedef short pairs __attribute__((vector_size(vector_bytes)));
IGATA_INLINE ivec pair_products(pairs a, pairs b) { return as<ivec>(__builtin_ia32_pmaddwd128(a, b)); }
#include "../byte_pairs.text.hpp"
using byte_dots = byte_products;
inline bool has_byte_dots() noexcept { return false; }
