// The transforms of Winograd's convolution (Lavin and Gray 2015), M x M results of a 3x3 window at a time from (M+2) x (M+2) pixels,
// a vector of channels at once. Points 0, 1, -1, infinity for M = 2; 2 and -2 besides for M = 4. Text: see simd/vectors.text.hpp.

template <int M>
IGATA_INLINE void transform_input(const vec (&d)[M + 2], vec (&out)[M + 2]) {
  if constexpr (M == 2) {
    out[0] = d[0] - d[2];
    out[1] = d[1] + d[2];
    out[2] = d[2] - d[1];
    out[3] = d[1] - d[3];
  } else {
    const vec four = splat(4.f), minus_five = splat(-5.f), two = splat(2.f);
    const vec even = fma(d[2], -four, d[4]), odd = fma(d[1], -four, d[3]), inner = d[4] - d[2], outer = d[3] - d[1];
    out[0] = fma(d[0], four, fma(d[2], minus_five, d[4]));
    out[1] = even + odd;
    out[2] = even - odd;
    out[3] = fma(outer, two, inner);
    out[4] = fma(outer, -two, inner);
    out[5] = fma(d[1], four, fma(d[3], minus_five, d[5]));
  }
}
template <int M>
IGATA_INLINE void transform_output(const vec (&m)[M + 2], vec (&out)[M]) {
  const vec sum = m[1] + m[2], difference = m[1] - m[2];
  if constexpr (M == 2) {
    out[0] = m[0] + sum;
    out[1] = difference - m[3];
  } else {
    const vec far_sum = m[3] + m[4], far_difference = m[3] - m[4];
    out[0] = m[0] + sum + far_sum;
    out[1] = fma(far_difference, splat(2.f), difference);
    out[2] = fma(far_sum, splat(4.f), sum);
    out[3] = fma(far_difference, splat(8.f), difference) + m[5];
  }
}

// The filters' g, with 1/6 and 1/24 rounded.
template <int M>
IGATA_INLINE void transform_filter(const vec (&g)[3], vec (&out)[M + 2]) {
  out[M + 1] = g[2];
  const vec ends = g[0] + g[2];
  if constexpr (M == 2) {
    const vec half = splat(.5f), sum = half * ends, middle = half * g[1];
    out[0] = g[0];
    out[1] = sum + middle;
    out[2] = sum - middle;
  } else {
    const vec sixth = splat(-1 / 6.f), at_one = sixth * ends, one_middle = sixth * g[1];
    const vec at_two = fma(g[2], splat(1 / 6.f), g[0] * splat(1 / 24.f)), two_middle = g[1] * splat(1 / 12.f);
    out[0] = g[0] * splat(.25f);
    out[1] = at_one + one_middle;
    out[2] = at_one - one_middle;
    out[3] = at_two + two_middle;
    out[4] = at_two - two_middle;
  }
}

template <int M>
inline void winograd_filter(const winograd_filter_job& job) noexcept {
  constexpr int size = M + 2;
  for (index row = 0; row < job.rows; ++row)
    for (index c = 0; c < job.cols; c += lanes) {
      const part t = first(job.cols - c);
      const float* w = job.w + row * job.w_row + c;
      vec half[size][3];
      IGATA_UNROLL
      for (int j = 0; j < 3; ++j) {
        vec g[3], out[size];
        IGATA_UNROLL
        for (int i = 0; i < 3; ++i) g[i] = load(w + (3 * i + j) * job.w_tap, t);
        transform_filter<M>(g, out);
        IGATA_UNROLL
        for (int i = 0; i < size; ++i) half[i][j] = out[i];
      }
      float* to = job.out + row * job.out_row + c;
      for (int i = 0; i < size; ++i) {
        vec out[size];
        transform_filter<M>(half[i], out);
        IGATA_UNROLL
        for (int j = 0; j < size; ++j) store(to + j * job.out_plane, out[j]);
        to += size * job.out_plane;
      }
    }
}

// Of the tile that comes next the pixels are fetched: in so many short pieces the CPU does not see them coming.
template <int M>
inline void winograd_input(const winograd_input_job& job) noexcept {
  constexpr int size = M + 2;
  for (index c = 0; c < job.c; c += lanes) {
    const part t = first(job.c - c);
    vec half[size][size];
    for (int j = 0; j < size; ++j) {
      const float* x = job.x + j * job.x_pixel + c;
      const bool inside = j >= job.left && j < job.right;
      vec d[size], out[size];
      IGATA_UNROLL
      for (int i = 0; i < size; ++i) {
        d[i] = vec{};
        __builtin_prefetch(x + i * job.x_line + M * job.x_pixel, 0, 3);
        if (inside && i >= job.top && i < job.bottom) d[i] = load(x + i * job.x_line, t);
      }
      transform_input<M>(d, out);
      IGATA_UNROLL
      for (int i = 0; i < size; ++i) half[i][j] = out[i];
    }
    float* to = job.out + c;
    for (int i = 0; i < size; ++i) {
      vec out[size];
      transform_input<M>(half[i], out);
      IGATA_UNROLL
      for (int j = 0; j < size; ++j) store(to + j * job.out_plane, out[j]);
      to += size * job.out_plane;
    }
  }
}

