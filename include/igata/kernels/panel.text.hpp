// The register tile of packed weights: R rows of A by V vectors of one panel, whole columns of tiles in one call, and what follows an
// inference convolution - bias, residual, clamp - done on the sums before they are stored. Text: see simd/vectors.text.hpp.

// The rows of a tile: where each begins, and the pixel that its results belong to.
template <int R>
struct panel_rows {
  const real* a[R];
  index pixel[R];
  index count;  // to be stored; the last one is repeated
};

// Row by row, where lines end or fewer rows are left.
[[gnu::noinline]] inline void walk_rows(panel_job& job, index rows, index count, const real** a, index* pixel) noexcept {
  for (index r = 0; r < rows; ++r) {
    a[r] = job.a;
    pixel[r] = job.pixel;
    if (r + 1 >= count && r + 1 < rows) continue;
    job.a += job.a_step;
    ++job.pixel;
    if (++job.column < job.line) continue;
    job.column = 0;
    job.a += job.a_jump;
    job.pixel += job.pixel_jump;
  }
}
// The lines of the results that come next, which no cache holds.
[[gnu::noinline]] inline void fetch_results(const panel_job& job, index rows, index width) noexcept {
  for (index pixel = job.pixel; pixel < job.pixel + rows; ++pixel)
    for (index j = 0; j < width; j += 16) {
      __builtin_prefetch(job.c + pixel * job.c_row + j, 1, 3);
      if (job.add) __builtin_prefetch(job.add + pixel * job.add_row + j, 0, 3);
    }
  asm volatile("");  // g++ leaves out calls of functions that only fetch
}

template <int R, int Width>
IGATA_INLINE void take_rows(panel_job& job, panel_rows<R>& rows) {
  if (job.is_far) fetch_results(job, R, Width);
  rows.count = job.rows < R ? job.rows : R;
  if (job.column + R <= job.line && rows.count == R) {  // of one line
    const real* next = job.a;
    IGATA_UNROLL_ALL
    for (int r = 0; r < R; ++r) {
      rows.a[r] = next;
      rows.pixel[r] = job.pixel + r;
      next += job.a_step;
    }
    const bool ends = job.column + R == job.line;
    job.a = ends ? next + job.a_jump : next;
    job.column = ends ? 0 : job.column + R;
    job.pixel += ends ? R + job.pixel_jump : R;
  } else {
    const real* a[R];
    index pixel[R];
    walk_rows(job, R, rows.count, a, pixel);
    IGATA_UNROLL_ALL
    for (int r = 0; r < R; ++r) {
      rows.a[r] = a[r];
      rows.pixel[r] = pixel[r];
    }
  }
  job.rows -= R;
}

template <int R, int V>
inline void panel(panel_job& job) noexcept {
  constexpr bool fetch = V * lanes == fetched_columns;
  part present[V];
  IGATA_UNROLL
  for (int j = 0; j < V; ++j) present[j] = first(job.cols - j * lanes);
  const index b_k = job.b_k, c_row = job.c_row;
  real* const c = job.c;
  const real* const add = job.add;
  const real* fetched = job.fetched;
  for (index tile = job.tiles; tile > 0; --tile) {
    panel_rows<R> rows;
    take_rows<R, V * lanes>(job, rows);
    vec sum[R][V];
    IGATA_UNROLL
    for (int j = 0; j < V; ++j) {
      vec begin{};
      if (job.start) begin = load(job.start + j * lanes, present[j]);
      IGATA_UNROLL_ALL
      for (int r = 0; r < R; ++r) sum[r][j] = begin;
    }
    if (job.continues) {
      IGATA_UNROLL_ALL
      for (int r = 0; r < R; ++r) {
        IGATA_UNROLL
        for (int j = 0; j < V; ++j) sum[r][j] = load(c + rows.pixel[r] * c_row + j * lanes, present[j]);
      }
    }
    index at = 0;
    const real* b = job.b;
    const bool fetches = fetched < job.fetch_end;
    if (!fetches) fetched = b;
    const index fetch_step = fetches ? job.fetch_step : 0, fetch_also = fetch_step > 16 ? 16 : 0;
    for (index outer = job.outer; outer > 0; --outer, at += job.a_outer_skip, b += job.b_outer_skip)
      for (index middle = job.middle; middle > 0; --middle, at += job.a_middle_skip, b += job.b_middle_skip)
        for (index k = job.k; k > 0; --k) {
          if constexpr (fetch) {
            __builtin_prefetch(fetched, 0, 2);
            __builtin_prefetch(fetched + fetch_also, 0, 2);
            fetched += fetch_step;
          }
          vec row[V];
          IGATA_UNROLL
          for (int j = 0; j < V; ++j) {
            row[j] = load(b + j * lanes);
            if constexpr (pins_loads) { IGATA_PIN(row[j]); }
          }
          IGATA_UNROLL_ALL
          for (int r = 0; r < R; ++r) {
            const vec x = splat(rows.a[r][at]);
            IGATA_UNROLL
            for (int j = 0; j < V; ++j) sum[r][j] = fma(x, row[j], sum[r][j]);
          }
          ++at;
          IGATA_KEEP_INDEX(at);
          b += b_k;
        }
    if (add) {
      IGATA_UNROLL_ALL
      for (int r = 0; r < R; ++r) {
        IGATA_UNROLL
        for (int j = 0; j < V; ++j) sum[r][j] += load(add + rows.pixel[r] * job.add_row + j * lanes, present[j]);
      }
    }
    if (job.clamped) {
      const vec low = splat(job.low), high = splat(job.high);
      IGATA_UNROLL_ALL
      for (int r = 0; r < R; ++r) {
        IGATA_UNROLL
        for (int j = 0; j < V; ++j) sum[r][j] = raw_min(high, raw_max(low, sum[r][j]));
      }
    }
    IGATA_UNROLL_ALL
    for (int r = 0; r < R; ++r) {
      if (r >= rows.count) break;
      IGATA_UNROLL
      for (int j = 0; j < V; ++j) store(c + rows.pixel[r] * c_row + j * lanes, sum[r][j], present[j]);
    }
  }
  job.fetched = fetched;
}
