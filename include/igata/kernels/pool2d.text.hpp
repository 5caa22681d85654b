// Pooling on NHWC images: windows that lie inside the image in one call per output row, those at its sides one by one.
// Text: see kernels.text.hpp.

#if !defined(IGATA_TARGET)

enum class pooling { max, average, max_grad, average_grad };
struct pool_kernel {
  pooling kind;
  fold_kernel fold = nullptr;                          // of max and average
  void (*max_grad)(const max_grad_job&) noexcept = nullptr;
  multiply_add_kernel multiply_add = nullptr;          // of average_grad
};

inline bool windows_apart(const window_geometry& g) {
  return g.stride_h > (g.kh - 1) * g.dilation_h && g.stride_w > (g.kw - 1) * g.dilation_w;
}
// Every pixel belongs to exactly one window, as with the usual 2x2.
inline bool windows_tile_image(const window_geometry& g) {
  return g.oh * g.kh == g.h && g.ow * g.kw == g.w && g.stride_h == g.kh && g.stride_w == g.kw && g.dilation_h == 1 && g.dilation_w == 1 &&
         g.pad_top == 0 && g.pad_left == 0;
}

// `count` windows of output row oy of an image from ox on; their elements inside the image are rows y by columns x. The same of `lines` rows.
inline void pool_windows(const pool_kernel& target, const pool2d_args& args, const real* dy, real* dx, index image, index oy, index ox, index count,
                         range y, range x, index lines) {
  const window_geometry& g = args.g;
  const index top = oy * g.stride_h - g.pad_top + y.begin * g.dilation_h;
  const index left = ox * g.stride_w - g.pad_left + x.begin * g.dilation_w;
  const index from = ((image * g.h + top) * g.w + left) * g.c, to = ((image * g.oh + oy) * g.ow + ox) * g.c;
  const index inside = y.size() * x.size(), step = g.stride_w * g.c, row_step = g.dilation_h * g.w * g.c, tap_step = g.dilation_w * g.c;
  const index line = g.stride_h * g.w * g.c, results = g.ow * g.c;
  const real scale = args.exclude_padding ? 1 / static_cast<real>(inside > 0 ? inside : 1)
                     : lane_bytes == 4    ? args.scale
                                          : 1 / static_cast<real>(g.kh * g.kw);  // which a float is too short for
  const index loose = count - 1 - (g.c < 15 ? 14 / g.c + 1 : 1);  // the ones behind them write 15 floats or more
  if (target.fold) {
    fold_job job{args.y + to, args.x + from, g.c,   step,  count, inside > 0 ? y.size() : 0, row_step, x.size(), tap_step,
                 g.c,         false,         false, scale, count};
    for (index rest = lines - 1; rest >= 0; --rest, job.in += line, job.out += results) {
      if (rest * results < 15) job.loose = loose;
      target.fold(job);
    }
  } else if (target.max_grad) {
    max_grad_job job{args.x + from, dy + to, dx + from, step, count, y.size(), row_step, x.size(), tap_step, g.c, windows_apart(g),
                     x.size() * tap_step == step ? loose : 0};
    for (index rest = inside > 0 ? lines : 0; rest > 0; --rest, job.x += line, job.dx += line, job.dy += results) target.max_grad(job);
  } else {
    for (index ky = 0; ky < y.size(); ++ky)
      for (index kx = 0; kx < x.size(); ++kx)
        target.multiply_add({dx + from + ky * row_step + kx * tap_step, dy + to, &scale, step, g.c, 0, count, g.c, true});
  }
}

[[gnu::noinline]] inline void pool2d(const pool_kernel& target, const pool2d_args& args, const real* dy, real* dx) noexcept {
  const window_geometry& g = args.g;
  if (g.c * g.oh == 0) return dx ? zero_floats(dx, g.n * g.h * g.w * g.c) : void();
  // A share is some rows of results or, of gradients, whole images.
  const index whole = dx ? g.oh : 1, pixels = g.h * g.w * g.c;
  const range mine = args.part.of(g.n * g.oh / whole);
  if (dx && !(target.max_grad && windows_tile_image(g))) zero_floats(dx + mine.begin * pixels, mine.size() * pixels);
  const range first_element = positions_inside(-g.pad_left, g.w, g.stride_w, g.ow);
  const range last_element = positions_inside((g.kw - 1) * g.dilation_w - g.pad_left, g.w, g.stride_w, g.ow);
  const range first_line = positions_inside(-g.pad_top, g.h, g.stride_h, g.oh);
  const range last_line = positions_inside((g.kh - 1) * g.dilation_h - g.pad_top, g.h, g.stride_h, g.oh);
  const bool all_inside =
      !target.multiply_add && first_element.begin == 0 && last_element.end == g.ow && first_line.begin == 0 && last_line.end == g.oh;
  const bool images_follow = g.oh * g.stride_h == g.h;  // as their lines do
  for (index row = mine.begin * whole, lines; row < mine.end * whole; row += lines) {
    const index image = row / g.oh, oy = row % g.oh;
    lines = !all_inside ? 1 : images_follow ? mine.end * whole - row : smaller(g.oh - oy, mine.end * whole - row);
    const range y = elements_inside(oy * g.stride_h - g.pad_top, g.h, g.kh, g.dilation_h);
    for (index ox = 0; ox < g.ow;) {
      const range x = elements_inside(ox * g.stride_w - g.pad_left, g.w, g.kw, g.dilation_w);
      const index count = ox >= first_element.begin && ox < last_element.end ? last_element.end - ox : 1;
      pool_windows(target, args, dy, dx, image, oy, ox, count, y, x, lines);
      ox += count;
    }
  }
}

#else

template <class Lazily = void>
inline void max_pool2d(const pool2d_args& args) noexcept { drivers::pool2d({drivers::pooling::max, fold_windows<Lazily>}, args, nullptr, nullptr); }
template <class Lazily = void>
inline void avg_pool2d(const pool2d_args& args) noexcept { drivers::pool2d({drivers::pooling::average, fold<true>}, args, nullptr, nullptr); }
inline void max_pool2d_grad(const pool2d_grad_args& args) noexcept {
  drivers::pool2d({drivers::pooling::max_grad, nullptr, max_grad}, {args.g, args.x, nullptr, args.scale, args.exclude_padding, args.part}, args.dy,
                  args.dx);
}
inline void avg_pool2d_grad(const pool2d_grad_args& args) noexcept {
  drivers::pool2d({drivers::pooling::average_grad, nullptr, nullptr, multiply_add},
                  {args.g, nullptr, nullptr, args.scale, args.exclude_padding, args.part}, args.dy, args.dx);
}

#endif
