// Convolution on NHWC images, without a column matrix: output pixels are the tile's rows, the window's rows its outer loop. Images
// with padding are copied into a padded one first. Text: see kernels.text.hpp.

#if !defined(IGATA_TARGET)

// The image as the kernels read it: with its padding, if there is any.
struct padded_shape {
  index row, image;  // floats
  bool copied;
};
inline padded_shape padded(const window_geometry& g) {
  const index row = (g.w + g.pad_left + g.pad_right) * g.c;
  return {row, (g.h + g.pad_top + g.pad_bottom) * row, (g.pad_top | g.pad_left | g.pad_bottom | g.pad_right) != 0};
}

// A share of some images: what it needs and makes is then in its own cache, where the layers around have a part of the rows too. Of few images a
// part of each.
struct image_share {
  range images;
  share of_image;
};
inline image_share share_of_images(const share& part, index images) {
  if (images % part.parts != 0 && images < 8 * part.parts) return {{0, images}, part};
  return {part.of(images), {}};
}

// Images from `image` on. Their borders are zeroed with a share's first ones, which are the most, and stay.
[[gnu::noinline]] inline const real* pad_images(const window_geometry& g, const padded_shape& shape, const real* x, index image, index count,
                                                 bool first, real* out) {
  x += image * g.h * g.w * g.c;
  if (!shape.copied) return x;
  if (first) zero_floats(out, count * shape.image);
  const index row = g.w * g.c;
  for (index i = 0; i < count; ++i)
    for (index y = 0; y < g.h; ++y) copy_floats(out + i * shape.image + (y + g.pad_top) * shape.row + g.pad_left * g.c, x + (i * g.h + y) * row, row);
  return out;
}

// Lines of pixels in eights, the last of a line ending with it: results that two of them have are the same.
[[gnu::noinline]] inline void conv2d_octs(const conv2d_args& args, const padded_shape& shape, const contraction_kernels& target) {
  const window_geometry& g = args.g;
  const bool wide = args.o > 6;
  const index at_once = wide ? 6 : 8;
  real* const b = args.scratch + whole_lines(padded_image(g));
  alignas(64) std::int32_t order[128];
  target.fill_octs({args.bias, args.w, args.w_packed ? 16 : args.o, g.kh * g.kw, args.o, wide ? 8 : 6, b, order});
  alignas(64) real block[block_floats];
  program_runner post;
  post.begin(args.post);
  oct_job job{};
  job.a_outer_skip = g.dilation_h * shape.row - g.kw;
  job.k = g.kw;
  job.outer = g.kh;
  job.b = b;
  job.order = order;
  job.filters = args.o;
  const image_share my = share_of_images(args.part, g.n);
  const range mine = my.of_image.of(g.oh);
  const index together = args.post ? block_floats / (g.ow * args.o) : g.oh;  // lines
  for (index image = my.images.begin; image < my.images.end; ++image) {
    const real* const x = pad_images(g, shape, args.x, image, 1, image == my.images.begin, args.scratch);
    for (index line = mine.begin; line < mine.end; line += together) {
      const index end = smaller(mine.end, line + together), first = (image * g.oh + line) * g.ow;
      real* c = args.post ? block : args.y + first * args.o;
      for (index oy = line; oy < end; ++oy, c += g.ow * args.o)
        for (index ox = 0; ox < g.ow; ox += 8) {
          const index from = smaller(ox, g.ow - 8);
          job.a[job.rows] = x + oy * g.stride_h * shape.row + from;
          job.c[job.rows++] = c + from * args.o;
          const bool last = oy + 1 == end && ox + 8 >= g.ow;
          if (job.rows < at_once && !last) continue;
          for (index r = job.rows; r < at_once; ++r) job.a[r] = job.a[job.rows - 1];
          target.octs[wide](job);
          job.rows = 0;
        }
      if (args.post) post.finish(block, args.o, first, 0, (end - line) * g.ow, args.o);
    }
  }
}

[[gnu::noinline]] inline void conv2d(const conv2d_args& args, const contraction_kernels& target) noexcept {
  const window_geometry& g = args.g;
  const padded_shape shape = padded(g);
  if (g.n * g.oh * g.ow * args.o == 0) return;
  if (target.octs[0] && conv2d_in_octs(g, args.o)) return conv2d_octs(args, shape, target);
  const index in_channels = g.c / args.groups, out_channels = args.o / args.groups;
  const bool whole_rows = args.groups == 1 && g.dilation_w == 1;  // a row of the window is one run of memory
  const index b_k = args.w_packed ? 1 : args.o;
  const index images = shape.copied ? padded_images(g) : g.n;  // in one go
  contraction_job job{};
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
  job.n = out_channels;
  job.post = args.post;
  const image_share my = shape.copied ? share_of_images(args.part, g.n) : image_share{{0, g.n}, args.part};
  job.part = my.of_image;
  for (index image = my.images.begin; image < my.images.end; image += images) {
    const index some = smaller(my.images.end - image, images);
    const real* x = pad_images(g, shape, args.x, image, some, image == my.images.begin, args.scratch);
    job.m = some * g.oh * g.ow;
    for (index group = 0; group < args.groups; ++group) {
      const index o = group * out_channels;
      job.rows = {x + group * in_channels, g.ow, g.stride_w * g.c, g.oh, g.stride_h * shape.row, shape.image};
      job.tile.b = args.w + o;
      job.tile.start = args.bias ? args.bias + o : nullptr;
      job.post_row = image * g.oh * g.ow;
      job.post_col = o;
      job.tile.c = args.y ? args.y + job.post_row * args.o + o : nullptr;
      contract(job, target);
    }
  }
}

#else

template <class Lazily = void>
inline void conv2d(const conv2d_args& args) noexcept { drivers::conv2d(args, own_conv2d<Lazily>); }

#endif
