// The gradients of a convolution. Of the weights: the tile again, summing over output pixels. Of the input: dy times the transposed
// weights gives what each window sends back, which is then added to the image. Text: see primitives.text.hpp.

inline void depthwise_filter_grad(const conv2d_filter_grad_args& args, const padded_shape& shape, const primitives& target) {
  const window_geometry& g = args.g;
  zero_floats(args.dw, g.kh * g.kw * g.c);
  multiply_add_job job{};
  job.a_step = g.stride_w * g.c;
  job.b_step = job.cols = g.c;
  job.count = g.ow;
  for (index image = 0; image < g.n; ++image) {
    const float* x = pad_image(g, shape, args.x, image, args.scratch);
    for (index oy = 0; oy < g.oh; ++oy)
      for (index tap = 0; tap < g.kh * g.kw; ++tap) {
        job.out = args.dw + tap * g.c;
        job.a = x + (oy * g.stride_h + tap / g.kw * g.dilation_h) * shape.row + tap % g.kw * g.dilation_w * g.c;
        job.b = args.dy + (image * g.oh + oy) * g.ow * g.c;
        target.multiply_add(job);
      }
  }
}

[[gnu::noinline]] inline void conv2d_filter_grad(const conv2d_filter_grad_args& args, const primitives& target) noexcept {
  const window_geometry& g = args.g;
  const padded_shape shape = padded(g);
  const index in_channels = g.c / args.groups, out_channels = args.o / args.groups;
  const index pixels = g.oh * g.ow;
  if (is_depthwise(g, args.o, args.groups)) return depthwise_filter_grad(args, shape, target);
  if (g.n * pixels == 0) zero_floats(args.dw, g.kh * g.kw * in_channels * args.o);
  const bool whole_rows = args.groups == 1 && g.dilation_w == 1;
  // So many pixels at a time that their part of dy stays in the first cache level while all of dw passes.
  const index together = 8192 / smaller(out_channels, panel_width) + 1;
  const index images = shape.copied || together < pixels ? 1 : smaller(together / (pixels > 0 ? pixels : 1), g.n);
  const index rows = images > 1 || together >= pixels ? g.oh : together / g.ow + 1;
  dense_job job{};
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
  for (index image = 0; image < g.n && pixels > 0; image += images) {
    const float* x = pad_image(g, shape, args.x, image, args.scratch);
    job.tile.outer = smaller(g.n - image, images);
    for (index oy = 0; oy < g.oh; oy += rows) {
      job.tile.middle = smaller(g.oh - oy, rows);
      for (index group = 0; group < args.groups; ++group) {
        const float* from = x + oy * job.tile.a_middle + group * in_channels;
        if (whole_rows) job.rows = {from, g.kw * g.c, 1, g.kh, g.dilation_h * shape.row, 0};
        else job.rows = {from, in_channels, 1, g.kw, g.dilation_w * g.c, g.dilation_h * shape.row};
        job.tile.b = args.dy + (image * g.oh + oy) * job.tile.b_middle + group * out_channels;
        job.tile.c = args.dw + group * out_channels;
        job.tile.start = image + oy > 0 ? job.tile.c : nullptr;
        dense(job, target);
      }
    }
  }
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

// Adds to the image what the windows of output rows `rows` send back; element (ky, kx) of a window is `channels` floats of its row of
// `columns`. Each input pixel collects its elements; pixels with the same ones, a stride apart, are one call.
[[gnu::noinline]] inline void add_windows(const window_geometry& g, const float* columns, index columns_row, index channels, range rows, float* dx,
                        const primitives& target) {
  const source_steps step_y = steps_of(g.stride_h, g.dilation_h), step_x = steps_of(g.stride_w, g.dilation_w);
  fold_job job{};
  job.out_step = g.stride_w * g.c;
  job.in_step = columns_row;
  job.outer_step = step_y.element * g.kw * channels - step_y.back * g.ow * columns_row;
  job.inner_step = step_x.element * channels - step_x.back * columns_row;
  job.cols = channels;
  job.continues = true;
  job.scale = 1.f;
  const index top = rows.begin * g.stride_h - g.pad_top, bottom = (rows.end - 1) * g.stride_h - g.pad_top + (g.kh - 1) * g.dilation_h;
  for (index y = top > 0 ? top : 0; y < g.h && y <= bottom; ++y) {
    const sources from_y = sources_of(y, g.pad_top, g.kh, g.stride_h, g.dilation_h, step_y, rows);
    if (from_y.count == 0) continue;
    for (index phase = 0; phase < smaller(g.stride_w, g.w); ++phase) {
      index x = phase;
      sources from = sources_of(x, g.pad_left, g.kw, g.stride_w, g.dilation_w, step_x, {0, g.ow});
      while (x < g.w) {
        index end = x + g.stride_w;
        sources next{};
        for (job.count = 1; end < g.w; ++job.count, end += g.stride_w) {
          next = sources_of(end, g.pad_left, g.kw, g.stride_w, g.dilation_w, step_x, {0, g.ow});
          if (next.first != from.first || next.count != from.count) break;
        }
        job.out = dx + (y * g.w + x) * g.c;
        job.in = columns + ((from_y.out - rows.begin) * g.ow + from.out) * columns_row + (from_y.first * g.kw + from.first) * channels;
        job.outer = from_y.count;
        job.inner = from.count;
        if (from.count > 0) target.fold_sum(job);
        x = end;
        from = next;
      }
    }
  }
}

inline void depthwise_input_grad(const conv2d_input_grad_args& args, const primitives& target) {
  const window_geometry& g = args.g;
  multiply_add_job job{};
  job.out_step = g.stride_w * g.c;
  job.a_step = job.cols = g.c;
  for (index row = 0; row < g.n * g.oh; ++row)
    for (index tap = 0; tap < g.kh * g.kw; ++tap) {
      const index y = row % g.oh * g.stride_h - g.pad_top + tap / g.kw * g.dilation_h;
      const index offset = tap % g.kw * g.dilation_w - g.pad_left;
      const range positions = positions_inside(offset, g.w, g.stride_w, g.ow);
      if (y < 0 || y >= g.h) continue;
      job.count = positions.size();
      job.out = args.dx + ((row / g.oh * g.h + y) * g.w + positions.begin * g.stride_w + offset) * g.c;
      job.a = args.dy + (row * g.ow + positions.begin) * g.c;
      job.b = args.w + tap * g.c;
      target.multiply_add(job);
    }
}

[[gnu::noinline]] inline void conv2d_input_grad(const conv2d_input_grad_args& args, const primitives& target) noexcept {
  const window_geometry& g = args.g;
  const index in_channels = g.c / args.groups, out_channels = args.o / args.groups;
  const index cols = g.kh * g.kw * in_channels, columns_row = (cols + 15) / 16 * 16;
  zero_floats(args.dx, g.n * g.h * g.w * g.c);
  if (g.n * g.oh * g.ow * g.c * args.o == 0) return;
  if (is_depthwise(g, args.o, args.groups)) return depthwise_input_grad(args, target);
  const index packed_group = packed_size(out_channels, cols);
  for (index group = 0; group < args.groups; ++group)
    pack(args.w + group * out_channels, 1, args.o, out_channels, cols, args.scratch + group * packed_group);
  float* columns = args.scratch + (packed_group * args.groups + 64) / 16 * 16;
  // A few output rows at a time, so that their columns are still in the cache when they are added.
  const index fitting = 32768 / (g.ow * columns_row);
  const index rows = fitting < 1 ? 1 : smaller(fitting, g.oh);
  dense_job job{};
  job.b_packed = true;
  job.packed_k = out_channels;
  job.n = cols;
  job.tile.a_k = job.tile.b_k = 1;
  job.tile.k = out_channels;
  job.tile.middle = job.tile.outer = 1;
  job.tile.c = columns;
  job.tile.c_row = columns_row;
  for (index image = 0; image < g.n; ++image)
    for (index oy = 0; oy < g.oh; oy += rows) {
      const index end = smaller(g.oh, oy + rows);
      for (index group = 0; group < args.groups; ++group) {
        const float* dy = args.dy + (image * g.oh + oy) * g.ow * args.o + group * out_channels;
        job.m = (end - oy) * g.ow;
        job.rows = {dy, job.m, args.o, 1, 0, 0};
        job.tile.b = args.scratch + group * packed_group;
        dense(job, target);
        add_windows(g, columns, columns_row, in_channels, {oy, end}, args.dx + image * g.h * g.w * g.c + group * in_channels, target);
      }
    }
}
