// The gradient of a convolution's weights: the tile again, summing over output pixels. Text: see kernels.text.hpp.

#if !defined(IGATA_TARGET)

// As many groups and filters as channels.
[[gnu::noinline]] inline void depthwise_filter_grad(const conv2d_filter_grad_args& args, multiply_add_kernel multiply_add) noexcept {
  if (args.part.part > 0) return;  // the first share makes all of it
  const window_geometry& g = args.g;
  const padded_shape shape = padded(g);
  zero_floats(args.dw, g.kh * g.kw * g.c);
  multiply_add_job job{};
  job.a_step = g.stride_w * g.c;
  job.b_step = job.cols = g.c;
  job.count = g.ow;
  for (index image = 0; image < g.n; ++image) {
    const float* x = pad_images(g, shape, args.x, image, 1, image == 0, args.scratch);
    for (index oy = 0; oy < g.oh; ++oy)
      for (index tap = 0; tap < g.kh * g.kw; ++tap) {
        job.out = args.dw + tap * g.c;
        job.a = x + (oy * g.stride_h + tap / g.kw * g.dilation_h) * shape.row + tap % g.kw * g.dilation_w * g.c;
        job.b = args.dy + (image * g.oh + oy) * g.ow * g.c;
        multiply_add(job);
      }
  }
}

[[gnu::noinline]] inline void filter_grad_of_images(const conv2d_filter_grad_args& args, const dense_kernels& target, filter_grad_form form) noexcept {
  const window_geometry& g = args.g;
  const padded_shape shape = padded(g);
  const index in_channels = g.c / args.groups, out_channels = args.o / args.groups;
  const index pixels = g.oh * g.ow;
  const bool divides = g.n * pixels > 0 && args.groups == 1 && filter_grad_form_of(g, args.o, args.groups) == filter_grad_form::plain;
  if (!divides && args.part.part > 0) return;  // the first share makes all of it
  if (g.n * pixels == 0) return zero_floats(args.dw, g.kh * g.kw * in_channels * args.o);
  const bool whole_rows = args.groups == 1 && g.dilation_w == 1;
  if (target.tiles[form == filter_grad_form::transposed ? 2 : 1].width < (form == filter_grad_form::transposed ? 32 : 16)) form = filter_grad_form::plain;
  const bool transposed = form == filter_grad_form::transposed, shifted = form == filter_grad_form::shifted;
  const index together = 8192 / smaller(out_channels, panel_width) + 1;  // pixels
  // There is scratch for several padded images where the plain form was expected, not where it stands in for another one.
  const bool one_image = shifted || (shape.copied && filter_grad_form_of(g, args.o, args.groups) != filter_grad_form::plain);
  const index images = one_image ? 1 : smaller(filter_grad_images(g, args.o, args.groups), g.n);
  const index rows = images > 1 || together >= pixels ? g.oh : together / g.ow + 1;
  dense_job job{};
  if (divides) job.part = args.part;
  job.m = g.kh * g.kw * in_channels;
  job.n = out_channels;
  job.tile.a_k = g.stride_w * g.c;
  job.tile.b_k = args.o;
  job.tile.k = g.ow;
  job.tile.a_middle = g.stride_h * shape.row;
  job.tile.b_middle = g.ow * args.o;
  job.tile.a_outer = shape.image;
  job.tile.b_outer = pixels * args.o;
  job.tile.c_row = job.tile.start_row = args.o;
  float* const last_image = args.scratch;
  float* const sums = args.scratch + whole_lines(padded_image(g) + (transposed && !shape.copied ? shape.image + readable_behind : 0));
  const index border = (g.kw - 1) * args.o, bordered_row = g.ow * args.o + 2 * border;
  float* bordered = nullptr;
  if (transposed) {
    job.m = args.o;
    job.n = g.kw * g.c;
    job.tile.c_row = job.tile.start_row = whole_lines(job.n);
    const tile_job t = job.tile;
    job.tile.a_k = t.b_k, job.tile.a_middle = t.b_middle, job.tile.a_outer = t.b_outer;
    job.tile.b_k = t.a_k, job.tile.b_middle = t.a_middle, job.tile.b_outer = t.a_outer;
  } else if (shifted) {
    job.m = g.kh * g.c;
    job.n = g.kw * args.o;
    job.tile.c_row = job.tile.start_row = whole_lines(job.n);
    job.tile.k = g.ow + g.kw - 1;
    job.tile.b_middle = bordered_row;
    bordered = sums + job.m * job.tile.c_row;
    zero_floats(bordered, g.oh * bordered_row);
  }
  for (index image = 0, some; image < g.n; image += some) {
    some = smaller(g.n - image, images);
    const float* x = pad_images(g, shape, args.x, image, some, image == 0, args.scratch);
    if (transposed && !shape.copied) {  // whole vectors are read, which may be past the end
      if (image < g.n - 1) some = smaller(g.n - 1 - image, images);
      else copy_floats(last_image, x, shape.image), x = last_image;
    }
    job.tile.outer = some;
    for (index oy = 0; oy < g.oh; oy += rows) {
      job.tile.middle = smaller(g.oh - oy, rows);
      const float* const dy = args.dy + (image * g.oh + oy) * g.ow * args.o;
      const float* const from = x + oy * g.stride_h * shape.row;
      if (transposed) {
        for (index ky = 0; ky < g.kh; ++ky) {
          job.rows = {dy, args.o, 1, 1, 0, 0};
          job.tile.b = from + ky * g.dilation_h * shape.row;
          job.tile.c = sums + ky * args.o * job.tile.c_row;
          job.tile.start = image + oy > 0 ? job.tile.c : nullptr;
          dense(job, target);
        }
        continue;
      }
      if (shifted) {
        for (index row = 0; row < job.tile.middle; ++row)
          copy_floats(bordered + row * bordered_row + border, dy + row * g.ow * args.o, g.ow * args.o);
        job.rows = {from, g.c, 1, g.kh, g.dilation_h * shape.row, 0};
        job.tile.b = bordered;
        job.tile.c = sums;
        job.tile.start = image + oy > 0 ? job.tile.c : nullptr;
        dense(job, target);
        continue;
      }
      for (index group = 0; group < args.groups; ++group) {
        const float* of_group = from + group * in_channels;
        if (whole_rows) job.rows = {of_group, g.kw * g.c, 1, g.kh, g.dilation_h * shape.row, 0};
        else job.rows = {of_group, in_channels, 1, g.kw, g.dilation_w * g.c, g.dilation_h * shape.row};
        job.tile.b = dy + group * out_channels;
        job.tile.c = args.dw + group * out_channels;
        job.tile.start = image + oy > 0 ? job.tile.c : nullptr;
        dense(job, target);
      }
    }
  }
  if (!transposed && !shifted) return;
  bool numbers = true;
  for (index ky = 0; ky < g.kh; ++ky)
    for (index kx = 0; kx < g.kw; ++kx)
      for (index c = 0; c < g.c; ++c) {
        const float* sum = transposed ? sums + ky * args.o * job.tile.c_row + kx * g.c + c
                                      : sums + (ky * g.c + c) * job.tile.c_row + (g.kw - 1 - kx) * args.o;
        float* out = args.dw + ((ky * g.kw + kx) * g.c + c) * args.o;
        for (index o = 0; o < args.o; ++o) {
          out[o] = sum[o * (transposed ? job.tile.c_row : 1)];
          numbers &= (__builtin_bit_cast(unsigned, out[o]) & 0x7fffffffu) <= 0x7f800000u;  // by bits: the unit may be compiled with -ffast-math
        }
      }
  // Borders times a NaN or an infinity of x are NaN too, in taps that never meet it.
  if (shifted && !numbers) filter_grad_of_images(args, target, filter_grad_form::plain);
}
inline void filter_grad_of_images(const conv2d_filter_grad_args& args, const dense_kernels& target) noexcept {
  filter_grad_of_images(args, target, filter_grad_form_of(args.g, args.o, args.groups));
}

