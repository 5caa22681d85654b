// The register tile: R rows by V vectors of accumulators, one broadcast of A and one vector of B per product. Gemm, convolution and
// its filter gradient are all this loop with other strides. Text: see simd/vec.text.hpp.

#if IGATA_LEVEL > 0
using columns = part;
IGATA_INLINE columns columns_of(index n) { return first(n); }
#else
struct columns {};
IGATA_INLINE columns columns_of(index) { return {}; }
IGATA_INLINE vec load(const float* p, columns) { return load(p); }
IGATA_INLINE void store(float* p, vec v, columns) { store(p, v); }
#endif

// The last columns are masked; SSE2 has no masks, and its driver gives start and c room for whole vectors.
template <int R, int V>
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
          const vec x = splat(a[r][at]);
          IGATA_UNROLL
          for (int j = 0; j < V; ++j) sum[r][j] = fma(x, row[j], sum[r][j]);
        }
        at += job.a_k;
        b += job.b_k;
      }
  float* c = job.c;
  IGATA_UNROLL
  for (int r = 0; r < R; ++r) {
    if (r >= job.rows) return;
    IGATA_UNROLL
    for (int j = 0; j < V; ++j) store(c + j * lanes, sum[r][j], present[j]);
    c += job.c_row;
  }
}
