// The gradients of a convolution. Of the weights: the tile again, summing over output pixels. Of the input: dy times the transposed
// weights gives what each window sends back, which is then added to the image. Text: see simd/vec.text.hpp.

// Eight taps by one vector of channels; `add` continues what is in dw.
inline void depthwise_filter_grad(const conv2d_filter_grad_args& args, const padded_shape& shape, const float* x, const float* dy,
                                  index images, bool add) {
  const window_geometry& g = args.g;
  const index taps = g.kh * g.kw;
  for (index c = 0; c < g.c; c += lanes) {
    const part t = first(g.c - c);
    for (index tap = 0; tap < taps; tap += 8) {
      const index count = taps - tap < 8 ? taps - tap : 8;
      vec sum[8];
      const float* from[8];
      IGATA_UNROLL
      for (int i = 0; i < 8; ++i) {
        const index at = tap + (i < count ? i : 0);
        sum[i] = add ? load(args.dw + at * g.c + c, t) : vec{};
        from[i] = x + at / g.kw * g.dilation_h * shape.row + at % g.kw * g.dilation_w * g.c + c;
      }
      const float* d = dy + c;
      for (index image = 0; image < images; ++image)
        for (index oy = 0; oy < g.oh; ++oy) {
          index at = image * shape.image + oy * g.stride_h * shape.row;
          for (index ox = 0; ox < g.ow; ++ox, at += g.stride_w * g.c, d += g.c) {
            const vec grad = load(d, t);
            IGATA_UNROLL
            for (int i = 0; i < 8; ++i) sum[i] = fma(load(from[i] + at, t), grad, sum[i]);
          }
        }
      IGATA_UNROLL
      for (int i = 0; i < 8; ++i)
        if (i < count) store(args.dw + (tap + i) * g.c + c, sum[i], t);
    }
  }
}

inline void conv2d_filter_grad(const conv2d_filter_grad_args& args) noexcept {
  const window_geometry& g = args.g;
  const padded_shape shape = padded(g);
  const index in_channels = g.c / args.groups, out_channels = args.o / args.groups;
  const index pixels = g.oh * g.ow;
  if (g.n * pixels == 0) fill_floats(args.dw, vec{}, g.kh * g.kw * in_channels * args.o);
  const bool whole_rows = args.groups == 1 && g.dilation_w == 1;
  const index images = shape.copied ? 1 : g.n;
  dense_job job{};
  job.m = g.kh * g.kw * in_channels;
  job.n = out_channels;
  job.tile.a_k = g.stride_w * g.c;
  job.tile.b_k = args.o;
  job.tile.k = g.ow;
  job.tile.middle = g.oh;
  job.tile.a_middle = g.stride_h * shape.row;
  job.tile.b_middle = g.ow * args.o;
  job.tile.outer = images;
  job.tile.a_outer = shape.image;
  job.tile.b_outer = pixels * args.o;
  job.tile.c_row = job.tile.start_row = args.o;
  for (index image = 0; image < g.n && pixels > 0; image += images) {
    const float* x = args.x + image * g.h * g.w * g.c;
    const float* dy = args.dy + image * pixels * args.o;
    if (shape.copied) {
      pad_image(g, shape, x, args.scratch, image == 0);
      x = args.scratch;
    }
    if (is_depthwise(g, args.o, args.groups)) {
      depthwise_filter_grad(args, shape, x, dy, images, image > 0);
      continue;
    }
    for (index group = 0; group < args.groups; ++group) {
      const float* from = x + group * in_channels;
      if (whole_rows) job.rows = {from, g.kw * g.c, 1, g.kh, g.dilation_h * shape.row, 0};
      else job.rows = {from, in_channels, 1, g.kw, g.dilation_w * g.c, g.dilation_h * shape.row};
      job.tile.b = dy + group * out_channels;
      job.tile.c = args.dw + group * out_channels;
      job.tile.start = image > 0 ? job.tile.c : nullptr;
      dense(job);
    }
  }
}

