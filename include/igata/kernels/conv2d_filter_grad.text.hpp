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
    const real* x = pad_images(g, shape, args.x, image, 1, image == 0, args.scratch);
    for (index oy = 0; oy < g.oh; ++oy)
      for (index tap = 0; tap < g.kh * g.kw; ++tap) {
        job.out = args.dw + tap * g.c;
        job.a = x + (oy * g.stride_h + tap / g.kw * g.dilation_h) * shape.row + tap % g.kw * g.dilation_w * g.c;
        job.b = args.dy + (image * g.oh + oy) * g.ow * g.c;
        multiply_add(job);
      }
  }
}

// Some rows of results, of some images.
struct filter_grad_part {
  const real *x, *dy;  // the first window's first pixel, the first result's gradient
  index images, rows;
  bool first;           // of all: sums begin
};
// Calls sum(part) for all of them, with images padded. So many pixels go together that their part of dy stays in the first cache level.
template <class F>
[[gnu::always_inline]] inline void for_each_part(const conv2d_filter_grad_args& args, const padded_shape& shape, index images, bool copies_last,
                                                 F sum) noexcept {
  const window_geometry& g = args.g;
  const index pixels = g.oh * g.ow, together = 8192 / smaller(args.o / args.groups, panel_width) + 1;
  const index rows = images > 1 || together >= pixels ? g.oh : together / g.ow + 1;
  for (index image = 0, some; image < g.n; image += some) {
    some = smaller(g.n - image, images);
    const real* x = pad_images(g, shape, args.x, image, some, image == 0, args.scratch);
    if (copies_last) {  // whole vectors are read, which may be past the end
      if (image < g.n - 1) some = smaller(g.n - 1 - image, images);
      else copy_floats(args.scratch, x, shape.image), x = args.scratch;
    }
    for (index oy = 0; oy < g.oh; oy += rows) {
      const real* const dy = args.dy + (image * g.oh + oy) * g.ow * args.o;
      sum(filter_grad_part{x + oy * g.stride_h * shape.row, dy, some, smaller(g.oh - oy, rows), image + oy == 0});
    }
  }
}
inline void set_part(contraction_job& job, const filter_grad_part& part) noexcept {
  job.tile.outer = part.images;
  job.tile.middle = part.rows;
}

// Rows are what a window reads, columns are filters. Images go together where there is scratch for them, not where this stands in for another form.
[[gnu::noinline]] inline void filter_grad_plain(const conv2d_filter_grad_args& args, const contraction_kernels& target) noexcept {
  const window_geometry& g = args.g;
  const padded_shape shape = padded(g);
  const index in_channels = g.c / args.groups, out_channels = args.o / args.groups;
  const bool expected = filter_grad_form_of(g, args.o, args.groups) == filter_grad_form::plain;
  contraction_job job{};
  if (args.groups == 1 && expected) job.part = args.part;
  job.m = g.kh * g.kw * in_channels;
  job.n = out_channels;
  job.tile.k = g.ow;
  job.tile.a_k = g.stride_w * g.c, job.tile.a_middle = g.stride_h * shape.row, job.tile.a_outer = shape.image;
  job.tile.b_k = args.o, job.tile.b_middle = g.ow * args.o, job.tile.b_outer = g.oh * g.ow * args.o;
  job.tile.c_row = job.tile.start_row = args.o;
  const bool whole_rows = args.groups == 1 && g.dilation_w == 1;
  const index images = shape.copied && !expected ? 1 : smaller(filter_grad_images(g, args.o, args.groups), g.n);
  for_each_part(args, shape, images, false, [&](const filter_grad_part& part) {
    set_part(job, part);
    for (index group = 0; group < args.groups; ++group) {
      const real* const of_group = part.x + group * in_channels;
      if (whole_rows) job.rows = {of_group, g.kw * g.c, 1, g.kh, g.dilation_h * shape.row, 0};
      else job.rows = {of_group, in_channels, 1, g.kw, g.dilation_w * g.c, g.dilation_h * shape.row};
      job.tile.b = part.dy + group * out_channels;
      job.tile.c = args.dw + group * out_channels;
      job.tile.start = part.first ? nullptr : job.tile.c;
      contract(job, target);
    }
  });
}

