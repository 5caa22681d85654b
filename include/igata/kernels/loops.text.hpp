// The other loops over memory that a target has of its own: folds, products added to memory, the gradient of max pooling.
// Text: see simd/vec.text.hpp.

template <bool Sum>
inline void fold(const fold_job& job) noexcept {
  const ivec flip = ivec{} + (job.negated ? sign_bit : 0);
  for (index p = 0; p < job.count; ++p)
    for (index c = 0; c < job.cols; c += lanes) {
      const part t = first(job.cols - c);
      vec v = Sum ? vec{} : splat(-__builtin_inff());
      const float* row = job.in + p * job.in_step + c;
      for (index y = job.outer; y > 0; --y, row += job.outer_step) {
        const float* in = row;
        for (index x = job.inner; x > 0; --x, in += job.inner_step) {
          const vec next = load(in, t);
          if constexpr (Sum) v += next;
          else v = max(v, from_bits(bits(next) ^ flip));
        }
      }
      float* out = job.out + p * job.out_step + c;
      if (job.continues) {
        const vec before = load(out, t);
        if constexpr (Sum) v = before + v;
        else v = max(from_bits(bits(before) ^ flip), v);
      }
      store(out, Sum ? v * job.scale : from_bits(bits(v) ^ flip), t);
    }
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

inline void max_grad(const max_grad_job& job) noexcept {
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
          const ivec better = ((v > best) | is_nan(v)) & ~is_nan(best);
          best = select(better, v, best);
          where = better ? tap : where;
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

// Four pixels of a row and one vector of channels at a time: each weight is loaded once per four pixels.
inline void depthwise(const depthwise_job& job) noexcept {
  for (index p = 0; p < job.count; p += 4) {
    const index left = job.count - p;
    const index at1 = left > 1 ? job.x_step : 0, at2 = left > 2 ? 2 * job.x_step : 0, at3 = left > 3 ? 3 * job.x_step : 0;
    for (index c = 0; c < job.cols; c += lanes) {
      const part t = first(job.cols - c);
      vec sum0 = vec{};
      if (job.start) sum0 = load(job.start + c, t);
      vec sum1 = sum0, sum2 = sum0, sum3 = sum0;
      const float* w = job.w + c;
      for (index ky = 0; ky < job.kh; ++ky) {
        const float* x = job.x + p * job.x_step + c + ky * job.x_row;
        for (index kx = 0; kx < job.kw; ++kx, x += job.x_tap, w += job.w_tap) {
          const vec weight = load(w, t);
          sum0 = fma(load(x, t), weight, sum0);
          sum1 = fma(load(x + at1, t), weight, sum1);
          sum2 = fma(load(x + at2, t), weight, sum2);
          sum3 = fma(load(x + at3, t), weight, sum3);
        }
      }
      float* y = job.y + p * job.y_step + c;
      store(y, sum0, t);
      if (left > 1) store(y + job.y_step, sum1, t);
      if (left > 2) store(y + 2 * job.y_step, sum2, t);
      if (left > 3) store(y + 3 * job.y_step, sum3, t);
    }
  }
}