[[gnu::noinline]] inline void conv2d_filter_grad(const conv2d_filter_grad_args& args, const dense_kernels& target, fold_kernel sum) noexcept {
  const window_geometry& g = args.g;
  const index pieces = args.partial ? filter_grad_pieces(g.n) : 1;
  if (pieces == 1) return filter_grad_of_images(args, target);
  const index size = g.kh * g.kw * (g.c / args.groups) * args.o;
  const range mine = args.part.of(pieces);
  for (index piece = mine.begin; piece < mine.end; ++piece) {
    const index first = g.n * piece / pieces;
    conv2d_filter_grad_args some = args;
    some.g.n = g.n * (piece + 1) / pieces - first;
    some.x += first * g.h * g.w * g.c;
    some.dy += first * g.oh * g.ow * args.o;
    some.dw = args.partial + piece * size;
    some.part = {};
    filter_grad_of_images(some, target);
  }
  if (args.part.is_last()) sum({args.dw, args.partial, 0, 0, 1, 1, 0, pieces, size, size, false, false, 1.f, 0});
}

#else

inline void conv2d_filter_grad(const conv2d_filter_grad_args& args) noexcept { drivers::conv2d_filter_grad(args, own_dense, fold<true>); }
inline void depthwise_filter_grad(const conv2d_filter_grad_args& args) noexcept { drivers::depthwise_filter_grad(args, multiply_add); }

#endif
