// The gradients of a convolution. Of the weights: the tile again, summing over output pixels. Of the input: each row of the image
// collects, by the tile, what the rows of windows above it send back; the columns of a window's row are then added to the image.
// Text: see kernels.text.hpp.

#if !defined(IGATA_LEVEL)

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
  float* const sums = args.scratch + (padded_image(g) + (transposed && !shape.copied ? shape.image + 64 : 0) + 15) / 16 * 16;
  const index border = (g.kw - 1) * args.o, bordered_row = g.ow * args.o + 2 * border;
  float* bordered = nullptr;
  if (transposed) {
    job.m = args.o;
    job.n = g.kw * g.c;
    job.tile.c_row = job.tile.start_row = (job.n + 15) / 16 * 16;
    const tile_job t = job.tile;
    job.tile.a_k = t.b_k, job.tile.a_middle = t.b_middle, job.tile.a_outer = t.b_outer;
    job.tile.b_k = t.a_k, job.tile.b_middle = t.a_middle, job.tile.b_outer = t.a_outer;
  } else if (shifted) {
    job.m = g.kh * g.c;
    job.n = g.kw * args.o;
    job.tile.c_row = job.tile.start_row = (job.n + 15) / 16 * 16;
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

inline index common_divisor(index a, index b) { return b == 0 ? a : common_divisor(b, a % b); }

// The elements k of a window, k = first, first + step, …, that an input position gets something from, and their output positions
// out, out - back, …; of the outputs [begin, end).
struct sources {
  index first, count, out;
};
struct source_steps {
  index element, back;
};
inline source_steps steps_of(index stride, index dilation) {
  const index common = common_divisor(stride, dilation);
  return {stride / common, dilation / common};
}
[[gnu::noinline]] inline sources sources_of(index position, index pad, index kernel, index stride, index dilation, source_steps step, range outputs) {
  const index at = position + pad, latest = (outputs.end - 1) * stride, earliest = outputs.begin * stride;
  index k = at > latest ? (at - latest + dilation - 1) / dilation : 0;
  while (k < kernel && (at - k * dilation) % stride != 0) ++k;
  const index end = at < earliest ? 0 : smaller(kernel, (at - earliest) / dilation + 1);
  if (k >= end) return {0, 0, 0};
  return {k, (end - 1 - k) / step.element + 1, (at - k * dilation) / stride};
}

// Adds to the image what the window rows in `columns`, [image][row][ox][kx][channel], send back. The rows of the image begin at dx and
// are stride_h apart. One place of the window's row in all images or rows at a time: neighbouring windows overlap, and memory that has
// just been stored in other pieces is slow to load.
[[gnu::noinline]] inline void add_columns(const window_geometry& g, const float* columns, index columns_row, index channels, index images,
                                          index rows, float* dx, multiply_add_kernel multiply_add) {
  const bool whole = channels == g.c && g.dilation_w == 1;  // a window's row is one run of memory
  const bool down = rows > images;
  const index dx_row = g.stride_h * g.w * g.c, dx_image = g.h * g.w * g.c, in_row = g.ow * columns_row, in_image = rows * in_row;
  multiply_add_job job{};
  job.b = &one;
  job.b_scalar = true;
  job.count = down ? rows : images;
  job.out_step = down ? dx_row : dx_image;
  job.a_step = down ? in_row : in_image;
  for (index other = 0; other < (down ? images : rows); ++other)
    for (index ox = 0; ox < g.ow; ++ox) {
      const index left = ox * g.stride_w - g.pad_left;
      const range inside = elements_inside(left, g.w, g.kw, g.dilation_w);
      job.cols = whole ? inside.size() * channels : channels;
      for (index kx = inside.begin; kx < inside.end; kx += whole ? g.kw : 1) {
        job.out = dx + other * (down ? dx_image : dx_row) + (left + kx * g.dilation_w) * g.c;
        job.a = columns + other * (down ? in_image : in_row) + ox * columns_row + kx * channels;
        multiply_add(job);
      }
    }
}

// As many groups and filters as channels.
[[gnu::noinline]] inline void depthwise_input_grad(const conv2d_input_grad_args& args, multiply_add_kernel multiply_add) noexcept {
  const window_geometry& g = args.g;
  const index image = g.h * g.w * g.c;
  multiply_add_job job{};
  job.out_step = g.stride_w * g.c;
  job.a_step = job.cols = g.c;
  const range mine = args.part.of(g.n);
  zero_floats(args.dx + mine.begin * image, mine.size() * image);
  for (index row = mine.begin * g.oh; row < mine.end * g.oh; ++row)
    for (index tap = 0; tap < g.kh * g.kw; ++tap) {
      const index y = row % g.oh * g.stride_h - g.pad_top + tap / g.kw * g.dilation_h;
      const index offset = tap % g.kw * g.dilation_w - g.pad_left;
      const range positions = positions_inside(offset, g.w, g.stride_w, g.ow);
      if (y < 0 || y >= g.h) continue;
      job.count = positions.size();
      job.out = args.dx + ((row / g.oh * g.h + y) * g.w + positions.begin * g.stride_w + offset) * g.c;
      job.a = args.dy + (row * g.ow + positions.begin) * g.c;
      job.b = args.w + tap * g.c;
      multiply_add(job);
    }
}

// dy is convolved with the window turned by half a circle, inputs and outputs exchanged.
inline void input_grad_as_conv(const conv2d_input_grad_args& args, const dense_kernels& target) {
  const window_geometry& g = args.g;
  const index taps = g.kh * g.kw, depth = taps * args.o;
  for (index panel = 0; panel < g.c; panel += panel_width)
    for (index tap = 0; tap < taps; ++tap) {
      const index some = smaller(g.c - panel, panel_width);
      pack_transposed(args.w + ((taps - 1 - tap) * g.c + panel) * args.o, args.o, args.o, some,
                      args.scratch + panel * depth + tap * packed_size(args.o, some), target);
    }
  conv2d_args turned{};
  turned.g = turned_window(g, args.o);
  turned.o = g.c;
  turned.groups = 1;
  turned.x = args.dy;
  turned.w = args.scratch;
  turned.w_packed = true;
  turned.y = args.dx;
  turned.part = args.part;
  turned.scratch = args.scratch + (packed_size(depth, g.c) + 79) / 16 * 16;
  conv2d(turned, target);
}

[[gnu::noinline]] inline void conv2d_input_grad(const conv2d_input_grad_args& args, const dense_kernels& target, multiply_add_kernel multiply_add) noexcept {
  const window_geometry& g = args.g;
  if (args.o > 0 && input_grad_is_conv(g, args.groups)) return input_grad_as_conv(args, target);
  const index in_channels = g.c / args.groups, out_channels = args.o / args.groups;
  const index cols = g.kw * in_channels, columns_row = (cols + 15) / 16 * 16, depth = g.kh * out_channels;
  const index image = g.h * g.w * g.c, in_row = g.ow * columns_row;
  const bool direct = g.kh == 1 && g.kw == 1 && g.oh == g.h && g.ow == g.w && g.stride_h == 1 && g.stride_w == 1 && g.pad_top == 0 && g.pad_left == 0;
  const range mine = args.part.of(g.n);  // images
  if (!direct || args.o == 0) zero_floats(args.dx + mine.begin * image, mine.size() * image);
  if (g.n * g.oh * g.ow * g.c * args.o == 0) return;
  const index packed_group = packed_size(depth, cols);
  for (index group = 0; group < args.groups; ++group)
    for (index panel = 0; panel < cols; panel += panel_width)  // rows: ky, o; columns: kx, channels
      for (index ky = 0; ky < g.kh; ++ky) {
        const index some = smaller(cols - panel, panel_width);
        pack_transposed(args.w + (ky * cols + panel) * args.o + group * out_channels, args.o, out_channels, some,
                        args.scratch + group * packed_group + panel * depth + ky * packed_size(out_channels, some), target);
      }
  float* columns = args.scratch + (packed_group * args.groups + 64) / 16 * 16;
  const source_steps step = steps_of(g.stride_h, g.dilation_h);
  dense_job job{};
  job.b_packed = true;
  job.packed_k = depth;
  job.n = cols;
  job.tile.a_k = job.tile.b_k = 1;
  job.tile.k = out_channels;
  job.tile.middle = 1;
  job.tile.a_outer = -step.back * g.ow * args.o;
  job.tile.b_outer = step.element * out_channels;
  for (index phase = 0; phase < smaller(g.stride_h, g.h); ++phase)
    for (index y = phase; y < g.h;) {
      // Rows that get something from the same rows of the window.
      const sources from = sources_of(y, g.pad_top, g.kh, g.stride_h, g.dilation_h, step, {0, g.oh});
      index rows = 1;
      for (; y + rows * g.stride_h < g.h; ++rows) {
        const sources next = sources_of(y + rows * g.stride_h, g.pad_top, g.kh, g.stride_h, g.dilation_h, step, {0, g.oh});
        if (next.first != from.first || next.count != from.count) break;
      }
      const index most = input_grad_columns / in_row < 1 ? 1 : input_grad_columns / in_row;  // rows at a time, of one image or several
      const index some = direct ? rows : smaller(rows, most), images = direct ? mine.size() : smaller(mine.size(), most / some);
      job.tile.outer = from.count;
      job.b_first = from.first * out_channels;
      for (index n = mine.begin; n < mine.end && from.count > 0; n += images)
        for (index row = 0; row < rows; row += some) {
          const index these = smaller(rows - row, some), together = smaller(mine.end - n, images);
          float* dx = args.dx + n * image + (y + row * g.stride_h) * g.w * g.c;
          job.m = together * these * g.ow;
          for (index group = 0; group < args.groups; ++group) {
            job.rows = {args.dy + (n * g.oh + from.out + row) * g.ow * args.o + group * out_channels, g.ow, args.o, these, g.ow * args.o,
                        g.oh * g.ow * args.o};
            job.tile.b = args.scratch + group * packed_group;
            job.tile.c = direct ? dx + group * in_channels : columns;
            job.tile.c_row = direct ? g.c : columns_row;
            dense(job, target);
            if (!direct) add_columns(g, columns, columns_row, in_channels, together, these, dx + group * in_channels, multiply_add);
          }
        }
      y += rows * g.stride_h;
    }
}

#else

inline void conv2d_filter_grad(const conv2d_filter_grad_args& args) noexcept { drivers::conv2d_filter_grad(args, own_dense, fold<true>); }
inline void conv2d_input_grad(const conv2d_input_grad_args& args) noexcept { drivers::conv2d_input_grad(args, own_conv2d, multiply_add); }
inline void depthwise_filter_grad(const conv2d_filter_grad_args& args) noexcept { drivers::depthwise_filter_grad(args, multiply_add); }
inline void depthwise_input_grad(const conv2d_input_grad_args& args) noexcept { drivers::depthwise_input_grad(args, multiply_add); }

#endif
