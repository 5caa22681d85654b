// The gradient of a 3x3 convolution's filters by Winograd's method turned round: tiles of the image and of dy are transformed, the products
// of all tiles summed in 36 matrix products, and the sums transformed back, once. Text: see kernels.text.hpp.

#if !defined(IGATA_TARGET)

struct winograd_filter_grad_kernels {
  void (*input)(const winograd_input_job&) noexcept;
  void (*gradient)(const winograd_input_job&) noexcept;  // of 4 x 4 pixels of dy
  void (*back)(const winograd_back_job&) noexcept;
  const contraction_kernels& target;
};

// The transforms of `count` tiles, counted through all images, of the channels [channel, channel + channels): of x where size is 6.
inline void transform_tiles(void (*transform)(const winograd_input_job&) noexcept, const float* x, index h, index w, index c, index top, index left,
                            index size, range channels, const winograd_sum& sum, index first, index count, float* out, index out_row,
                            index out_plane) {
  winograd_input_job job{};
  job.x_line = w * c;
  job.x_pixel = c;
  job.c = channels.size();
  job.out = out;
  job.out_plane = out_plane;
  for (index tile = first; tile < first + count; ++tile, job.out += out_row) {
    const index line = tile / sum.tiles_x, image = line / sum.tiles_y;
    const index y = (line - image * sum.tiles_y) * 4 - top, from = (tile - line * sum.tiles_x) * 4 - left;
    job.x = x + ((image * h + y) * w + from) * c + channels.begin;
    job.top = y < 0 ? -y : 0;
    job.bottom = smaller(size, h - y);
    job.left = from < 0 ? -from : 0;
    job.right = smaller(size, w - from);
    transform(job);
  }
}

// A share is some channels of x. Every sum is one chain over all tiles.
[[gnu::noinline]] inline void winograd_filter_grad(const conv2d_filter_grad_args& args, const winograd_filter_grad_kernels& kernels) noexcept {
  const window_geometry& g = args.g;
  const range mine = args.part.of(g.c, 16);
  const index c = mine.size();
  if (c * args.o == 0) return;
  const winograd_sum sum = winograd_sum_of(g, args.o);
  if (sum.tiles == 0) {
    for (index tap = 0; tap < 9; ++tap) zero_floats(args.dw + (tap * g.c + mine.begin) * args.o, c * args.o);
    return;
  }
  float *const x = args.scratch, *const dy = x + 36 * sum.x_plane, *const sums = dy + 36 * sum.dy_plane;
  contraction_job job{};
  job.rows = {nullptr, c, 1, 1, 0, 0};
  job.tile.a_k = sum.x_row;
  job.tile.b_k = sum.dy_row;
  job.tile.middle = job.tile.outer = 1;
  job.m = c;
  winograd_back_job back{};
  back.in_plane = sum.plane;
  back.rows = c;
  back.out_tap = g.c * args.o;
  back.out_row = args.o;
  for (index first = 0, count; first < sum.tiles; first += count) {
    count = smaller(sum.at_once, sum.tiles - first);
    transform_tiles(kernels.input, args.x, g.h, g.w, g.c, g.pad_top, g.pad_left, 6, mine, sum, first, count, x, sum.x_row, sum.x_plane);
    transform_tiles(kernels.gradient, args.dy, g.oh, g.ow, args.o, 0, 0, 4, {0, args.o}, sum, first, count, dy, sum.dy_row, sum.dy_plane);
    job.tile.k = count;
    for (index panel = 0; panel < args.o; panel += panel_width) {
      float* const of_panel = sums + (sum.panels > 1 ? panel / panel_width * 36 * sum.plane : 0);
      job.n = smaller(args.o - panel, panel_width);
      job.tile.c_row = job.tile.start_row = whole_lines(job.n);
      for (index point = 0; point < 36; ++point) {
        job.rows.a = x + point * sum.x_plane;
        job.tile.b = dy + point * sum.dy_plane + panel;
        job.tile.c = of_panel + point * sum.plane;
        job.tile.start = first > 0 ? job.tile.c : nullptr;
        contract(job, kernels.target);
      }
      if (first + count < sum.tiles) continue;
      back.in = of_panel;
      back.in_row = job.tile.c_row;
      back.cols = job.n;
      back.out = args.dw + mine.begin * args.o + panel;
      kernels.back(back);
    }
  }
}

#else

template <class Lazily>
inline constexpr drivers::winograd_filter_grad_kernels own_filter_grad{winograd_input<4>, winograd_gradient, winograd_back, own_contraction<Lazily>};
template <class Lazily = void>
inline void winograd4_filter_grad(const conv2d_filter_grad_args& args) noexcept { drivers::winograd_filter_grad(args, own_filter_grad<Lazily>); }

#endif
