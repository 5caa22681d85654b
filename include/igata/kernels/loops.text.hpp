// The other loops over memory that a target has of its own: folds, products added to memory, the gradient of max pooling.
// Text: see simd/vectors.text.hpp.

inline void stream(real* out, const real* in, index n) noexcept {
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
  const real* in = job.in;
  real* out = job.out;
  for (index p = 0; p < count; ++p, in += in_step, out += out_step)
    for (index c = 0; c < cols; c += lanes) {
      const part t = p < loose || c + lanes <= cols ? whole : end;
      const real* const row = in + c;
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
IGATA_INLINE void fold_columns(const fold_job& job, const real* row, real* out, part t, ivec flip) {
  vec v[Count];
  IGATA_UNROLL
  for (int j = 0; j < Count; ++j) v[j] = Sum ? vec{} : minus_infinity();
  for (index y = job.outer; y > 0; --y, row += job.outer_step) {
    const real* in = row;
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
    const real* const in = job.in + p * job.in_step;
    real* const out = job.out + p * job.out_step;
    index c = 0;
    for (; c + 4 * lanes <= job.cols; c += 4 * lanes) fold_columns<Sum, 4>(job, in + c, out + c, first(lanes), flip);
    for (; c < job.cols; c += lanes) fold_columns<Sum, 1>(job, in + c, out + c, first(p < job.loose ? lanes : job.cols - c), flip);
  }
}

// `Columns` columns of a row; those behind its end are not there.
template <bool Sum, int Columns>
IGATA_INLINE real fold_row(const real* in, index n, ivec flip) {
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
          combine<Sum>(sum[i], Sum ? last : select(lane_numbers() < static_cast<integer>(left < lanes ? left : lanes), last, minus_infinity()));
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
  const real* in = job.in;
  for (index p = 0; p < job.count; ++p, in += job.in_step) {
    const real v = job.n < 64 ? fold_row<Sum, 16>(in, job.n, flip) : fold_row<Sum, 64>(in, job.n, flip);
    job.out[p] = !Sum && job.negated ? -v : v;
  }
}

// Maxima of windows that neither continue nor are negated.
template <class Lazily>
inline void fold_windows(const fold_job& job) noexcept {
  if (job.outer == 2 && job.inner == 2 && job.cols > 0) fold_square(job);
  else fold<false>(job);
}

inline void multiply_add(const multiply_add_job& job) noexcept {
  for (index p = 0; p < job.count; ++p) {
    real* out = job.out + p * job.out_step;
    const real* a = job.a + p * job.a_step;
    const real* b = job.b + p * job.b_step;
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
  const real *x_row = job.x, *dy = job.dy;
  real* dx_row = job.dx;
  for (index p = 0; p < count; ++p, x_row += step, dx_row += step, dy += cols)
    for (index next = 0; next < cols; next += lanes) {
      const index c = next > 0 && next + lanes > cols ? cols - lanes : next;
      const part t = p < loose ? whole : only;
      const real* const x = x_row + c;
      real* const dx = dx_row + c;
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
      const real* x = job.x + p * job.step + c;
      real* dx = job.dx + p * job.step + c;
      vec best = load(x, t);
      ivec where{};
      ivec tap{};
      for (index i = job.outer; i > 0; --i, x += job.outer_step) {
        const real* in = x;
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
        real* to = dx;
        for (index j = job.inner; j > 0; --j, tap += 1, to += job.inner_step) {
          vec mine = from_bits(bits(grad) & (where == tap));
          if (!job.apart) mine += load(to, t);
          store(to, mine, t);
        }
      }
    }
}
