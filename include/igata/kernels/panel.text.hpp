// The register tile of packed weights: R rows of A by V vectors of one panel, whole columns of tiles in one call, and what follows an
// inference convolution - bias, residual, clamp - done on the sums before they are stored. Text: see simd/vec.text.hpp.

template <int R, int V>
inline void panel(panel_job& job) noexcept {
  constexpr int lines = V * lanes / 16;  // of a row of the panel
  constexpr bool fetch = lines == (IGATA_LEVEL == 2 ? 4 : 1);
  int lines_left = job.ahead > 0 ? lines - job.lines_ahead : 0;
  part present[V];
  IGATA_UNROLL
  for (int j = 0; j < V; ++j) present[j] = first(job.cols - j * lanes);
  const float* next = job.a;
  index column = job.column, next_pixel = job.pixel;
  const index b_k = job.b_k, c_row = job.c_row;
  const float* const addend = job.add;
  const bool is_far = job.is_far;
  float* next_c = job.c + next_pixel * c_row;
  for (index tile = job.tiles; tile > 0; --tile) {
    const float* a[R];
    float* c[R];
    index pixel[R];
    IGATA_UNROLL
    for (int r = 0; r < R; ++r) {
      a[r] = next;
      c[r] = next_c;
      pixel[r] = next_pixel;
      if (V * lanes == panel_width && is_far) {
        IGATA_UNROLL
        for (int j = 0; j < V * lanes; j += 16) {
          __builtin_prefetch(next_c + j, 1, 3);
          if (addend) __builtin_prefetch(addend + next_pixel * job.add_row + j, 0, 3);
        }
      }
      if (r + 1 >= job.rows && r + 1 < R) continue;  // repeats the last one
      next += job.a_step;
      next_c += c_row;
      ++next_pixel;
      if (++column < job.line) continue;
      column = 0;
      next += job.a_jump;
      next_c += job.pixel_jump * c_row;
      next_pixel += job.pixel_jump;
    }
    vec sum[R][V];
    IGATA_UNROLL
    for (int j = 0; j < V; ++j) {
      vec begin{};
      if (job.start) begin = load(job.start + j * lanes, present[j]);
      IGATA_UNROLL
      for (int r = 0; r < R; ++r) sum[r][j] = begin;
    }
    if (job.continues) {
      IGATA_UNROLL
      for (int r = 0; r < R; ++r) {
        IGATA_UNROLL
        for (int j = 0; j < V; ++j) sum[r][j] = load(c[r] + j * lanes, present[j]);
      }
    }
    index at = 0;
    const float* b = job.b;
    index ahead = 0, ahead_also = 0;
    if (fetch && lines_left > 0) {
      ahead = job.ahead + (lines - lines_left) * 16;
      ahead_also = lines_left > job.tiles_left ? ahead + 16 : 0;
      lines_left -= ahead_also ? 2 : 1;
      --job.tiles_left;
    }
    for (index outer = job.outer; outer > 0; --outer, at += job.a_outer_skip, b += job.b_outer_skip)
      for (index middle = job.middle; middle > 0; --middle, at += job.a_middle_skip, b += job.b_middle_skip)
        for (index k = job.k; k > 0; --k) {
          if constexpr (fetch) __builtin_prefetch(b + ahead, 0, 2);
          if constexpr (fetch && lines > 1) __builtin_prefetch(b + ahead_also, 0, 2);
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
          ++at;
          IGATA_KEEP_INDEX(at);
          b += b_k;
        }
    if (job.add) {
      IGATA_UNROLL
      for (int r = 0; r < R; ++r) {
        IGATA_UNROLL
        for (int j = 0; j < V; ++j) sum[r][j] += load(job.add + pixel[r] * job.add_row + j * lanes, present[j]);
      }
    }
    if (job.clamped) {
      const vec low = splat(job.low), high = splat(job.high);
      IGATA_UNROLL
      for (int r = 0; r < R; ++r) {
        IGATA_UNROLL
        for (int j = 0; j < V; ++j) sum[r][j] = raw_min(high, raw_max(low, sum[r][j]));
      }
    }
    IGATA_UNROLL
    for (int r = 0; r < R; ++r) {
      if (r >= job.rows) break;
      IGATA_UNROLL
      for (int j = 0; j < V; ++j) store(c[r] + j * lanes, sum[r][j], present[j]);
    }
  }
  job.lines_ahead = lines - lines_left;
  job.a = next;
  job.column = column;
  job.pixel = next_pixel;
}
