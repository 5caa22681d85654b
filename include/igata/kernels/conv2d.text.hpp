// Convolution on NHWC images, without a column matrix: output pixels are the tile's rows, the window's rows its outer loop. Images
// with padding are copied into a padded one first. Text: see primitives.text.hpp.

// The image as the kernels read it: with its padding, if there is any.
struct padded_shape {
  index row, image;  // floats
  bool copied;
};
inline padded_shape padded(const window_geometry& g) {
  const index row = (g.w + g.pad_left + g.pad_right) * g.c;
  return {row, (g.h + g.pad_top + g.pad_bottom) * row, (g.pad_top | g.pad_left | g.pad_bottom | g.pad_right) != 0};
}

// The border is zeroed by the first image and stays.
[[gnu::noinline]] inline const float* pad_image(const window_geometry& g, const padded_shape& shape, const float* x, index image, float* out) {
  x += image * g.h * g.w * g.c;
  if (!shape.copied) return x;
  if (image == 0) zero_floats(out, shape.image);
  for (index y = 0; y < g.h; ++y) copy_floats(out + (y + g.pad_top) * shape.row + g.pad_left * g.c, x + y * g.w * g.c, g.w * g.c);
  return out;
}

// Every column four times.
inline void repeat_columns(float* out, const float* in, index n) {
  zero_floats(out, 32);
  if (!in) return;
  for (index i = 0; i < n; ++i) out[4 * i] = out[4 * i + 1] = out[4 * i + 2] = out[4 * i + 3] = in[i];
}

[[gnu::noinline]] inline void conv2d(const conv2d_args& args, const dense_kernels& target) noexcept {
  const window_geometry& g = args.g;
  const padded_shape shape = padded(g);
  if (g.n * g.oh * g.ow * args.o == 0) return;
  const index in_channels = g.c / args.groups, out_channels = args.o / args.groups;
  const bool whole_rows = args.groups == 1 && g.dilation_w == 1;  // a row of the window is one run of memory
  const index b_k = args.w_packed ? 1 : args.o;
  const index images = shape.copied ? 1 : g.n;  // in one go
  dense_job job{};
  job.b_packed = args.w_packed;
  job.packed_k = g.kh * g.kw * in_channels;
  job.tile.a_k = 1;
  job.tile.b_k = b_k;
  job.tile.k = whole_rows ? g.kw * g.c : in_channels;
  job.tile.middle = whole_rows ? 1 : g.kw;
  job.tile.a_middle = g.dilation_w * g.c;
  job.tile.b_middle = in_channels * b_k;
  job.tile.outer = g.kh;
  job.tile.a_outer = g.dilation_h * shape.row;
  job.tile.b_outer = g.kw * in_channels * b_k;
  job.tile.c_row = args.o;
  job.m = images * g.oh * g.ow;
  job.n = out_channels;
  job.post = args.post;
  job.part = args.part;
  job.quads = target.quads.run && conv2d_in_quads(g, args.o);
  float* const repeated = args.scratch + (padded_image(g) + 15) / 16 * 16;
  if (job.quads) {
    for (index k = 0; k < job.packed_k; ++k) repeat_columns(repeated + 32 + k * 32, args.w + k * (args.w_packed ? 16 : args.o), args.o);
    repeat_columns(repeated, args.bias, args.o);
    job.b_packed = false;
    job.tile.b_k = job.tile.b_middle = 32;
    job.tile.b_outer = g.kw * 32;
    job.tile.c_row = job.n = 4 * args.o;
    job.m /= 4;
  }
  for (index image = 0; image < g.n; image += images) {
    const float* x = pad_image(g, shape, args.x, image, args.scratch);
    for (index group = 0; group < args.groups; ++group) {
      const index o = group * out_channels;
      job.rows = {x + group * in_channels, g.ow, g.stride_w * g.c, g.oh, g.stride_h * shape.row, shape.image};
      job.tile.b = args.w + o;
      job.tile.start = args.bias ? args.bias + o : nullptr;
      job.post_row = image * g.oh * g.ow;
      job.post_col = o;
      job.tile.c = args.y + job.post_row * args.o + o;
      if (job.quads) {
        job.rows.inner /= 4;
        job.rows.inner_step = 4;
        job.tile.b = repeated + 32;
        job.tile.start = repeated;
      }
      dense(job, target);
    }
  }
}
