// The kernels of inference in their shortest form, four results at a time: a small target's own, in place of the ones for caches and wide registers.
// The sums are the same, in the same order. Text: see kernel_set.text.hpp.

// sum[0 … 4) += products of k numbers of `a` with rows of b.
[[gnu::noinline]] inline void add_products(float* sum, const float* a, index a_k, const float* b, index b_k, index k) noexcept {
  vec s = load(sum);
  for (; k > 0; --k, a += a_k, b += b_k) s = fma(splat(*a), load(b), s);
  store(sum, s);
}

// `to`: what a loop says, with its operands at a place of the result.
[[gnu::noinline]] inline void move_loop(const epilogue& loop, int given, index row, index column, pointwise_args& to) noexcept {
  for (int i = given; i < loop.inputs; ++i) to.in[i] = drivers::moved(loop.args, i, row * loop.args.in_row[i] + column * loop.args.in_col[i]);
  for (int i = 0; i < loop.outputs; ++i) to.out[i] = floats(loop.args.out[i]) + row * loop.args.out_row[i] + column;
  to.index = loop.args.index + static_cast<std::uint32_t>(row) * loop.args.index_row + static_cast<std::uint32_t>(column);
}

inline void loop(const loop_args& args) noexcept {
  const epilogue& all = *args.loop;
  const range mine = args.part.of(all.args.rows);
  pointwise_args a = all.args;
  for (index row = mine.begin; row < mine.end; ++row) {
    move_loop(all, 0, row, 0, a);
    all.fn(a);
  }
}
inline void long_loop(const loop_args& args) noexcept { entries::loop(args); }

// Rows of n results: sums(row, column, where to) makes up to `step` of them; then what follows them, so many columns at a time as a block holds.
template <class F>
IGATA_INLINE void make_rows(range rows, index n, index step, float* c, index c_row, const epilogue* post, F sums) {
  float block[panel_width];
  pointwise_args a;
  if (post) a = post->args;
  for (index row = rows.begin; row < rows.end; ++row)
    for (index begin = 0; begin < n; begin += panel_width) {
      const index cols = smaller(n - begin, panel_width);
      float* const to = post ? block : c + row * c_row + begin;
      for (index j = 0; j < cols; j += step) sums(row, begin + j, to + j, smaller(cols - j, step));
      if (!post) continue;
      move_loop(*post, 1, row, begin, a);
      a.in[0] = block;
      a.in_col[0] = 1;
      a.cols = cols;
      post->fn(a);
    }
}

[[gnu::noinline]] inline void gemm(const gemm_args& args) noexcept {
  const float* b = args.b;
  bool packed = args.b_packed;
  if (!packed && args.b_n != 1 && args.n != 1) {
    pack(b, args.b_k, args.b_n, args.k, args.n, args.scratch);
    b = args.scratch;
    packed = true;
  }
  make_rows(args.part.of(args.m), args.n, lanes, args.c, args.c_row, args.post, [&](index row, index column, float* to, index cols) {
    const index panel = packed ? column / panel_width * panel_width : 0;
    const index b_k = packed ? smaller(whole_lines(args.n - panel), panel_width) : args.b_k, splits = args.splits;
    float sum[4][lanes];
    for (index s = 0; s < splits; ++s) {
      store(sum[s], s == 0 && args.bias ? load(args.bias + column, first(cols)) : vec{});
      add_products(sum[s], args.a + row * args.a_row + s * args.a_k, args.a_k * splits, b + panel * args.k + column - panel + s * b_k, b_k * splits,
                   (args.k - s + splits - 1) / splits);
    }
    for (index half = splits / 2; half > 0; half /= 2)
      for (index s = 0; s < half; ++s) store(sum[s], load(sum[s]) + load(sum[s + half]));
    store(to, load(sum[0]), first(cols));
  });
}
inline void split_gemm(const gemm_args& args) noexcept { entries::gemm(args); }
inline void batched_gemm(const batched_gemm_args& args) noexcept {
  const range mine = args.part.of(args.batches);
  gemm_args one = args;
  one.part = {};
  for (index i = mine.begin; i < mine.end; ++i) {
    one.a = args.a + i * args.step_a;
    one.b = args.b + i * args.step_b;
    one.c = args.c + i * args.step_c;
    entries::gemm(one);
  }
}

