// The other loops over memory that a target has of its own: folds, products added to memory, the gradient of max pooling.
// Text: see simd/vectors.text.hpp.

inline void stream(float* out, const float* in, index n) noexcept {
  for (index i = 0; i < n; i += lanes) store_past(out + i, load(in + i));
}

// The first operand may wait for a loop's round before: its NaN passes raw_max.
template <bool Sum>
IGATA_INLINE vec combine(vec so_far, vec a) {
  if constexpr (Sum) return so_far + a;
  else return select(is_nan(a), a, raw_max(a, so_far));
}

// Maxima of 2x2 windows, the usual pooling. raw_max passes its second operand's NaN.
inline void fold_square(const fold_job& job) noexcept {
  if constexpr (has_narrower)
    if (job.cols <= lanes / 2) return narrower::fold_square(job);  // a whole register would mostly cross lines of the cache
  const index cols = job.cols, in_step = job.in_step, out_step = job.out_step, right = job.inner_step, below = job.outer_step, count = job.count,
              loose = job.loose;
  const part whole = first(lanes), end = first(cols - (cols - 1) / lanes * lanes);
  const float* in = job.in;
  float* out = job.out;
  for (index p = 0; p < count; ++p, in += in_step, out += out_step)
    for (index c = 0; c < cols; c += lanes) {
      const part t = p < loose || c + lanes <= cols ? whole : end;
      const float* const row = in + c;
      const vec a = load(row, t), b = load(row + right, t), d = load(row + below, t), e = load(row + below + right, t);
      const ivec missed = is_nan(a) | is_nan(b) | is_nan(d);
      const vec most = raw_max(raw_max(a, b), raw_max(d, e));
      store(out + c, select(missed, not_a_number(), most), t);
    }
}

// Of minima, as maxima of -x.
template <bool Sum>
IGATA_INLINE vec flipped(vec v, ivec flip) {
  if constexpr (Sum) return v;
  else return from_bits(bits(v) ^ flip);
}

// `Count` registers of columns beside each other, so that no addition waits for the one before.
template <bool Sum, int Count>
IGATA_INLINE void fold_columns(const fold_job& job, const float* row, float* out, part t, ivec flip) {
  vec v[Count];
  IGATA_UNROLL
  for (int j = 0; j < Count; ++j) v[j] = Sum ? vec{} : minus_infinity();
  for (index y = job.outer; y > 0; --y, row += job.outer_step) {
    const float* in = row;
    for (index x = job.inner; x > 0; --x, in += job.inner_step) {
      IGATA_UNROLL
      for (int j = 0; j < Count; ++j) v[j] = combine<Sum>(v[j], flipped<Sum>(load(in + j * lanes, t), flip));
    }
  }
  IGATA_UNROLL
  for (int j = 0; j < Count; ++j) {
    if (job.continues) v[j] = combine<Sum>(flipped<Sum>(load(out + j * lanes, t), flip), v[j]);
    store(out + j * lanes, Sum ? v[j] * job.scale : flipped<Sum>(v[j], flip), t);
  }
}
template <bool Sum>
inline void fold(const fold_job& job) noexcept {
  const ivec flip = ivec{} + (job.negated ? sign_bit : 0);
  for (index p = 0; p < job.count; ++p) {
    const float* const in = job.in + p * job.in_step;
    float* const out = job.out + p * job.out_step;
    index c = 0;
    for (; c + 4 * lanes <= job.cols; c += 4 * lanes) fold_columns<Sum, 4>(job, in + c, out + c, first(lanes), flip);
    for (; c < job.cols; c += lanes) fold_columns<Sum, 1>(job, in + c, out + c, first(p < job.loose ? lanes : job.cols - c), flip);
  }
}

typedef float quad __attribute__((vector_size(16)));
typedef int iquad __attribute__((vector_size(16)));
struct quads {
  quad of[4];
};
template <bool Sum>
IGATA_INLINE quad combine_quads(quad so_far, quad a) {
  if constexpr (Sum) return so_far + a;
#if defined(__clang__)
  std::int32_t infinite = 0x7f800000;
  IGATA_HIDE(infinite);
  const iquad missed = (reinterpret_cast<iquad>(a) & 0x7fffffff) > infinite;
#else
  const iquad missed = a != a;
#endif
#if defined(__SSE2__)
  return missed ? a : __builtin_ia32_maxps(a, so_far);
#else
  return missed ? a : (a > so_far ? a : so_far);
#endif
}
// 16 columns to one, by halves.
template <bool Sum>
IGATA_INLINE float fold_sixteen(const vec* v) {
  quads q;
  __builtin_memcpy(&q, v, sizeof q);
  quad s = combine_quads<Sum>(combine_quads<Sum>(q.of[0], q.of[2]), combine_quads<Sum>(q.of[1], q.of[3]));
  s = combine_quads<Sum>(s, __builtin_shufflevector(s, s, 2, 3, 2, 3));
  return combine_quads<Sum>(s, __builtin_shufflevector(s, s, 1, 1, 1, 1))[0];
}

