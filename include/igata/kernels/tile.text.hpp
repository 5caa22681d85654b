// The register tile: R rows by V vectors of accumulators, one broadcast of A and one vector of B per product. Gemm, convolution and
// its filter gradient are all this loop with other strides.
//
// Every output is one chain: it starts at `start` and adds the products in the order outer, middle, k, in every variant and for
// every number of rows, so its bits do not depend on where in the matrix it stands. Text: see simd/vec.text.hpp.

inline constexpr int max_tile_rows = 8;

// c[r][j] = start[r][j] + sum over (outer, middle, k) of a[r][outer * a_outer + middle * a_middle + k * a_k]
//                                                     * b[outer * b_outer + middle * b_middle + k * b_k + j]
struct tile_job {
  const float* a[max_tile_rows];  // rows behind the last repeat it
  index a_k, a_middle, a_outer;
  const float* b;                 // read in whole vectors
  index b_k, b_middle, b_outer;
  index k, middle, outer;
  const float* start;             // null: zero
  index start_row;                // 0: the same for every row
  float* c;
  index c_row;
  index rows, cols;               // to be stored
};

template <int R, int V>
inline void tile(const tile_job& job) noexcept {
  vec sum[R][V];
  part columns[V];
  IGATA_UNROLL
  for (int j = 0; j < V; ++j) columns[j] = first(job.cols - j * lanes);
  if (job.start) {
    const float* start = job.start;
    IGATA_UNROLL
    for (int r = 0; r < R; ++r) {
      IGATA_UNROLL
      for (int j = 0; j < V; ++j) sum[r][j] = load(start + j * lanes, columns[j]);
      if (r + 1 < job.rows) start += job.start_row;
    }
  } else {
    IGATA_UNROLL
    for (int r = 0; r < R; ++r)
      IGATA_UNROLL
      for (int j = 0; j < V; ++j) sum[r][j] = vec{};
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
    for (int j = 0; j < V; ++j) store(c + j * lanes, sum[r][j], columns[j]);
    c += job.c_row;
  }
}

// The variants, by what is left of the columns. B must be readable for `vectors` whole vectors.
struct tile_shape {
  int rows, vectors;
  void (*run)(const tile_job&) noexcept;
};
inline tile_shape tile_for(index rows, [[maybe_unused]] index cols) {
#if IGATA_LEVEL == 2
  if (rows == 1) return {1, 4, tile<1, 4>};
  if (cols > 2 * lanes) return {6, 4, tile<6, 4>};
  if (cols > lanes) return {8, 2, tile<8, 2>};
  return {8, 1, tile<8, 1>};
#elif IGATA_LEVEL == 1
  if (rows == 1) return {1, 8, tile<1, 8>};
  if (cols > lanes) return {6, 2, tile<6, 2>};
  return {8, 1, tile<8, 1>};
#else
  if (rows == 1) return {1, 4, tile<1, 4>};
  return {4, 2, tile<4, 2>};
#endif
}