// Rows are filters, columns what a row of a window reads.
[[gnu::noinline]] inline void filter_grad_transposed(const conv2d_filter_grad_args& args, const contraction_kernels& target) noexcept {
  const window_geometry& g = args.g;
  const padded_shape shape = padded(g);
  real* const sums = args.scratch + whole_lines(padded_image(g) + (shape.copied ? 0 : shape.image + readable_behind));
  contraction_job job{};
  job.m = args.o;
  job.n = g.kw * g.c;
  job.tile.k = g.ow;
  job.tile.a_k = args.o, job.tile.a_middle = g.ow * args.o, job.tile.a_outer = g.oh * g.ow * args.o;
  job.tile.b_k = g.stride_w * g.c, job.tile.b_middle = g.stride_h * shape.row, job.tile.b_outer = shape.image;
  job.tile.c_row = job.tile.start_row = whole_lines(job.n);
  const index images = shape.copied ? 1 : smaller(filter_grad_images(g, args.o, args.groups), g.n);
  for_each_part(args, shape, images, !shape.copied, [&](const filter_grad_part& part) {
    set_part(job, part);
    for (index ky = 0; ky < g.kh; ++ky) {
      job.rows = {part.dy, args.o, 1, 1, 0, 0};
      job.tile.b = part.x + ky * g.dilation_h * shape.row;
      job.tile.c = sums + ky * args.o * job.tile.c_row;
      job.tile.start = part.first ? nullptr : job.tile.c;
      contract(job, target);
    }
  });
  for (index ky = 0; ky < g.kh; ++ky)
    for (index k = 0; k < job.n; ++k)
      for (index o = 0; o < args.o; ++o) args.dw[(ky * job.n + k) * args.o + o] = sums[(ky * args.o + o) * job.tile.c_row + k];
}

// Rows are the channels of a window's rows, columns filters at each shift of a row of dy, which gets borders. False where a result is no number:
// borders times a NaN or an infinity of x are NaN too, in taps that never meet it.
[[gnu::noinline]] inline bool filter_grad_shifted(const conv2d_filter_grad_args& args, const contraction_kernels& target) noexcept {
  const window_geometry& g = args.g;
  const padded_shape shape = padded(g);
  const index border = (g.kw - 1) * args.o, bordered_row = g.ow * args.o + 2 * border;
  real* const sums = args.scratch + whole_lines(padded_image(g));
  contraction_job job{};
  job.m = g.kh * g.c;
  job.n = g.kw * args.o;
  job.tile.k = g.ow + g.kw - 1;
  job.tile.a_k = g.stride_w * g.c, job.tile.a_middle = g.stride_h * shape.row, job.tile.a_outer = shape.image;
  job.tile.b_k = args.o, job.tile.b_middle = bordered_row, job.tile.b_outer = g.oh * g.ow * args.o;
  job.tile.c_row = job.tile.start_row = whole_lines(job.n);
  real* const bordered = sums + job.m * job.tile.c_row;
  zero_floats(bordered, g.oh * bordered_row);
  for_each_part(args, shape, 1, false, [&](const filter_grad_part& part) {
    set_part(job, part);
    for (index row = 0; row < part.rows; ++row) copy_floats(bordered + row * bordered_row + border, part.dy + row * g.ow * args.o, g.ow * args.o);
    job.rows = {part.x, g.c, 1, g.kh, g.dilation_h * shape.row, 0};
    job.tile.b = bordered;
    job.tile.c = sums;
    job.tile.start = part.first ? nullptr : job.tile.c;
    contract(job, target);
  });
  bool numbers = true;
  for (index ky = 0; ky < g.kh; ++ky)
    for (index kx = 0; kx < g.kw; ++kx)
      for (index c = 0; c < g.c; ++c) {
        const real* const sum = sums + (ky * g.c + c) * job.tile.c_row + (g.kw - 1 - kx) * args.o;
        real* const out = args.dw + ((ky * g.kw + kx) * g.c + c) * args.o;
        for (index o = 0; o < args.o; ++o) {
          out[o] = sum[o];
          numbers &= (__builtin_bit_cast(natural, out[o]) & all_but_sign) <= infinite_bits;  // by bits: the unit may be compiled with -ffast-math
        }
      }
  return numbers;
}

inline void filter_grad_of_images(const conv2d_filter_grad_args& args, const contraction_kernels& target) noexcept {
  const window_geometry& g = args.g;
  const bool any = g.n * g.oh * g.ow > 0;
  const filter_grad_form form = filter_grad_form_of(g, args.o, args.groups);
  const bool divides = any && args.groups == 1 && form == filter_grad_form::plain;
  if (!divides && args.part.part > 0) return;  // the first share makes all of it
  if (!any) return zero_floats(args.dw, g.kh * g.kw * (g.c / args.groups) * args.o);
  // Other forms pay where registers are wide enough.
  if (form == filter_grad_form::transposed && target.tiles[2].width >= 32) return filter_grad_transposed(args, target);
  if (form == filter_grad_form::shifted && target.tiles[1].width >= 16 && filter_grad_shifted(args, target)) return;
  filter_grad_plain(args, target);
}

[[gnu::noinline]] inline void conv2d_filter_grad(const conv2d_filter_grad_args& args, const contraction_kernels& target, fold_kernel sum) noexcept {
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

template <class Lazily = void>
inline void conv2d_filter_grad(const conv2d_filter_grad_args& args) noexcept {
  drivers::conv2d_filter_grad(args, own_contraction<Lazily>, fold<true>);
}
inline void depthwise_filter_grad(const conv2d_filter_grad_args& args) noexcept { drivers::depthwise_filter_grad(args, multiply_add); }

#endif