// Adds what the windows of output rows [oy, oy_end) send back. A window's element (ky, kx) is `in_channels` floats of `columns`.
inline void add_windows(const window_geometry& g, const float* columns, index columns_row, index in_channels, index oy, index oy_end,
                        float* dx) {
  const bool whole_rows = in_channels == g.c && g.dilation_w == 1;
  for (; oy < oy_end; ++oy)
    for (index ox = 0; ox < g.ow; ++ox, columns += columns_row) {
      const index x = ox * g.stride_w - g.pad_left;
      for (index ky = 0; ky < g.kh; ++ky) {
        const index y = oy * g.stride_h - g.pad_top + ky * g.dilation_h;
        if (y < 0 || y >= g.h) continue;
        const float* from = columns + ky * g.kw * in_channels;
        float* to = dx + y * g.w * g.c;
        if (whole_rows) {
          const index begin = x < 0 ? -x : 0, end = g.w - x < g.kw ? g.w - x : g.kw;
          if (begin < end) add_floats(to + (x + begin) * g.c, from + begin * g.c, (end - begin) * g.c);
        } else {
          for (index kx = 0; kx < g.kw; ++kx) {
            const index column = x + kx * g.dilation_w;
            if (column >= 0 && column < g.w) add_floats(to + column * g.c, from + kx * in_channels, in_channels);
          }
        }
      }
    }
}

inline void depthwise_input_grad(const conv2d_input_grad_args& args, const float* dy, float* dx) {
  const window_geometry& g = args.g;
  for (index oy = 0; oy < g.oh; ++oy)
    for (index ky = 0; ky < g.kh; ++ky) {
      const index y = oy * g.stride_h - g.pad_top + ky * g.dilation_h;
      if (y < 0 || y >= g.h) continue;
      for (index ox = 0; ox < g.ow; ++ox)
        for (index kx = 0; kx < g.kw; ++kx) {
          const index x = ox * g.stride_w - g.pad_left + kx * g.dilation_w;
          if (x < 0 || x >= g.w) continue;
          const float* w = args.w + (ky * g.kw + kx) * g.c;
          const float* d = dy + (oy * g.ow + ox) * g.c;
          float* to = dx + (y * g.w + x) * g.c;
          for (index c = 0; c < g.c; c += lanes) {
            const part t = first(g.c - c);
            store(to + c, fma(load(w + c, t), load(d + c, t), load(to + c, t)), t);
          }
        }
    }
}

inline void conv2d_input_grad(const conv2d_input_grad_args& args) noexcept {
  const window_geometry& g = args.g;
  const index in_channels = g.c / args.groups, out_channels = args.o / args.groups;
  const index cols = g.kh * g.kw * in_channels, columns_row = (cols + 15) / 16 * 16;
  fill_floats(args.dx, vec{}, g.n * g.h * g.w * g.c);
  if (g.n * g.oh * g.ow * g.c * args.o == 0) return;
  const bool depthwise = is_depthwise(g, args.o, args.groups);
  const index packed_group = packed_size(out_channels, cols);
  for (index group = 0; group < args.groups && !depthwise; ++group)
    pack(args.w + group * out_channels, 1, args.o, out_channels, cols, args.scratch + group * packed_group);
  float* columns = args.scratch + (packed_group * args.groups + 64 + 15) / 16 * 16;
  // A few output rows at a time, so that their columns are still in the cache when they are added.
  index rows = 32768 / (g.ow * columns_row);
  rows = rows < 1 ? 1 : rows > g.oh ? g.oh : rows;
  dense_job job{};
  job.b_packed = true;
  job.packed_k = out_channels;
  job.n = cols;
  job.tile.a_k = job.tile.b_k = 1;
  job.tile.k = out_channels;
  job.tile.middle = job.tile.outer = 1;
  job.tile.c = columns;
  job.tile.c_row = columns_row;
  for (index image = 0; image < g.n; ++image) {
    float* dx = args.dx + image * g.h * g.w * g.c;
    const float* dy = args.dy + image * g.oh * g.ow * args.o;
    if (depthwise) depthwise_input_grad(args, dy, dx);
    for (index oy = 0; oy < g.oh && !depthwise; oy += rows) {
      const index end = g.oh - oy < rows ? g.oh : oy + rows;
      for (index group = 0; group < args.groups; ++group) {
        job.m = (end - oy) * g.ow;
        job.rows = {dy + oy * g.ow * args.o + group * out_channels, job.m, args.o, 1, 0, 0};
        job.tile.b = args.scratch + group * packed_group;
        dense(job);
        add_windows(g, columns, columns_row, in_channels, oy, end, dx + group * in_channels);
      }
    }
  }
}
