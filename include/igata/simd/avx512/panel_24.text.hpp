// The panel of 24 columns: the last eight of two rows share a register. Text: see ../vectors.text.hpp.

IGATA_INLINE vec load_eights(const float* low, const float* high, part present) {
  return __builtin_shufflevector(load(low, present), load(high, present), 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
}
IGATA_INLINE void store_eights(float* low, float* high, vec v, part present, bool both) {
  store(low, v, present);
  if (both) store(high, __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15), present);
}

template <int R>
inline void panel_24(panel_job& job) noexcept {
  const part eight = first(job.cols - 16);
  const index b_k = job.b_k, c_row = job.c_row;
  float* const c = job.c;
  const float* const add = job.add;
  for (index tile = job.tiles; tile > 0; --tile) {
    panel_rows<R> rows;
    take_rows<R, 24>(job, rows);
    vec sum[R], pair[R / 2], begin{}, begin_pair{};
    if (job.start) {
      begin = load(job.start);
      begin_pair = load_eights(job.start + 16, job.start + 16, eight);
    }
    IGATA_UNROLL_ALL
    for (int r = 0; r < R; ++r) {
      sum[r] = begin;
      if (r % 2 == 0) pair[r / 2] = begin_pair;
    }
    if (job.continues) {
      IGATA_UNROLL_ALL
      for (int r = 0; r < R; ++r) {
        sum[r] = load(c + rows.pixel[r] * c_row);
        if (r % 2 == 1) pair[r / 2] = load_eights(c + rows.pixel[r - 1] * c_row + 16, c + rows.pixel[r] * c_row + 16, eight);
      }
    }
    index at = 0;
    const float* b = job.b;
    for (index outer = job.outer; outer > 0; --outer, at += job.a_outer_skip, b += job.b_outer_skip)
      for (index middle = job.middle; middle > 0; --middle, at += job.a_middle_skip, b += job.b_middle_skip)
        for (index k = job.k; k > 0; --k) {
          vec row = load(b), row_pair = splat_oct(b + 16), before{};
          IGATA_PIN(row);
          IGATA_PIN(row_pair);
          IGATA_UNROLL_ALL
          for (int r = 0; r < R; ++r) {
            vec x = splat(rows.a[r][at]);
            IGATA_PIN(x);
            sum[r] = fma(x, row, sum[r]);
            if (r % 2 == 1) pair[r / 2] = fma(select(iota < 8, before, x), row_pair, pair[r / 2]);
            before = x;
          }
          ++at;
          IGATA_KEEP_INDEX(at);
          b += b_k;
        }
    if (add) {
      IGATA_UNROLL_ALL
      for (int r = 0; r < R; ++r) {
        sum[r] += load(add + rows.pixel[r] * job.add_row);
        if (r % 2 == 1) pair[r / 2] += load_eights(add + rows.pixel[r - 1] * job.add_row + 16, add + rows.pixel[r] * job.add_row + 16, eight);
      }
    }
    if (job.clamped) {
      const vec low = splat(job.low), high = splat(job.high);
      IGATA_UNROLL_ALL
      for (int r = 0; r < R; ++r) {
        sum[r] = raw_min(high, raw_max(low, sum[r]));
        if (r % 2 == 0) pair[r / 2] = raw_min(high, raw_max(low, pair[r / 2]));
      }
    }
    IGATA_UNROLL_ALL
    for (int r = 0; r < R; ++r) {
      if (r >= rows.count) break;
      store(c + rows.pixel[r] * c_row, sum[r]);
      if (r % 2 == 0) store_eights(c + rows.pixel[r] * c_row + 16, c + rows.pixel[r + 1] * c_row + 16, pair[r / 2], eight, r + 1 < rows.count);
    }
  }
}