// Any convolution: what would multiply padding is left out.
[[gnu::noinline]] inline void convolve(const finished_conv2d_args& args, index groups, bool packed) noexcept {
  const window_geometry& g = args.g;
  const index channels = g.c / groups, filters = args.o / groups;
  const bool by_channel = channels == 1 && filters == 1;  // four of them side by side
  const index step = groups == 1 || by_channel || filters % lanes == 0 ? lanes : 1;
  make_rows(args.part.of(result_pixels(g)), args.o, step, args.y, args.y_row, args.post, [&](index pixel, index column, float* to, index cols) {
    const index line = pixel / g.ow, image = line / g.oh, group = column / filters;
    const index top = (line - image * g.oh) * g.stride_h - g.pad_top, left = (pixel - line * g.ow) * g.stride_w - g.pad_left;
    const index panel = packed ? column / panel_width * panel_width : 0;
    const index w_row = packed ? smaller(whole_lines(args.o - panel), panel_width) : args.o;
    const float* w = args.w + panel * g.kh * g.kw * channels + column - panel;
    alignas(vec) float sum[lanes];
    store(sum, args.bias ? load(args.bias + column, first(cols)) : vec{});
    for (index y = top, ky = 0; ky < g.kh; ++ky, y += g.dilation_h)
      for (index x = left, kx = 0; kx < g.kw; ++kx, x += g.dilation_w, w += channels * w_row) {
        if (y < 0 || y >= g.h || x < 0 || x >= g.w) continue;
        const float* const from = args.x + ((image * g.h + y) * g.w + x) * g.c + group * channels;
        if (by_channel) store(sum, fma(load(from, first(cols)), load(w, first(cols)), load(sum)));
        else add_products(sum, from, 1, w, w_row, channels);
      }
    vec result = load(sum);
    if (args.last.add) result += load(args.last.add + pixel * args.last.add_row + column, first(cols));
    if (args.last.clamped) result = raw_min(splat(args.last.high), raw_max(splat(args.last.low), result));  // NaN passes
    store(to, result, first(cols));
  });
}
inline void direct_conv2d(const finished_conv2d_args& args) noexcept { convolve(args, 1, true); }
inline void depthwise_conv2d(const finished_conv2d_args& args) noexcept { convolve(args, args.o, false); }
inline void conv2d(const conv2d_args& args) noexcept {
  convolve({args.g, args.o, args.x, args.w, args.scratch, args.bias, args.y, args.o, {}, args.post, args.part}, args.groups, args.w_packed);
}

[[gnu::noinline]] inline void pool(const pool2d_args& args, bool averages) noexcept {
  const window_geometry& g = args.g;
  const range mine = args.part.of(result_pixels(g));
  for (index pixel = mine.begin; pixel < mine.end; ++pixel)
    for (index c = 0; c < g.c; c += lanes) {
      const index line = pixel / g.ow, image = line / g.oh;
      const index top = (line - image * g.oh) * g.stride_h - g.pad_top, left = (pixel - line * g.ow) * g.stride_w - g.pad_left;
      vec result = splat(averages ? 0.f : -__builtin_inff());
      int inside = 0;
      for (index y = top, ky = 0; ky < g.kh; ++ky, y += g.dilation_h)
        for (index x = left, kx = 0; kx < g.kw; ++kx, x += g.dilation_w) {
          if (y < 0 || y >= g.h || x < 0 || x >= g.w) continue;
          const vec v = load(args.x + ((image * g.h + y) * g.w + x) * g.c + c, first(g.c - c));
          result = averages ? result + v : combine<false>(result, v);
          ++inside;
        }
      if (averages) result *= splat(args.exclude_padding ? 1.f / static_cast<float>(inside > 0 ? inside : 1) : args.scale);
      store(args.y + pixel * g.c + c, result, first(g.c - c));
    }
}
inline void max_pool2d(const pool2d_args& args) noexcept { pool(args, false); }
inline void avg_pool2d(const pool2d_args& args) noexcept { pool(args, true); }
