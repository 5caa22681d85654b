// The register tile: R rows by V vectors of accumulators, one broadcast of A and one vector of B per product. Gemm, convolution and
// its filter gradient are all this loop with other strides. Text: see simd/vec.text.hpp.

#if IGATA_LEVEL == 2
using columns_mask = part;
IGATA_INLINE columns_mask mask_columns(index n) { return first(n); }
IGATA_INLINE vec load_columns(const float* p, columns_mask mask) { return load(p, mask); }
IGATA_INLINE void store_columns(float* p, vec v, columns_mask mask) { store(p, v, mask); }
#elif IGATA_LEVEL == 1
using columns_mask = ivec;
IGATA_INLINE columns_mask mask_columns(index n) { return static_cast<std::int32_t>(n) > iota; }
IGATA_INLINE vec load_columns(const float* p, columns_mask mask) {
  return __builtin_ia32_maskloadps256(reinterpret_cast<const vec*>(p), mask);
}
IGATA_INLINE void store_columns(float* p, vec v, columns_mask mask) { __builtin_ia32_maskstoreps256(reinterpret_cast<vec*>(p), mask, v); }
#else
struct columns_mask {};
IGATA_INLINE columns_mask mask_columns(index) { return {}; }
IGATA_INLINE vec load_columns(const float* p, columns_mask) { return load(p); }
IGATA_INLINE void store_columns(float* p, vec v, columns_mask) { store(p, v); }
#endif

// The last columns are masked; SSE2 has no masks, and its driver gives start and c room for whole vectors.
template <int R, int V>
inline void tile(const tile_job& job) noexcept {
  vec sum[R][V];
  columns_mask columns[V];
  IGATA_UNROLL
  for (int j = 0; j < V; ++j) columns[j] = mask_columns(job.cols - j * lanes);
  const float* start = job.start;
  IGATA_UNROLL
  for (int r = 0; r < R; ++r) {
    IGATA_UNROLL
    for (int j = 0; j < V; ++j) {
      sum[r][j] = vec{};
      if (start) sum[r][j] = load_columns(start + j * lanes, columns[j]);
    }
    if (start && r + 1 < job.rows) start += job.start_row;
  }
  const float* a[R];
  IGATA_UNROLL
  for (int r = 0; r < R; ++r) a[r] = job.a[r];
  for (index outer = 0; outer < job.outer; ++outer) {
    for (index middle = 0; middle < job.middle; ++middle) {
      index at = outer * job.a_outer + middle * job.a_middle;
      const float* b = job.b + outer * job.b_outer + middle * job.b_middle;
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
    }
  }
  float* c = job.c;
#if IGATA_LEVEL == 1
  if (job.cols == V * lanes) {  // masked stores are slow on some CPUs
    IGATA_UNROLL
    for (int r = 0; r < R; ++r) {
      if (r >= job.rows) return;
      IGATA_UNROLL
      for (int j = 0; j < V; ++j) store(c + j * lanes, sum[r][j]);
      c += job.c_row;
    }
    return;
  }
#endif
  IGATA_UNROLL
  for (int r = 0; r < R; ++r) {
    if (r >= job.rows) return;
    IGATA_UNROLL
    for (int j = 0; j < V; ++j) store_columns(c + j * lanes, sum[r][j], columns[j]);
    c += job.c_row;
  }
}
