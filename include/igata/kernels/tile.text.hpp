// The register tile: R rows by V vectors of accumulators, one broadcast of A and one vector of B per product. Gemm, convolution and
// its filter gradient are all this loop with other strides. Text: see simd/vec.text.hpp.

#if IGATA_LEVEL == 2
typedef float quad __attribute__((vector_size(16)));
typedef float quad_in_memory __attribute__((vector_size(16), aligned(4), may_alias));
IGATA_INLINE vec splat_quad(const float* p) {
  const quad q = *reinterpret_cast<const quad_in_memory*>(p);
#if defined(__clang__)
  return __builtin_shufflevector(q, q, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3);
#else
  return __builtin_ia32_broadcastf32x4_512(q, vec{}, static_cast<unsigned short>(-1));
#endif
}
// Results of four rows, one after the other.
IGATA_INLINE void store_quad(float* p, vec v, vec w, index cols, part t) {
  store(p, __builtin_shufflevector(v, w, 0, 4, 8, 12, 16, 20, 24, 28, 0, 4, 8, 12, 16, 20, 24, 28), t);
  store(p + cols, __builtin_shufflevector(v, w, 1, 5, 9, 13, 17, 21, 25, 29, 1, 5, 9, 13, 17, 21, 25, 29), t);
  store(p + 2 * cols, __builtin_shufflevector(v, w, 2, 6, 10, 14, 18, 22, 26, 30, 2, 6, 10, 14, 18, 22, 26, 30), t);
  store(p + 3 * cols, __builtin_shufflevector(v, w, 3, 7, 11, 15, 19, 23, 27, 31, 3, 7, 11, 15, 19, 23, 27, 31), t);
}
#endif

// The last columns are masked; SSE2 has no masks, and its driver gives start and c room for whole vectors.
template <int R, int V, bool Quads = false>
inline void tile(const tile_job& job) noexcept {
  vec sum[R][V];
  columns present[V];
  IGATA_UNROLL
  for (int j = 0; j < V; ++j) present[j] = columns_of(job.cols - j * lanes);
  const float* start = job.start;
  IGATA_UNROLL
  for (int r = 0; r < R; ++r) {
    IGATA_UNROLL
    for (int j = 0; j < V; ++j) {
      sum[r][j] = vec{};
      if (start) sum[r][j] = load(start + j * lanes, present[j]);
    }
    if (start && r + 1 < job.rows) start += job.start_row;
  }
  const float* a[R];
  IGATA_UNROLL
  for (int r = 0; r < R; ++r) a[r] = job.a[r];
  index at = 0;
  const float* b = job.b;
  for (index outer = job.outer; outer > 0; --outer, at += job.a_outer_skip, b += job.b_outer_skip)
    for (index middle = job.middle; middle > 0; --middle, at += job.a_middle_skip, b += job.b_middle_skip)
      for (index k = job.k; k > 0; --k) {
        vec row[V];
        IGATA_UNROLL
        for (int j = 0; j < V; ++j) {
          row[j] = load(b + j * lanes);
#if IGATA_LEVEL == 2
          IGATA_PIN(row[j]);
#endif
        }
        IGATA_UNROLL
        for (int r = 0; r < R; ++r) {
          vec x;
          if constexpr (Quads) x = splat_quad(a[r] + at);
          else x = splat(a[r][at]);
          IGATA_UNROLL
          for (int j = 0; j < V; ++j) sum[r][j] = fma(x, row[j], sum[r][j]);
        }
        at += job.a_k;
        b += job.b_k;
      }
  float* c = job.c;
  [[maybe_unused]] const columns row_part = columns_of(Quads ? job.cols / 4 : 0);
  IGATA_UNROLL
  for (int r = 0; r < R; ++r) {
    if (r >= job.rows) return;
    if constexpr (Quads) {
      store_quad(c, sum[r][0], sum[r][1], job.cols / 4, row_part);
    } else {
      IGATA_UNROLL
      for (int j = 0; j < V; ++j) store(c + j * lanes, sum[r][j], present[j]);
    }
    c += job.c_row;
  }
}
