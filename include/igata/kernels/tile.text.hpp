// The register tile: R rows by V vectors of accumulators, one broadcast of A and one vector of B per product. Gemm, convolution and
// its filter gradient are all this loop with other strides. Text: see simd/vec.text.hpp.

// Stores `rows` rows of at most R. Columns behind the job's last are masked on AVX-512; elsewhere the driver gives start and c room
// for whole vectors.
template <int R, int V>
inline void tile(const tile_job& job) noexcept {
  vec sum[R][V];
#if IGATA_LEVEL == 2
  part columns[V];
  IGATA_UNROLL
  for (int j = 0; j < V; ++j) columns[j] = first(job.cols - j * lanes);
#define IGATA_COLUMNS(j) , columns[j]
#else
#define IGATA_COLUMNS(j)
#endif
  const float* start = job.start;
  IGATA_UNROLL
  for (int r = 0; r < R; ++r) {
    IGATA_UNROLL
    for (int j = 0; j < V; ++j) {
      sum[r][j] = vec{};
      if (start) sum[r][j] = load(start + j * lanes IGATA_COLUMNS(j));
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
  IGATA_UNROLL
  for (int r = 0; r < R; ++r) {
    if (r >= job.rows) return;
    IGATA_UNROLL
    for (int j = 0; j < V; ++j) store(c + j * lanes, sum[r][j] IGATA_COLUMNS(j));
    c += job.c_row;
  }
}
#undef IGATA_COLUMNS
