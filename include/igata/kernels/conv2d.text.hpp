// Convolution on NHWC images, without a column matrix: output pixels are the tile's rows, the window's rows its outer loop. Images
// with padding are copied into a padded one first. Text: see simd/vec.text.hpp.

// The image as the kernels read it: with its padding, if there is any.
struct padded_shape {
  index w, row, image;  // pixels per row, floats per row, floats per image
  bool copied;
};
inline padded_shape padded(const window_geometry& g) {
  const index w = g.w + g.pad_left + g.pad_right;
  return {w, w * g.c, (g.h + g.pad_top + g.pad_bottom) * w * g.c, (g.pad_top | g.pad_left | g.pad_bottom | g.pad_right) != 0};
}

inline void copy_floats(float* out, const float* in, index n) {
  for (index i = 0; i < n; i += lanes) {
    const part t = first(n - i);
    store(out + i, load(in + i, t), t);
  }
}
inline void fill_floats(float* out, vec value, index n) {
  for (index i = 0; i < n; i += lanes) store(out + i, value, first(n - i));
}
inline void add_floats(float* out, const float* in, index n) {
  for (index i = 0; i < n; i += lanes) {
    const part t = first(n - i);
    store(out + i, load(out + i, t) + load(in + i, t), t);
  }
}

// The border is zeroed by the first image and stays.
inline void pad_image(const window_geometry& g, const padded_shape& shape, const float* image, float* out, bool first_image) {
  if (first_image) fill_floats(out, vec{}, shape.image);
  for (index y = 0; y < g.h; ++y) copy_floats(out + (y + g.pad_top) * shape.row + g.pad_left * g.c, image + y * g.w * g.c, g.w * g.c);
}

inline bool is_depthwise(const window_geometry& g, index o, index groups) { return groups > 1 && g.c == groups && o == groups; }

// Several pixels of one output row and one vector of channels at a time: each weight is loaded once per four pixels.
inline void depthwise_pixels(const conv2d_args& args, const padded_shape& shape, const float* x, index channel, index cols, float* y,
                             index y_row, index pixels) {
  const window_geometry& g = args.g;
  const index step = g.stride_w * g.c;
  for (index pixel = 0; pixel < pixels; pixel += 4) {
    const index left = pixels - pixel;
    const float* from = x + pixel * step;
    const index at1 = left > 1 ? step : 0, at2 = left > 2 ? 2 * step : 0, at3 = left > 3 ? 3 * step : 0;
    for (index c = 0; c < cols; c += lanes) {
      const part t = first(cols - c);
      const vec start = args.bias ? load(args.bias + channel + c, t) : vec{};
      vec sum0 = start, sum1 = start, sum2 = start, sum3 = start;
      for (index ky = 0; ky < g.kh; ++ky) {
        const float* in = from + channel + c + ky * g.dilation_h * shape.row;
        const float* w = args.w + ky * g.kw * g.c + channel + c;
        for (index kx = 0; kx < g.kw; ++kx, in += g.dilation_w * g.c, w += g.c) {
          const vec weight = load(w, t);
          sum0 = fma(load(in, t), weight, sum0);
          sum1 = fma(load(in + at1, t), weight, sum1);
          sum2 = fma(load(in + at2, t), weight, sum2);
          sum3 = fma(load(in + at3, t), weight, sum3);
        }
      }
      float* out = y + pixel * y_row + c;
      store(out, sum0, t);
      if (left > 1) store(out + y_row, sum1, t);
      if (left > 2) store(out + 2 * y_row, sum2, t);
      if (left > 3) store(out + 3 * y_row, sum3, t);
    }
  }
}

inline void depthwise_image(const conv2d_args& args, const padded_shape& shape, const float* x, index image, program_runner& post) {
  const window_geometry& g = args.g;
  alignas(64) float block[block_floats];
  const index panel = args.post && g.c > 256 ? 256 : g.c;
  const index run = args.post ? block_floats / panel / 4 * 4 : g.ow;
  for (index oy = 0; oy < g.oh; ++oy)
    for (index channel = 0; channel < g.c; channel += panel)
      for (index ox = 0; ox < g.ow; ox += run) {
        const index pixels = g.ow - ox < run ? g.ow - ox : run;
        const index cols = g.c - channel < panel ? g.c - channel : panel;
        const index row = (image * g.oh + oy) * g.ow + ox;
        const float* from = x + oy * g.stride_h * shape.row + ox * g.stride_w * g.c;
        if (args.post) {
          depthwise_pixels(args, shape, from, channel, cols, block, cols, pixels);
          post.finish(block, cols, row, channel, pixels, cols);
        } else {
          depthwise_pixels(args, shape, from, channel, cols, args.y + row * g.c + channel, g.c, pixels);
        }
      }
}

inline void conv2d(const conv2d_args& args) noexcept {
  const window_geometry& g = args.g;
  const padded_shape shape = padded(g);
  if (g.n * g.oh * g.ow * args.o == 0) return;
  const bool depthwise = is_depthwise(g, args.o, args.groups);
  program_runner post;
  if (depthwise) post.begin(args.post);
  const index in_channels = g.c / args.groups, out_channels = args.o / args.groups;
  const bool whole_rows = args.groups == 1 && g.dilation_w == 1;  // a row of the window is one run of memory
  dense_job job{};
  job.b_packed = args.w_packed;
  job.packed_k = g.kh * g.kw * in_channels;
  const index b_k = args.w_packed ? 1 : args.o;
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
  const index images = shape.copied ? 1 : g.n;  // in one go
  job.m = images * g.oh * g.ow;
  job.n = out_channels;
  job.post = args.post;
  for (index image = 0; image < g.n; image += images) {
    const float* x = args.x + image * g.h * g.w * g.c;
    if (shape.copied) {
      pad_image(g, shape, x, args.scratch, image == 0);
      x = args.scratch;
    }
    if (depthwise) {
      for (index i = 0; i < images; ++i) depthwise_image(args, shape, x + i * shape.image, image + i, post);
      continue;
    }
    for (index group = 0; group < args.groups; ++group) {
      const index o = group * out_channels;
      job.rows = {x + group * in_channels, g.ow, g.stride_w * g.c, g.oh, g.stride_h * shape.row, shape.image};
      job.tile.b = args.w + o;
      job.tile.start = args.bias ? args.bias + o : nullptr;
      job.post_row = image * g.oh * g.ow;
      job.post_col = o;
      job.tile.c = args.y + job.post_row * args.o + o;
      dense(job);
    }
  }
}
