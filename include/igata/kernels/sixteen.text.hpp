// The last sixteen columns of a folded row. Text: see simd/vectors.text.hpp.

typedef float quad __attribute__((vector_size(16)));
typedef int iquad __attribute__((vector_size(16)));
struct quads {
  quad of[4];
};
template <bool Sum>
IGATA_INLINE quad combine_quads(quad so_far, quad a) {
  if constexpr (Sum) return so_far + a;
#if defined(__clang__)
  std::int32_t infinite = 0x7f800000;
  IGATA_HIDE(infinite);
  const iquad missed = (reinterpret_cast<iquad>(a) & 0x7fffffff) > infinite;
#else
  const iquad missed = a != a;
#endif
#if defined(__SSE2__)
  return missed ? a : __builtin_ia32_maxps(a, so_far);
#else
  return missed ? a : (a > so_far ? a : so_far);
#endif
}
// 16 columns to one, by halves.
template <bool Sum>
IGATA_INLINE float fold_sixteen(const vec* v) {
  quads q;
  __builtin_memcpy(&q, v, sizeof q);
  quad s = combine_quads<Sum>(combine_quads<Sum>(q.of[0], q.of[2]), combine_quads<Sum>(q.of[1], q.of[3]));
  s = combine_quads<Sum>(s, __builtin_shufflevector(s, s, 2, 3, 2, 3));
  return combine_quads<Sum>(s, __builtin_shufflevector(s, s, 1, 1, 1, 1))[0];
}