// `Columns` columns of a row; those behind its end are not there.
template <bool Sum, int Columns>
IGATA_INLINE float fold_row(const float* in, index n, ivec flip) {
  constexpr int registers = Columns / lanes, beside = registers < 4 ? registers : 4;
  vec v[registers];
  for (int j = 0; j < registers; j += beside) {
    vec sum[beside];
    IGATA_UNROLL
    for (int i = 0; i < beside; ++i) sum[i] = Sum ? vec{} : minus_infinity();
    index k = j * lanes;
    for (; k + beside * lanes <= n; k += Columns) {
      IGATA_UNROLL
      for (int i = 0; i < beside; ++i) sum[i] = combine<Sum>(sum[i], flipped<Sum>(load(in + k + i * lanes), flip));
    }
    IGATA_UNROLL
    for (int i = 0; i < beside; ++i) {
      const index left = n - k - i * lanes;
      if (left <= 0) continue;
      const vec last = flipped<Sum>(load(in + k + i * lanes, first(left)), flip);
      sum[i] =
          combine<Sum>(sum[i], Sum ? last : select(lane_numbers() < static_cast<std::int32_t>(left < lanes ? left : lanes), last, minus_infinity()));
    }
    IGATA_UNROLL
    for (int i = 0; i < beside; ++i) v[j + i] = sum[i];
  }
  if constexpr (Columns == 64) {
    IGATA_UNROLL_ALL
    for (int j = 0; j < registers / 4; ++j)
      v[j] = combine<Sum>(combine<Sum>(v[j], v[j + registers / 2]), combine<Sum>(v[j + registers / 4], v[j + registers / 4 * 3]));
  }
  return fold_sixteen<Sum>(v);
}
template <bool Sum>
inline void fold_across(const across_job& job) noexcept {
  const ivec flip = ivec{} + (job.negated ? sign_bit : 0);
  const float* in = job.in;
  for (index p = 0; p < job.count; ++p, in += job.in_step) {
    const float v = job.n < 64 ? fold_row<Sum, 16>(in, job.n, flip) : fold_row<Sum, 64>(in, job.n, flip);
    job.out[p] = !Sum && job.negated ? -v : v;
  }
}

// Maxima of windows that neither continue nor are negated.
inline void fold_windows(const fold_job& job) noexcept {
  if (job.outer == 2 && job.inner == 2 && job.cols > 0) fold_square(job);
  else fold<false>(job);
}

inline void multiply_add(const multiply_add_job& job) noexcept {
  for (index p = 0; p < job.count; ++p) {
    float* out = job.out + p * job.out_step;
    const float* a = job.a + p * job.a_step;
    const float* b = job.b + p * job.b_step;
    for (index c = 0; c < job.cols; c += lanes) {
      const part t = first(job.cols - c);
      const vec factor = job.b_scalar ? splat(*b) : load(b + c, t);
      store(out + c, fma(load(a + c, t), factor, load(out + c, t)), t);
    }
  }
}

// Whether v is the larger one of a window whose largest so far is best: the first NaN is.
#if defined(__clang__)
IGATA_INLINE ivec is_better(vec v, vec best) { return ((v > best) | is_nan(v)) & ~is_nan(best); }
#else
IGATA_INLINE ivec is_better(vec v, vec best) { return ~(v <= best) & (best == best); }
#endif

// Windows of 2x2 that lie apart. The last vector of a pixel's columns overlaps the one before.
inline void max_grad_square(const max_grad_job& job) noexcept {
  if constexpr (has_narrower)
    if (job.cols <= lanes / 2) return narrower::max_grad_square(job);
  const index right = job.inner_step, below = job.outer_step, cols = job.cols, step = job.step, count = job.count, loose = job.loose;
  const part whole = first(lanes), only = first(cols);
  const float *x_row = job.x, *dy = job.dy;
  float* dx_row = job.dx;
  for (index p = 0; p < count; ++p, x_row += step, dx_row += step, dy += cols)
    for (index next = 0; next < cols; next += lanes) {
      const index c = next > 0 && next + lanes > cols ? cols - lanes : next;
      const part t = p < loose ? whole : only;
      const float* const x = x_row + c;
      float* const dx = dx_row + c;
      const vec first_above = load(x, t), first_below = load(x + below, t);
      const vec last_above = load(x + right, t), last_below = load(x + below + right, t);
      const ivec right_above = is_better(last_above, first_above), right_below = is_better(last_below, first_below);
      const ivec is_below = is_better(select(right_below, last_below, first_below), select(right_above, last_above, first_above));
      const vec grad = load(dy + c, t);
      const vec above_grad = select(is_below, vec{}, grad), below_grad = select(is_below, grad, vec{});
      store(dx, select(right_above, vec{}, above_grad), t);
      store(dx + right, select(right_above, above_grad, vec{}), t);
      store(dx + below, select(right_below, vec{}, below_grad), t);
      store(dx + below + right, select(right_below, below_grad, vec{}), t);
    }
}

inline void max_grad(const max_grad_job& job) noexcept {
  if (job.outer == 2 && job.inner == 2 && job.apart) return max_grad_square(job);
  for (index p = 0; p < job.count; ++p)
    for (index c = 0; c < job.cols; c += lanes) {
      const part t = first(job.cols - c);
      const float* x = job.x + p * job.step + c;
      float* dx = job.dx + p * job.step + c;
      vec best = load(x, t);
      ivec where{};
      ivec tap{};
      for (index i = job.outer; i > 0; --i, x += job.outer_step) {
        const float* in = x;
        for (index j = job.inner; j > 0; --j, tap += 1, in += job.inner_step) {
          const vec v = load(in, t);
          const ivec better = is_better(v, best);
          best = select(better, v, best);
          where = select(better, tap, where);
        }
      }
      const vec grad = load(job.dy + p * job.cols + c, t);
      tap = ivec{};
      for (index i = job.outer; i > 0; --i, dx += job.outer_step) {
        float* to = dx;
        for (index j = job.inner; j > 0; --j, tap += 1, to += job.inner_step) {
          vec mine = from_bits(bits(grad) & (where == tap));
          if (!job.apart) mine += load(to, t);
          store(to, mine, t);
        }
      }
    }
}

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