template <int M>
inline void winograd_output(const winograd_output_job& job) noexcept {
  constexpr int size = M + 2;
  const vec low = splat(job.low), high = splat(job.high);
  for (index c = 0; c < job.cols; c += lanes) {
    const part t = first(job.cols - c);
    vec bias{};
    if (job.bias) bias = load(job.bias + c, t);
    vec half[M][size];
    for (int j = 0; j < size; ++j) {
      const float* in = job.in + j * job.in_plane + c;
      vec m[size], out[M];
      IGATA_UNROLL
      for (int i = 0; i < size; ++i) m[i] = load(in + i * size * job.in_plane);
      transform_output<M>(m, out);
      IGATA_UNROLL
      for (int i = 0; i < M; ++i) half[i][j] = out[i];
    }
    for (int i = 0; i < job.lines; ++i) {
      vec out[M];
      transform_output<M>(half[i], out);
      IGATA_UNROLL
      for (int j = 0; j < M; ++j) {
        if (j >= job.pixels) break;
        vec y = out[j] + bias;
        __builtin_prefetch(job.y + i * job.y_line + (j + M) * job.y_pixel + c, 1, 3);
        if (job.add) y += load(job.add + i * job.add_line + j * job.add_pixel + c, t);
        if (job.clamped) y = raw_min(high, raw_max(low, y));
        store(job.y + i * job.y_line + j * job.y_pixel + c, y, t);
      }
    }
  }
}

// The gradients of the transforms of results and of filters, for M = 4.
IGATA_INLINE void transform_gradient(const vec (&d)[4], vec (&out)[6]) {
  const vec even = d[0] + d[2], odd = d[1] + d[3];
  const vec far_even = fma(d[2], splat(4.f), d[0]), far_odd = fma(d[3], splat(8.f), d[1] + d[1]);
  out[0] = d[0];
  out[1] = even + odd;
  out[2] = even - odd;
  out[3] = far_even + far_odd;
  out[4] = far_even - far_odd;
  out[5] = d[3];
}
IGATA_INLINE void transform_back(const vec (&m)[6], vec (&out)[3]) {
  const vec sixth = splat(1 / 6.f), at_one = m[1] + m[2], at_two = m[3] + m[4];
  out[0] = fma(at_two, splat(1 / 24.f), fma(at_one, -sixth, m[0] * splat(.25f)));
  out[1] = fma(m[3] - m[4], splat(1 / 12.f), (m[2] - m[1]) * sixth);
  out[2] = fma(at_two - at_one, sixth, m[5]);
}

inline void winograd_gradient(const winograd_input_job& job) noexcept {
  for (index c = 0; c < job.c; c += lanes) {
    const part t = first(job.c - c);
    vec half[6][4];
    for (int j = 0; j < 4; ++j) {
      const float* x = job.x + j * job.x_pixel + c;
      vec d[4], out[6];
      IGATA_UNROLL
      for (int i = 0; i < 4; ++i) {
        d[i] = vec{};
        __builtin_prefetch(x + i * job.x_line + 4 * job.x_pixel, 0, 3);
        if (j < job.right && i < job.bottom) d[i] = load(x + i * job.x_line, t);
      }
      transform_gradient(d, out);
      IGATA_UNROLL
      for (int i = 0; i < 6; ++i) half[i][j] = out[i];
    }
    float* to = job.out + c;
    for (int i = 0; i < 6; ++i) {
      vec out[6];
      transform_gradient(half[i], out);
      IGATA_UNROLL
      for (int j = 0; j < 6; ++j) store(to + j * job.out_plane, out[j]);
      to += 6 * job.out_plane;
    }
  }
}

inline void winograd_back(const winograd_back_job& job) noexcept {
  for (index row = 0; row < job.rows; ++row)
    for (index c = 0; c < job.cols; c += lanes) {
      const part t = first(job.cols - c);
      const float* in = job.in + row * job.in_row + c;
      vec half[3][6];
      for (int j = 0; j < 6; ++j) {
        vec m[6], out[3];
        IGATA_UNROLL
        for (int i = 0; i < 6; ++i) m[i] = load(in + (6 * i + j) * job.in_plane);
        transform_back(m, out);
        IGATA_UNROLL
        for (int i = 0; i < 3; ++i) half[i][j] = out[i];
      }
      float* to = job.out + row * job.out_row + c;
      for (int i = 0; i < 3; ++i) {
        vec out[3];
        transform_back(half[i], out);
        IGATA_UNROLL
        for (int j = 0; j < 3; ++j) store(to + (3 * i + j) * job.out_tap, out[j], t);
      }
    }
}
