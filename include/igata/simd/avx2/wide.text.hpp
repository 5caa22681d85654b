// AVX2 with FMA: four lanes of 64 bits. Text: see ../vectors.text.hpp.

inline constexpr int vector_bytes = 32;
#include "../vectors.text.hpp"
#include "../fence.text.hpp"
#include "../no_rows.text.hpp"
#include "../wide/widen.text.hpp"

inline constexpr ivec iota{0, 1, 2, 3};
IGATA_INLINE ivec lane_numbers() { return iota; }

inline constexpr bool has_masks = true, free_masks = false, pins_loads = false;
inline constexpr int most_sums = 12, most_vectors = 8;
inline constexpr bool has_narrower = false;
namespace narrower = IGATA_TARGET;

// Past the caches, to memory aligned to a vector.
IGATA_INLINE void store_past(void* p, vec v) {
#if defined(__clang__)
  __builtin_nontemporal_store(v, static_cast<vec*>(p));
#else
  __builtin_ia32_movntpd256(static_cast<double*>(p), v);
#endif
}

// The first n lanes of a vector (all when n >= lanes, none when n <= 0): part of a load or store that touches nothing else.
typedef long long mask_lanes __attribute__((vector_size(32)));
struct part {
  ivec mask;
  bool whole;
};
IGATA_INLINE part first(index n) { return {static_cast<integer>(n < lanes ? n : lanes) > iota, n >= lanes}; }
IGATA_INLINE vec load(const void* p, part t) { return __builtin_ia32_maskloadpd256(static_cast<const vec*>(p), as<mask_lanes>(t.mask)); }
IGATA_INLINE void store(void* p, vec v, part t) {  // masked stores are slow on some CPUs
  if (t.whole) [[likely]] store(p, v);
  else __builtin_ia32_maskstorepd256(static_cast<vec*>(p), as<mask_lanes>(t.mask), v);
}
using columns = part;
IGATA_INLINE columns columns_of(index n) { return first(n); }

inline constexpr bool fuses = true;
IGATA_INLINE vec fma(vec a, vec b, vec c) {
#if defined(IGATA_ELEMENTWISE_FMA)
  return __builtin_elementwise_fma(a, b, c);
#else
  return __builtin_ia32_vfmaddpd256(a, b, c);
#endif
}
IGATA_INLINE vec raw_max(vec a, vec b) { return __builtin_ia32_maxpd256(a, b); }
IGATA_INLINE vec raw_min(vec a, vec b) { return __builtin_ia32_minpd256(a, b); }

// By its instruction under a user's -ffast-math on clang, whose back end makes an estimate of a square root, whatever the region says.
IGATA_INLINE vec sqrt(vec a) {
#if defined(__clang__) && __FINITE_MATH_ONLY__
  vec root;
  asm("vsqrtpd %1, %0" : "=v"(root) : "v"(a));
  return root;
#elif defined(IGATA_ELEMENTWISE_SQRT)
  return __builtin_elementwise_sqrt(a);
#else
  return __builtin_ia32_sqrtpd256(a);
#endif
}

// Half to even; ceil keeps the zero's sign.
IGATA_INLINE vec round(vec a) { return __builtin_ia32_roundpd256(a, 8); }
IGATA_INLINE vec floor(vec a) { return __builtin_ia32_roundpd256(a, 9); }
IGATA_INLINE vec ceil(vec a) { return __builtin_ia32_roundpd256(a, 10); }
