// The gradient of a convolution's input: each row of the image collects, by the tile, what the rows of windows above it send back; the columns of a
// window's row are then added to the image. Text: see kernels.text.hpp.

#if !defined(IGATA_TARGET)

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
[[gnu::noinline]] inline void add_columns(const window_geometry& g, const real* columns, index columns_row, index channels, index images,
                                          index rows, real* dx, multiply_add_kernel multiply_add) {
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
inline void input_grad_as_conv(const conv2d_input_grad_args& args, const contraction_kernels& target) {
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
  turned.scratch = args.scratch + readable_lines(packed_size(depth, g.c));
  conv2d(turned, target);
}

[[gnu::noinline]] inline void conv2d_input_grad(const conv2d_input_grad_args& args, const contraction_kernels& target,
                                                multiply_add_kernel multiply_add) noexcept {
  const window_geometry& g = args.g;
  if (args.o > 0 && input_grad_is_conv(g, args.groups)) return input_grad_as_conv(args, target);
  const index in_channels = g.c / args.groups, out_channels = args.o / args.groups;
  const index cols = g.kw * in_channels, columns_row = whole_lines(cols), depth = g.kh * out_channels;
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
  real* columns = args.scratch + packed_group * args.groups + readable_behind;
  const source_steps step = steps_of(g.stride_h, g.dilation_h);
  contraction_job job{};
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
          real* dx = args.dx + n * image + (y + row * g.stride_h) * g.w * g.c;
          job.m = together * these * g.ow;
          for (index group = 0; group < args.groups; ++group) {
            job.rows = {args.dy + (n * g.oh + from.out + row) * g.ow * args.o + group * out_channels, g.ow, args.o, these, g.ow * args.o,
                        g.oh * g.ow * args.o};
            job.tile.b = args.scratch + group * packed_group;
            job.tile.c = direct ? dx + group * in_channels : columns;
            job.tile.c_row = direct ? g.c : columns_row;
            contract(job, target);
            if (!direct) add_columns(g, columns, columns_row, in_channels, together, these, dx + group * in_channels, multiply_add);
          }
        }
      y += rows * g.stride_h;
    }
}

#else

template <class Lazily = void>
inline void conv2d_input_grad(const conv2d_input_grad_args& args) noexcept { drivers::conv2d_input_grad(args, own_conv2d<Lazily>, multiply_add); }
inline void depthwise_input_grad(const conv2d_input_grad_args& args) noexcept { drivers::depthwise_input_grad(args, multiply_add); }

#endif
