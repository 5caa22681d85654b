// AVX2 with FMA: registers of 32 bytes. Text: see ../vectors.text.hpp.

inline constexpr int vector_bytes = 32;
#include "../vectors.text.hpp"
#include "../halves.text.hpp"
#include "../fence.text.hpp"
#include "../no_rows.text.hpp"

inline constexpr ivec iota{0, 1, 2, 3, 4, 5, 6, 7};
IGATA_INLINE ivec lane_numbers() { return iota; }

inline constexpr bool has_masks = true, free_masks = false, pins_loads = false;
inline constexpr int most_sums = 12, most_vectors = 8, fetched_columns = 16;

// Kernels for half a register of columns are this target's own.
inline constexpr bool has_narrower = false;
namespace narrower = IGATA_TARGET;

// Past the caches, to memory aligned to a vector.
IGATA_INLINE void store_past(void* p, vec v) {
#if defined(__clang__)
  __builtin_nontemporal_store(v, static_cast<vec*>(p));
#else
  __builtin_ia32_movntps256(static_cast<float*>(p), v);
#endif
}

// The first n lanes of a vector (all when n >= lanes, none when n <= 0): part of a load or store that touches nothing else.
struct part {
  ivec mask;
  bool whole;
};
IGATA_INLINE part first(index n) { return {static_cast<std::int32_t>(n < lanes ? n : lanes) > iota, n >= lanes}; }
IGATA_INLINE vec load(const void* p, part t) { return __builtin_ia32_maskloadps256(static_cast<const vec*>(p), t.mask); }
IGATA_INLINE void store(void* p, vec v, part t) {  // masked stores are slow on some CPUs
  if (t.whole) [[likely]] store(p, v);
  else __builtin_ia32_maskstoreps256(static_cast<vec*>(p), t.mask, v);
}
// The first n lanes, n a constant where it matters.
typedef float four_floats __attribute__((vector_size(16), aligned(4), may_alias));
IGATA_INLINE void store_first(void* p, vec v, index n) {
  if (n >= lanes) return store(p, v);
  if (n == 4) return void(*static_cast<four_floats*>(p) = __builtin_shufflevector(v, v, 0, 1, 2, 3));
  store(p, v, first(n));
}

#if defined(__clang__)
#include "../widen.text.hpp"
#else  // g++ 12 converts bytes one by one
typedef char byte_lanes __attribute__((vector_size(16)));
typedef short pair_lanes __attribute__((vector_size(16), aligned(1), may_alias));
typedef short whole_pair_lanes __attribute__((vector_size(16)));
typedef long long half_lanes __attribute__((vector_size(16)));
template <storage From>
IGATA_INLINE ivec widened(const void* p) {
  if constexpr (From == storage::u8 || From == storage::i8) {
    long long eight;
    __builtin_memcpy(&eight, p, 8);
    const byte_lanes bytes = as<byte_lanes>(half_lanes{eight, 0});
    if constexpr (From == storage::u8) return __builtin_ia32_pmovzxbd256(bytes);
    else return __builtin_ia32_pmovsxbd256(bytes);
  } else {
    const whole_pair_lanes pairs = *static_cast<const pair_lanes*>(p);
    if constexpr (From == storage::u16) return __builtin_ia32_pmovzxwd256(pairs);
    else return __builtin_ia32_pmovsxwd256(pairs);
  }
}
#endif
#include "../narrow.text.hpp"

using columns = part;
IGATA_INLINE columns columns_of(index n) { return first(n); }

IGATA_INLINE vec fma(vec a, vec b, vec c) {
#if defined(IGATA_ELEMENTWISE_FMA)
  return __builtin_elementwise_fma(a, b, c);
#else
  return __builtin_ia32_vfmaddps256(a, b, c);
#endif
}
IGATA_INLINE vec raw_max(vec a, vec b) { return __builtin_ia32_maxps256(a, b); }
IGATA_INLINE vec raw_min(vec a, vec b) { return __builtin_ia32_minps256(a, b); }

// By its instruction under a user's -ffast-math on clang, whose back end makes an estimate of a square root, whatever the region says.
IGATA_INLINE vec sqrt(vec a) {
#if defined(__clang__) && __FINITE_MATH_ONLY__
  vec root;
  asm("vsqrtps %1, %0" : "=v"(root) : "v"(a));
  return root;
#elif defined(IGATA_ELEMENTWISE_SQRT)
  return __builtin_elementwise_sqrt(a);
#else
  return __builtin_ia32_sqrtps256(a);
#endif
}

// Half to even; ceil keeps the zero's sign.
IGATA_INLINE vec round(vec a) { return __builtin_ia32_roundps256(a, 8); }
IGATA_INLINE vec floor(vec a) { return __builtin_ia32_roundps256(a, 9); }
IGATA_INLINE vec ceil(vec a) { return __builtin_ia32_roundps256(a, 10); }

// Within quarters of registers, as the instructions go: numbers or pairs of both in turn; and every other quarter of both.
IGATA_INLINE vec ones_low(vec a, vec b) { return __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13); }
IGATA_INLINE vec ones_high(vec a, vec b) { return __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15); }
IGATA_INLINE vec twos_low(vec a, vec b) { return __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13); }
IGATA_INLINE vec twos_high(vec a, vec b) { return __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15); }
IGATA_INLINE vec even_quarters(vec a, vec b) { return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11); }
IGATA_INLINE vec odd_quarters(vec a, vec b) { return __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15); }

typedef short pairs __attribute__((vector_size(vector_bytes)));
IGATA_INLINE ivec pair_products(pairs a, pairs b) { return as<ivec>(__builtin_ia32_pmaddwd256(a, b)); }
#include "../byte_pairs.text.hpp"
using byte_dots = byte_products;
inline bool has_byte_dots() noexcept { return false; }
