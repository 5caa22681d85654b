// AVX-512 (F, BW, VL, DQ) with FMA: eight lanes of 64 bits. Text: see ../vectors.text.hpp.

inline constexpr int vector_bytes = 64;
#include "../vectors.text.hpp"
#include "../fence.text.hpp"
#include "../no_rows.text.hpp"
#include "../wide/widen.text.hpp"

inline constexpr ivec iota{0, 1, 2, 3, 4, 5, 6, 7};
IGATA_INLINE ivec lane_numbers() { return iota; }

inline constexpr bool has_masks = true, free_masks = true, pins_loads = true;
inline constexpr int most_sums = 24, most_vectors = 4;
inline constexpr bool has_narrower = false;
namespace narrower = IGATA_TARGET;

// Past the caches, to memory aligned to a vector.
IGATA_INLINE void store_past(void* p, vec v) {
#if defined(__clang__)
  __builtin_nontemporal_store(v, static_cast<vec*>(p));
#else
  __builtin_ia32_movntpd512(static_cast<double*>(p), v);
#endif
}

// The first n lanes of a vector (all when n >= lanes, none when n <= 0): part of a load or store that touches nothing else.
inline constexpr auto all_eight = static_cast<unsigned char>(-1);
struct part {
  unsigned char mask;
};
IGATA_INLINE part first(index n) { return {static_cast<unsigned char>(n >= lanes ? 0xffu : n <= 0 ? 0u : (1u << n) - 1)}; }
IGATA_INLINE vec load(const void* p, part t) { return __builtin_ia32_loadupd512_mask(static_cast<const double*>(p), vec{}, t.mask); }
IGATA_INLINE void store(void* p, vec v, part t) { __builtin_ia32_storeupd512_mask(static_cast<double*>(p), v, t.mask); }
using columns = part;
IGATA_INLINE columns columns_of(index n) { return first(n); }

inline constexpr bool fuses = true;
IGATA_INLINE vec fma(vec a, vec b, vec c) {
#if defined(IGATA_ELEMENTWISE_FMA)
  return __builtin_elementwise_fma(a, b, c);
#else
  return __builtin_ia32_vfmaddpd512_mask(a, b, c, all_eight, 4);
#endif
}
IGATA_INLINE vec raw_max(vec a, vec b) {
#if defined(__clang__)
  return __builtin_ia32_maxpd512(a, b, 4);
#else
  return __builtin_ia32_maxpd512_mask(a, b, a, all_eight, 4);
#endif
}
IGATA_INLINE vec raw_min(vec a, vec b) {
#if defined(__clang__)
  return __builtin_ia32_minpd512(a, b, 4);
#else
  return __builtin_ia32_minpd512_mask(a, b, a, all_eight, 4);
#endif
}

// By its instruction under a user's -ffast-math on clang, whose back end makes an estimate of a square root, whatever the region says.
IGATA_INLINE vec sqrt(vec a) {
#if defined(__clang__) && __FINITE_MATH_ONLY__
  vec root;
  asm("vsqrtpd %1, %0" : "=v"(root) : "v"(a));
  return root;
#elif defined(IGATA_ELEMENTWISE_SQRT)
  return __builtin_elementwise_sqrt(a);
#elif defined(__clang__)
  return __builtin_ia32_sqrtpd512(a, 4);
#else
  return __builtin_ia32_sqrtpd512_mask(a, a, all_eight, 4);
#endif
}

// Half to even; ceil keeps the zero's sign.
IGATA_INLINE vec round(vec a) { return __builtin_ia32_rndscalepd_mask(a, 8, a, all_eight, 4); }
IGATA_INLINE vec floor(vec a) { return __builtin_ia32_rndscalepd_mask(a, 9, a, all_eight, 4); }
IGATA_INLINE vec ceil(vec a) { return __builtin_ia32_rndscalepd_mask(a, 10, a, all_eight, 4); }
