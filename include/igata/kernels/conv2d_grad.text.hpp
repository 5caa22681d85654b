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
    const float* x = pad_image(g, shape, args.x, image, args.scratch);
    for (index group = 0; group < args.groups; ++group) {
      const float* from = x + group * in_channels;
      if (whole_rows) job.rows = {from, g.kw * g.c, 1, g.kh, g.dilation_h * shape.row, 0};
      else job.rows = {from, in_channels, 1, g.kw, g.dilation_w * g.c, g.dilation_h * shape.row};
      job.tile.b = args.dy + image * pixels * args.o + group * out_channels;
      job.tile.c = args.dw + group * out_channels;
      job.tile.start = image > 0 ? job.tile.c : nullptr;
      dense(job, target);
    }
  }
}

// Adds what the windows of output rows [oy, oy_end) send back; element (ky, kx) of a window is `in_channels` floats of its row of
// `columns`. Windows that lie inside the image add a whole row of theirs at once, where that is one run of memory.
inline void add_windows(const window_geometry& g, const float* columns, index columns_row, index in_channels, index oy, index oy_end,
                        float* dx, const primitives& target) {
  const index out_step = g.stride_w * g.c;
  const bool whole_rows = in_channels == g.c && g.dilation_w == 1;
  const range first_element = positions_inside(-g.pad_left, g.w, g.stride_w, g.ow);
  const range last_element = positions_inside((g.kw - 1) * g.dilation_w - g.pad_left, g.w, g.stride_w, g.ow);
  range inside{first_element.begin, last_element.end};
  if (!whole_rows || inside.size() == 0) inside = {0, 0};
  multiply_add_job job{};
  job.b = &one;
  job.b_scalar = true;
  job.out_step = out_step;
  job.a_step = columns_row;
  for (; oy < oy_end; ++oy, columns += g.ow * columns_row)
    for (index ky = 0; ky < g.kh; ++ky) {
      const index y = oy * g.stride_h - g.pad_top + ky * g.dilation_h;
      if (y < 0 || y >= g.h) continue;
      float* row = dx + y * g.w * g.c;
      const float* from = columns + ky * g.kw * in_channels;
      job.cols = g.kw * in_channels;
      job.count = inside.size();
      job.out = row + inside.begin * out_step - g.pad_left * g.c;
      job.a = from + inside.begin * columns_row;
      if (job.count > 0) target.multiply_add(job);
      job.cols = in_channels;
      for (index kx = 0; kx < g.kw; ++kx) {  // the windows left and right of those, tap by tap
        const index offset = kx * g.dilation_w - g.pad_left;
        const range tap = positions_inside(offset, g.w, g.stride_w, g.ow);
        const range sides[] = {{tap.begin, smaller(tap.end, inside.begin)}, {tap.begin > inside.end ? tap.begin : inside.end, tap.end}};
        for (const range& side : sides) {
          job.count = side.size();
          if (job.count == 0) continue;
          job.out = row + side.begin * out_step + offset * g.c;
          job.a = from + side.begin * columns_row + kx * in_channels;
          target.multiply_add(job);
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
        add_windows(g, columns, columns_row, in_channels, oy, end, args.dx + image * g.h * g.w * g.c + group * in_channels, target);
      }
    }
}
