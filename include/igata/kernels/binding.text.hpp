// What is done once with every weight: first values are drawn, filters transformed. Text: see simd/vectors.text.hpp.

#if !defined(IGATA_TARGET)

// Some filters of a Winograd convolution, in double: [10][size], the nine taps and what of them is not finite, times 0; size is whole lines. Point p
// of the (m+2)^2 goes to out + p * out_plane.
struct filter_points_job {
  double* taps;
  index size;
  int m;
  float* out;
  index out_plane;
};

#else

// Numbers first, first + 1 … of a uniform distribution over [-scale, scale): ir/initialize.hpp's, to the last bit.
inline void draw_uniform(std::uint32_t key_x, std::uint32_t key_y, std::uint32_t first, index count, double scale, float* out) noexcept {
  const vec x = splat_bits(static_cast<std::int32_t>(key_x)), y = splat_bits(static_cast<std::int32_t>(key_y));
  const dvec wide_scale = dsplat(scale);
  for (index i = 0; i < count; i += lanes) {
    const uvec counter = ubits(splat_bits(static_cast<std::int32_t>(first + static_cast<std::uint32_t>(i)))) + as<uvec>(lane_numbers());
    const vec u = to_float(as<ivec>(ubits(random_lanes(x, y, counter, splat(0.f))) >> 8)) * 0x1p-23f - splat(1.f);
    const vec value = narrow(widen(u, 0) * wide_scale, widen(u, 1) * wide_scale);
    if (i + lanes <= count) {
      store(out + i, value);
    } else {
      float rest[lanes];
      store(rest, value);
      drivers::copy_floats(out + i, rest, count - i);
    }
  }
}

IGATA_INLINE dvec load_double(const double* p) {
  dvec v;
  __builtin_memcpy(static_cast<void*>(&v), p, sizeof v);
  return v;
}

// The taps in their order, each product rounded before it is added: the same bits on every target. Taps that a point multiplies by 0 only tell
// whether they are numbers.
inline void filter_points(const drivers::filter_points_job& job) noexcept {
  const double(*const g)[3] = drivers::filter_transform(job.m);
  double* const zeros = job.taps + 9 * job.size;
  for (index q = 0; q < job.size; q += lanes / 2) {
    dvec sum = dsplat(0);
    for (int t = 0; t < 9; ++t) {
      const dvec product = dsplat(0) * load_double(job.taps + t * job.size + q);
      sum = sum + product;
    }
    __builtin_memcpy(zeros + q, static_cast<const void*>(&sum), sizeof sum);
  }
  float* out = job.out;
  for (int i = 0; i < job.m + 2; ++i)
    for (int j = 0; j < job.m + 2; ++j, out += job.out_plane) {
      double factor[9];
      const double* tap[9];
      int taps = 0;
      for (int t = 0; t < 9; ++t)
        if (g[i][t / 3] != 0 && g[j][t % 3] != 0) {
          factor[taps] = g[i][t / 3] * g[j][t % 3];
          tap[taps++] = job.taps + t * job.size;
        }
      for (index q = 0; q < job.size; q += lanes) {
        dvec low = load_double(zeros + q), high = load_double(zeros + q + lanes / 2);
        for (int t = 0; t < taps; ++t) {
          const dvec f = dsplat(factor[t]), low_product = f * load_double(tap[t] + q), high_product = f * load_double(tap[t] + q + lanes / 2);
          low = low + low_product;
          high = high + high_product;
        }
        store(out + q, narrow(low, high));
      }
    }
}

#endif
