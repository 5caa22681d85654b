// Narrow results: several rows of four or eight values in a register. Text: see ../vectors.text.hpp.

typedef float four_floats __attribute__((vector_size(16), aligned(4), may_alias));
typedef float eight_floats __attribute__((vector_size(32), aligned(4), may_alias));

// The first n lanes, n a constant where it matters.
IGATA_INLINE void store_first(void* p, vec v, index n) {
  if (n >= lanes) return store(p, v);
  if (n == 8) return void(*static_cast<eight_floats*>(p) = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7));
  if (n == 4) return void(*static_cast<four_floats*>(p) = __builtin_shufflevector(v, v, 0, 1, 2, 3));
  store(p, v, first(n));
}

inline constexpr bool holds_rows = true;
// A register of rows of N values (4 or 8): all rows the same, rows `step` floats apart, value J of each row in the place of all of them.
template <int N>
IGATA_INLINE vec same_rows(const float* p, vec others = vec{}, unsigned short mask = 0xffff) {
  if constexpr (N == 4) {
    const four_floats v = *reinterpret_cast<const four_floats*>(p);
#if defined(__clang__)
    return __builtin_ia32_selectps_512(mask, __builtin_shufflevector(v, v, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3), others);
#else
    return __builtin_ia32_broadcastf32x4_512(v, others, mask);
#endif
  } else {
    const eight_floats v = *reinterpret_cast<const eight_floats*>(p);
#if defined(__clang__)
    return __builtin_ia32_selectps_512(mask, __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7), others);
#else
    return __builtin_ia32_broadcastf32x8_512_mask(v, others, mask);
#endif
  }
}
template <int N>
IGATA_INLINE vec some_rows(const float* p, index step) {
  if (step == N) return load(p);
  vec v = same_rows<N>(p);
  IGATA_UNROLL
  for (int r = 1; r < lanes / N; ++r) v = same_rows<N>(p + r * step, v, static_cast<unsigned short>(((1 << N) - 1) << r * N));
  return v;
}
template <int N, int J>
IGATA_INLINE vec spread(vec v) {
  if constexpr (N == 4)
    return __builtin_shufflevector(v, v, J, J, J, J, J + 4, J + 4, J + 4, J + 4, J + 8, J + 8, J + 8, J + 8, J + 12, J + 12, J + 12, J + 12);
  else return __builtin_shufflevector(v, v, J, J, J, J, J, J, J, J, J + 8, J + 8, J + 8, J + 8, J + 8, J + 8, J + 8, J + 8);
}
