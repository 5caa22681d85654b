// Transposes of lanes of 32 bits. Text: see simd/vectors.text.hpp.

// Squares of registers: four rows at a time within quarters, then the quarters.
inline void transpose(const transpose_job& job) noexcept {
  const index cols = job.cols, padded = job.padded, in_row = job.in_row, out_row = job.out_row;
  for (index c = 0; c < cols; c += lanes) {
    const part across = first(cols - c);
    const float* in = job.in + c;
    for (index r = 0; r < padded; r += lanes) {
      vec v[lanes];
      const index left = job.rows - r;
      IGATA_UNROLL
      for (int i = 0; i < lanes; i += 4) {
        vec w[4];
        IGATA_UNROLL
        for (int k = 0; k < 4; ++k) {
          w[k] = vec{};
          if (left > i + k) w[k] = load(in, across);
          in += in_row;
        }
        const vec low = ones_low(w[0], w[1]), high = ones_high(w[0], w[1]), next_low = ones_low(w[2], w[3]), next_high = ones_high(w[2], w[3]);
        v[i] = twos_low(low, next_low);
        v[i + 1] = twos_high(low, next_low);
        v[i + 2] = twos_low(high, next_high);
        v[i + 3] = twos_high(high, next_high);
      }
      IGATA_UNROLL
      for (int stage = lanes / 8; stage > 0; stage /= 2) {
        vec w[lanes];
        IGATA_UNROLL_ALL
        for (int i = 0; i < lanes / 2; ++i) {
          const int at = i / 4 * 8 + i % 4;
          w[i] = even_quarters(v[at], v[at + 4]);
          w[i + lanes / 2] = odd_quarters(v[at], v[at + 4]);
        }
        IGATA_UNROLL_ALL
        for (int i = 0; i < lanes; ++i) v[i] = w[i];
      }
      float* out = job.out + c * out_row + r;
      IGATA_UNROLL_ALL
      for (int i = 0; i < lanes; ++i, out += out_row)
        if (cols - c > i) store(out, v[i]);
    }
  }
}
