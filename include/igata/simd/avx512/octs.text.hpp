// The tile of convolutions to few filters: a register is eight pixels of two filters. Text: see ../vectors.text.hpp.

typedef float oct __attribute__((vector_size(32)));
typedef float oct_in_memory __attribute__((vector_size(32), aligned(4), may_alias));
IGATA_INLINE vec splat_oct(const float* p) {
  const oct q = *reinterpret_cast<const oct_in_memory*>(p);
#if defined(__clang__)
  return __builtin_shufflevector(q, q, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7);
#else
  return __builtin_ia32_broadcastf32x8_512_mask(q, vec{}, static_cast<unsigned short>(-1));
#endif
}
// Lane i is lane order[i] of a and b side by side.
IGATA_INLINE vec pick(vec a, vec b, ivec order) {
#if defined(__clang__)
  return __builtin_ia32_vpermi2varps512(a, order, b);
#else
  return __builtin_ia32_vpermt2varps512_mask(order, a, b, static_cast<unsigned short>(-1));
#endif
}

inline void fill_octs(const oct_filters_job& job) noexcept {
  float* b = job.b;
  for (index tap = -1; tap < job.taps; ++tap) {
    const float* const from = tap < 0 ? job.start : job.w + tap * job.w_row;
    for (index i = 0; i < job.width; i += 2, b += lanes) {
      vec v{};
      if (from && i + 1 < job.filters) v = splat(from[i + 1]);
      store(b, v);
      if (from && i < job.filters) store(b, splat(from[i]), first(8));
    }
  }
  const vec per_pixel = splat(1 / static_cast<float>(job.filters));
  for (int j = 0; j < 4; ++j) {
    const ivec lane = iota + j * lanes;
    const ivec pixel = __builtin_convertvector((__builtin_convertvector(lane, vec) + .5f) * per_pixel, ivec),
               filter = lane - pixel * static_cast<int>(job.filters);
    store(job.order + j * lanes, from_bits((filter & 3) * 8 + pixel));
    const ivec high = job.width > 6 ? lane & 15 : (filter & 3) * 8 + pixel;  // of a second pair that was put in order as the first, or as it is
    store(job.order + 64 + j * lanes, from_bits(filter > 3 ? high + 16 : lane & 15));
  }
}

// V registers of two filters each.
template <int V>
inline void octs(const oct_job& job) noexcept {
  constexpr int R = 24 / V;
  vec sum[R][V];
  const float* b = job.b;
  IGATA_UNROLL
  for (int j = 0; j < V; ++j) {
    const vec start = load(b + j * lanes);
    IGATA_UNROLL
    for (int r = 0; r < R; ++r) sum[r][j] = start;
  }
  b += V * lanes;
  const float* a[R];
  IGATA_UNROLL
  for (int r = 0; r < R; ++r) a[r] = job.a[r];
  index at = 0;
  for (index outer = job.outer; outer > 0; --outer, at += job.a_outer_skip)
    for (index k = job.k; k > 0; --k) {
      vec row[V];
      IGATA_UNROLL
      for (int j = 0; j < V; ++j) {
        row[j] = load(b + j * lanes);
        IGATA_PIN(row[j]);
      }
      IGATA_UNROLL
      for (int r = 0; r < R; ++r) {
        const vec x = splat_oct(a[r] + at);
        IGATA_UNROLL
        for (int j = 0; j < V; ++j) sum[r][j] = fma(x, row[j], sum[r][j]);
      }
      ++at;
      b += V * lanes;
    }
  ivec first_order[V], second_order[V];
  part present[V];
  IGATA_UNROLL
  for (int j = 0; j < V; ++j) {
    first_order[j] = bits(load(job.order + j * lanes));
    second_order[j] = bits(load(job.order + 64 + j * lanes));
    present[j] = first(8 * job.filters - j * lanes);
  }
  IGATA_UNROLL
  for (int r = 0; r < R; ++r) {
    if (r >= job.rows) return;
    float* const c = job.c[r];
    IGATA_UNROLL
    for (int j = 0; j < V; ++j) {
      const vec low = pick(sum[r][0], sum[r][1], first_order[j]);
      vec high = sum[r][2];
      if constexpr (V > 3) high = pick(high, sum[r][3], first_order[j]);
      store(c + j * lanes, pick(low, high, second_order[j]), present[j]);
    }
  }
}
