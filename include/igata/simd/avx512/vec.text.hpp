// AVX-512 (F, BW, VL, DQ) with FMA: registers of 64 bytes, 32 of them. Text: see ../vectors.text.hpp.

inline constexpr int vector_bytes = 64;
#include "../vectors.text.hpp"
#include "../halves.text.hpp"
#include "../fence.text.hpp"

inline constexpr ivec iota{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
IGATA_INLINE ivec lane_numbers() { return iota; }

inline constexpr bool has_masks = true, free_masks = true, pins_loads = true;
inline constexpr int most_sums = 24, most_vectors = 4, fetched_columns = 64;

// For half a register of columns AVX2's kernels are faster, and their sums are the same.
inline constexpr bool has_narrower = IGATA_HAS_AVX2;
#if IGATA_HAS_AVX2
namespace narrower = avx2;
#else
namespace narrower = IGATA_TARGET;
#endif

// Past the caches, to memory aligned to a vector.
IGATA_INLINE void store_past(void* p, vec v) {
#if defined(__clang__)
  __builtin_nontemporal_store(v, static_cast<vec*>(p));
#else
  __builtin_ia32_movntps512(static_cast<float*>(p), v);
#endif
}

// The first n lanes of a vector (all when n >= lanes, none when n <= 0): part of a load or store that touches nothing else.
struct part {
  unsigned short mask;
};
IGATA_INLINE part first(index n) { return {static_cast<unsigned short>(n >= lanes ? 0xffffu : n <= 0 ? 0u : (1u << n) - 1)}; }
IGATA_INLINE vec load(const void* p, part t) { return __builtin_ia32_loadups512_mask(static_cast<const float*>(p), vec{}, t.mask); }
IGATA_INLINE void store(void* p, vec v, part t) { __builtin_ia32_storeups512_mask(static_cast<float*>(p), v, t.mask); }
#if defined(__clang__)
#include "../widen.text.hpp"
#else  // g++ 12 converts bytes one by one
typedef char byte_lanes __attribute__((vector_size(16), aligned(1), may_alias));
typedef short pair_lanes __attribute__((vector_size(32), aligned(1), may_alias));
typedef char whole_byte_lanes __attribute__((vector_size(16)));
typedef short whole_pair_lanes __attribute__((vector_size(32)));
template <storage From>
IGATA_INLINE ivec widened(const void* p) {
  constexpr auto all = static_cast<unsigned short>(-1);
  if constexpr (From == storage::u8 || From == storage::i8) {
    const whole_byte_lanes bytes = *static_cast<const byte_lanes*>(p);
    if constexpr (From == storage::u8) return __builtin_ia32_pmovzxbd512_mask(bytes, ivec{}, all);
    else return __builtin_ia32_pmovsxbd512_mask(bytes, ivec{}, all);
  } else {
    const whole_pair_lanes pairs = *static_cast<const pair_lanes*>(p);
    if constexpr (From == storage::u16) return __builtin_ia32_pmovzxwd512_mask(pairs, ivec{}, all);
    else return __builtin_ia32_pmovsxwd512_mask(pairs, ivec{}, all);
  }
}
#endif
#if defined(__clang__)
template <int Bytes>
IGATA_INLINE void store_lower(void* p, ivec v) {
  if constexpr (Bytes == 1) *static_cast<u8_lanes*>(p) = convert<u8_lanes>(v);
  else *static_cast<u16_lanes*>(p) = convert<u16_lanes>(v);
}
#else
template <int Bytes>
IGATA_INLINE void store_lower(void* p, ivec v) {
  constexpr auto all = static_cast<unsigned short>(-1);
  if constexpr (Bytes == 1) *static_cast<byte_lanes*>(p) = __builtin_ia32_pmovdb512_mask(v, whole_byte_lanes{}, all);
  else *static_cast<pair_lanes*>(p) = __builtin_ia32_pmovdw512_mask(v, whole_pair_lanes{}, all);
}
#endif
#include "rows.text.hpp"
using columns = part;
IGATA_INLINE columns columns_of(index n) { return first(n); }

IGATA_INLINE vec fma(vec a, vec b, vec c) {
#if defined(IGATA_ELEMENTWISE_FMA)
  return __builtin_elementwise_fma(a, b, c);
#else
  return __builtin_ia32_vfmaddps512_mask(a, b, c, static_cast<unsigned short>(-1), 4);
#endif
}
IGATA_INLINE vec raw_max(vec a, vec b) {
#if defined(__clang__)
  return __builtin_ia32_maxps512(a, b, 4);
#else
  return __builtin_ia32_maxps512_mask(a, b, a, static_cast<unsigned short>(-1), 4);
#endif
}
IGATA_INLINE vec raw_min(vec a, vec b) {
#if defined(__clang__)
  return __builtin_ia32_minps512(a, b, 4);
#else
  return __builtin_ia32_minps512_mask(a, b, a, static_cast<unsigned short>(-1), 4);
#endif
}

// By its instruction under a user's -ffast-math on clang, whose back end makes an estimate of a square root, whatever the region says.
IGATA_INLINE vec sqrt(vec a) {
#if defined(__clang__) && __FINITE_MATH_ONLY__
  vec root;
  asm("vsqrtps %1, %0" : "=v"(root) : "v"(a));
  return root;
#elif defined(IGATA_ELEMENTWISE_SQRT)
  return __builtin_elementwise_sqrt(a);
#elif defined(__clang__)
  return __builtin_ia32_sqrtps512(a, 4);
#else
  return __builtin_ia32_sqrtps512_mask(a, a, static_cast<unsigned short>(-1), 4);
#endif
}

// Half to even; ceil keeps the zero's sign.
IGATA_INLINE vec round(vec a) { return __builtin_ia32_rndscaleps_mask(a, 8, a, static_cast<unsigned short>(-1), 4); }
IGATA_INLINE vec floor(vec a) { return __builtin_ia32_rndscaleps_mask(a, 9, a, static_cast<unsigned short>(-1), 4); }
IGATA_INLINE vec ceil(vec a) { return __builtin_ia32_rndscaleps_mask(a, 10, a, static_cast<unsigned short>(-1), 4); }

// Within quarters of registers, as the instructions go: numbers or pairs of both in turn; and every other quarter of both.
IGATA_INLINE vec ones_low(vec a, vec b) { return __builtin_shufflevector(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29); }
IGATA_INLINE vec ones_high(vec a, vec b) { return __builtin_shufflevector(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31); }
IGATA_INLINE vec twos_low(vec a, vec b) { return __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29); }
IGATA_INLINE vec twos_high(vec a, vec b) { return __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31); }
IGATA_INLINE vec even_quarters(vec a, vec b) { return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27); }
IGATA_INLINE vec odd_quarters(vec a, vec b) { return __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31); }

typedef short pairs __attribute__((vector_size(vector_bytes)));
IGATA_INLINE ivec pair_products(pairs a, pairs b) {
#if defined(__clang__)
  return as<ivec>(__builtin_ia32_pmaddwd512(a, b));
#else
  return __builtin_ia32_pmaddwd512_mask(a, b, ivec{}, static_cast<unsigned short>(-1));
#endif
}
#include "../byte_pairs.text.hpp"

// Four products by one instruction (VNNI), bytes without a sign times bytes with one. It is not every CPU's with AVX-512.
struct byte_dots {
  static constexpr int parts = 1, offset = -128;
  IGATA_INLINE static ivec part(ivec b, int) { return b; }
  IGATA_INLINE static ivec add(ivec sum, ivec a, ivec b) {
    asm("vpdpbusd {%2, %1, %0|%0, %1, %2}" : "+v"(sum) : "v"(a), "v"(b));
    return sum;
  }
};
inline bool has_byte_dots() noexcept { return detail::this_cpu().has(detail::cpu_feature::avx512vnni); }
