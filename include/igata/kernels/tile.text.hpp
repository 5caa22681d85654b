// The register tile: R rows by V vectors of accumulators, one broadcast of A and one vector of B per product. Gemm, convolution and
// its filter gradient are all this loop with other strides. Text: see simd/vectors.text.hpp.

// The last columns are masked; SSE2 has no masks, and its driver gives start and c room for whole vectors.
template <int R, int V>
inline void tile(const tile_job& job) noexcept {
  vec sum[R][V];
  columns present[V];
  IGATA_UNROLL
  for (int j = 0; j < V; ++j) present[j] = columns_of(job.cols - j * lanes);
  const real* start = job.start;
  IGATA_UNROLL
  for (int r = 0; r < R; ++r) {
    IGATA_UNROLL
    for (int j = 0; j < V; ++j) {
      sum[r][j] = vec{};
      if (start) sum[r][j] = load(start + j * lanes, present[j]);
    }
    if (start && r + 1 < job.rows) start += job.start_row;
  }
  const real* a[R];
  IGATA_UNROLL
  for (int r = 0; r < R; ++r) a[r] = job.a[r];
  index at = 0;
  const real* b = job.b;
  for (index outer = job.outer; outer > 0; --outer, at += job.a_outer_skip, b += job.b_outer_skip)
    for (index middle = job.middle; middle > 0; --middle, at += job.a_middle_skip, b += job.b_middle_skip)
      for (index k = job.k; k > 0; --k) {
        vec row[V];
        IGATA_UNROLL
        for (int j = 0; j < V; ++j) {
          row[j] = load(b + j * lanes);
          if constexpr (pins_loads) { IGATA_PIN(row[j]); }
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
  real* c = job.c;
  IGATA_UNROLL
  for (int r = 0; r < R; ++r) {
    if (r >= job.rows) return;
    IGATA_UNROLL
    for (int j = 0; j < V; ++j) store(c + j * lanes, sum[r][j], present[j]);
    c += job.c_row;
  }
}

// The same of a plain product whose sums are split; see gemm_fields.
template <int R, int V>
IGATA_INLINE void add_products(vec (&sum)[R][V], const real* const (&a)[R], index at, const real* b) {
  vec row[V];
  IGATA_UNROLL
  for (int j = 0; j < V; ++j) {
    row[j] = load(b + j * lanes);
    if constexpr (pins_loads) { IGATA_PIN(row[j]); }
  }
  IGATA_UNROLL_ALL
  for (int r = 0; r < R; ++r) {
    const vec x = splat(a[r][at]);
    IGATA_UNROLL
    for (int j = 0; j < V; ++j) sum[r][j] = fma(x, row[j], sum[r][j]);
  }
}
template <int S, int R, int V>
inline void split_tile(const tile_job& job) noexcept {
  vec sum[S][R][V];
  columns present[V];
  IGATA_UNROLL
  for (int j = 0; j < V; ++j) present[j] = columns_of(job.cols - j * lanes);
  IGATA_UNROLL
  for (int i = 0; i < S; ++i) {
    IGATA_UNROLL_ALL
    for (int r = 0; r < R; ++r) {
      IGATA_UNROLL
      for (int j = 0; j < V; ++j) sum[i][r][j] = vec{};
    }
  }
  if (const real* const start = job.start) {
    IGATA_UNROLL_ALL
    for (int r = 0; r < R; ++r) {
      IGATA_UNROLL
      for (int j = 0; j < V; ++j) sum[0][r][j] = load(start + j * lanes, present[j]);
    }
  }
  const real* a[R];
  IGATA_UNROLL
  for (int r = 0; r < R; ++r) a[r] = job.a[r];
  const real* b = job.b;
  const index a_k = job.a_k, b_k = job.b_k;
  index k = job.k, at = 0;
  for (; k >= S; k -= S) {
    IGATA_UNROLL
    for (int i = 0; i < S; ++i) add_products(sum[i], a, at + i * a_k, b + i * b_k);
    at += S * a_k;
    b += S * b_k;
  }
  IGATA_UNROLL
  for (int i = 0; i < S - 1; ++i)
    if (i < k) add_products(sum[i], a, at + i * a_k, b + i * b_k);
  real* c = job.c;
  const index rows = job.rows, c_row = job.c_row;
  IGATA_UNROLL_ALL
  for (int r = 0; r < R; ++r) {
    if (r >= rows) return;
    IGATA_UNROLL
    for (int j = 0; j < V; ++j) {
      IGATA_UNROLL
      for (int half = S / 2; half > 0; half /= 2) {
        IGATA_UNROLL
        for (int i = 0; i < half; ++i) sum[i][r][j] += sum[i + half][r][j];
      }
      store(c + j * lanes, sum[0][r][j], present[j]);
    }
    c += c_row;
  }
}
