// Depthwise convolution of a box of pixels whose windows lie inside the image in the same way: four pixels and one vector of channels at a
// time. Every result is one chain, of the same order in both functions. Text: see simd/vectors.text.hpp.

struct depthwise_finish {
  const real* add;
  index add_step, y_step;
  vec low, high;
  part t;
};
IGATA_INLINE void finish_depthwise(const depthwise_finish& f, vec sum, real* y, index at) {
  if (f.add) sum += load(f.add + at * f.add_step, f.t);
  store(y + at * f.y_step, raw_min(f.high, raw_max(f.low, sum)), f.t);
}

// The pixels that four windows of three columns read in a row. What is left out is not read.
template <int N>
IGATA_INLINE void load_pixels(vec (&d)[N], const real* x, index tap, bool left, bool right, part t) {
  d[0] = load(left ? x + tap : x, t);
  IGATA_UNROLL
  for (int i = 1; i < N - 1; ++i) d[i] = load(x + i * tap, t);
  d[N - 1] = load(x + (right ? N - 2 : N - 1) * tap, t);
}
template <int S, int N>
IGATA_INLINE void add_taps(vec (&sum)[4], const vec (&d)[N], const vec (&w)[3], bool left, bool right) {
  IGATA_UNROLL
  for (int kx = 0; kx < 3; ++kx) {
    IGATA_UNROLL
    for (int i = 0; i < 4; ++i) {
      if (kx == 0 && i == 0 && left) continue;
      if (kx == 2 && i == 3 && right) continue;
      sum[i] = fma(d[i * S + kx], w[kx], sum[i]);
    }
  }
}

// Windows of three columns, S pixels apart, four of them in each of L lines at a time: a pixel that several windows read is loaded once. The
// first window of a line may lack its first column and the last one its last, which lie outside the image.
template <int S, int L>
inline void depthwise_three(const depthwise_box& job) noexcept {
  constexpr int reach = 3 * S + 3, rows = (L - 1) * S + 3;  // pixels: 6 or 9 of 3, 4 or 5 rows
  const index count = job.count, tap = job.x_tap, x_row = job.x_row, last = count - 4;
  for (index c = 0; c < job.cols; c += lanes) {
    depthwise_finish f{nullptr, job.add_step, job.y_step, splat(job.low), splat(job.high), first(job.cols - c)};
    vec bias{}, w[3][3];
    if (job.start) bias = load(job.start + c, f.t);
    if constexpr (L > 1) {
      IGATA_UNROLL
      for (int ky = 0; ky < 3; ++ky) {
        IGATA_UNROLL
        for (int kx = 0; kx < 3; ++kx) w[ky][kx] = load(job.w + ky * job.w_row + kx * job.w_tap + c, f.t);
      }
    }
    for (index line = 0; line < job.lines; line += L) {
      for (index pixel = 0; pixel < count; pixel += 4) {
        const index at = pixel < last ? pixel : last;  // the last four again
        const bool left = job.left_out && at == 0, right = job.right_out && at == last;
        const real* x = job.x + line * job.x_line + at * (S * tap) + c;
        vec sum[L][4];
        IGATA_UNROLL
        for (int l = 0; l < L; ++l) {
          IGATA_UNROLL
          for (int i = 0; i < 4; ++i) sum[l][i] = bias;
        }
        if constexpr (L > 1) {
          IGATA_UNROLL
          for (int row = 0; row < rows; ++row, x += x_row) {
            vec d[reach];
            load_pixels(d, x, tap, left, right, f.t);
            IGATA_UNROLL
            for (int l = 0; l < L; ++l)
              if (row >= l * S && row < l * S + 3) add_taps<S>(sum[l], d, w[row - l * S], left, right);
          }
        } else {
          const real* weight = job.w + c;
          for (index ky = 0; ky < job.kh; ++ky, x += x_row, weight += job.w_row) {
            vec d[reach];
            load_pixels(d, x, tap, left, right, f.t);
            const vec of_row[3] = {load(weight, f.t), load(weight + job.w_tap, f.t), load(weight + 2 * job.w_tap, f.t)};
            add_taps<S>(sum[0], d, of_row, left, right);
          }
        }
        IGATA_UNROLL
        for (int l = 0; l < L; ++l) {
          if (job.add) f.add = job.add + (line + l) * job.add_line + at * f.add_step + c;
          real* const y = job.y + (line + l) * job.y_line + at * f.y_step + c;
          IGATA_UNROLL
          for (int i = 0; i < 4; ++i) finish_depthwise(f, sum[l][i], y, i);
        }
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
      real* const y = job.y + line * job.y_line + c;
      for (index pixel = 0; pixel < job.count; pixel += 4) {
        const index left = job.count - pixel, step1 = left > 1 ? job.x_step : 0, step2 = left > 2 ? 2 * job.x_step : 0,
                    step3 = left > 3 ? 3 * job.x_step : 0;
        vec sum0 = bias, sum1 = bias, sum2 = bias, sum3 = bias;
        for (index ky = 0; ky < job.kh; ++ky) {
          const real* x = job.x + line * job.x_line + pixel * job.x_step + ky * job.x_row + c;
          const real* w = job.w + ky * job.w_row + c;
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
