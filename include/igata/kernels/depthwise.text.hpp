// Depthwise convolution of a box of pixels whose windows lie inside the image in the same way: four pixels and one vector of channels at a
// time. Every result is one chain, of the same order in both functions. Text: see simd/vec.text.hpp.

struct depthwise_finish {
  const float* add;
  index add_step, y_step;
  vec low, high;
  part t;
};
IGATA_INLINE void finish_depthwise(const depthwise_finish& f, vec sum, float* y, index at) {
  if (f.add) sum += load(f.add + at * f.add_step, f.t);
  store(y + at * f.y_step, raw_min(f.high, raw_max(f.low, sum)), f.t);
}

// Windows of H x 3, S pixels apart, at least four of them: a pixel that several windows read is loaded once, weights stay in registers.
template <int H, int S>
inline void depthwise_three(const depthwise_box& job) noexcept {
  constexpr int reach = 3 * S + 3;  // 6 or 9
  const index count = job.count, tap = job.x_tap, x_row = job.x_row, last = count - 4;
  for (index c = 0; c < job.cols; c += lanes) {
    depthwise_finish f{nullptr, job.add_step, job.y_step, splat(job.low), splat(job.high), first(job.cols - c)};
    vec bias{}, w[H][3];
    if (job.start) bias = load(job.start + c, f.t);
    IGATA_UNROLL
    for (int ky = 0; ky < H; ++ky) {
      IGATA_UNROLL
      for (int kx = 0; kx < 3; ++kx) w[ky][kx] = load(job.w + ky * job.w_row + kx * job.w_tap + c, f.t);
    }
    for (index line = 0; line < job.lines; ++line) {
      const float* const first_x = job.x + line * job.x_line + c;
      float* const first_y = job.y + line * job.y_line + c;
      for (index pixel = 0; pixel < count; pixel += 4) {
        const index at = pixel < last ? pixel : last;  // the last four again
        const float* x = first_x + at * (S * tap);
        vec sum[4];
        IGATA_UNROLL
        for (int i = 0; i < 4; ++i) sum[i] = bias;
        IGATA_UNROLL
        for (int ky = 0; ky < H; ++ky, x += x_row) {
          vec d[reach];
          const float* p = x;
          IGATA_UNROLL
          for (int i = 0; i < reach; ++i, p += tap) d[i] = load(p, f.t);
          IGATA_UNROLL
          for (int i = 0; i < 4; ++i) {
            IGATA_UNROLL
            for (int kx = 0; kx < 3; ++kx) sum[i] = fma(d[i * S + kx], w[ky][kx], sum[i]);
          }
        }
        if (job.add) f.add = job.add + line * job.add_line + at * f.add_step + c;
        float* const y = first_y + at * f.y_step;
        IGATA_UNROLL
        for (int i = 0; i < 4; ++i) finish_depthwise(f, sum[i], y, i);
      }
    }
  }
}

// Any window: each weight is loaded once per four pixels.
inline void depthwise_any(const depthwise_box& job) noexcept {
  for (index c = 0; c < job.cols; c += lanes) {
    depthwise_finish f{nullptr, job.add_step, job.y_step, splat(job.low), splat(job.high), first(job.cols - c)};
    vec bias{};
    if (job.start) bias = load(job.start + c, f.t);
    for (index line = 0; line < job.lines; ++line) {
      if (job.add) f.add = job.add + line * job.add_line + c;
      float* const y = job.y + line * job.y_line + c;
      for (index pixel = 0; pixel < job.count; pixel += 4) {
        const index left = job.count - pixel, step1 = left > 1 ? job.x_step : 0, step2 = left > 2 ? 2 * job.x_step : 0, step3 = left > 3 ? 3 * job.x_step : 0;
        vec sum0 = bias, sum1 = bias, sum2 = bias, sum3 = bias;
        for (index ky = 0; ky < job.kh; ++ky) {
          const float* x = job.x + line * job.x_line + pixel * job.x_step + ky * job.x_row + c;
          const float* w = job.w + ky * job.w_row + c;
          for (index kx = 0; kx < job.kw; ++kx, x += job.x_tap, w += job.w_tap) {
            const vec weight = load(w, f.t);
            sum0 = fma(load(x, f.t), weight, sum0);
            sum1 = fma(load(x + step1, f.t), weight, sum1);
            sum2 = fma(load(x + step2, f.t), weight, sum2);
            sum3 = fma(load(x + step3, f.t), weight, sum3);
          }
        }
        finish_depthwise(f, sum0, y, pixel);
        if (left > 1) finish_depthwise(f, sum1, y, pixel + 1);
        if (left > 2) finish_depthwise(f, sum2, y, pixel + 2);
        if (left > 3) finish_depthwise(f, sum3, y, pixel + 3);
      }
    }
  }
}
