// Winograd's convolution for 3x3 windows: tiles of the image are transformed, multiplied by transformed weights in (m+2)^2 matrix
// products on the tile of panel.text.hpp, and transformed back, some rows of tiles at a time. Text: see kernels.text.hpp.

#if !defined(IGATA_TARGET)

// What turns three taps into m + 2 points.
inline constexpr double filter_to_four[4][3] = {{1, 0, 0}, {.5, .5, .5}, {.5, -.5, .5}, {0, 0, 1}};
inline constexpr double filter_to_six[6][3] = {{1. / 4, 0, 0},           {-1. / 6, -1. / 6, -1. / 6}, {-1. / 6, 1. / 6, -1. / 6},
                                               {1. / 24, 1. / 12, 1. / 6}, {1. / 24, -1. / 12, 1. / 6}, {0, 0, 1}};
constexpr const double (*filter_transform(int m) noexcept)[3] { return m == 2 ? filter_to_four : filter_to_six; }

// Filters HWIO [3][3][c][o] to [o/64][(m+2)^2][c][64], in constant evaluation (else engine/packing.hpp).
[[gnu::cold]] constexpr void pack_winograd(const double* w, index c, index o, int m, float* out) noexcept {
  const double(*const g)[3] = filter_transform(m);
  for (index panel = 0; panel < o; panel += panel_width) {
    const index cols = smaller(o - panel, panel_width), width = whole_lines(cols);
    for (int i = 0; i < m + 2; ++i)
      for (int j = 0; j < m + 2; ++j)
        for (index k = 0; k < c; ++k)
          for (index q = 0; q < width; ++q) {
            double sum = 0;
            for (int tap = 0; tap < 9 && q < cols; ++tap) sum += g[i][tap / 3] * g[j][tap % 3] * w[(tap * c + k) * o + panel + q];
            *out++ = static_cast<float>(sum);
          }
  }
}

// Filters are transformed in every run of a program that trains, in single precision. Shares are rows of all panels. Turned filters are transposed
// first, some rows at a time. Planes are often whole pages apart, and few of their lines at a time fit into a cache: they are written from a block.
[[gnu::noinline]] inline void winograd_filters(const winograd_filters_args& args, int m, void (*transform)(const winograd_filter_job&) noexcept,
                                               transpose_kernel transpose) noexcept {
  constexpr index rows = 16, rows_at_once = 4, block_plane = rows_at_once * panel_width + 16;
  const index points = (m + 2) * (m + 2);
  alignas(64) float filters[9 * rows * panel_width], block[36 * block_plane];
  const range mine = args.part.of(args.c, rows);
  winograd_filter_job job{};
  job.out = block;
  job.out_plane = block_plane;
  for (index row = mine.begin; row < mine.end; row += rows)
    for (index panel = 0; panel < args.o; panel += panel_width) {
      const index some = smaller(rows, mine.end - row);
      job.cols = smaller(args.o - panel, panel_width);
      job.out_row = whole_lines(job.cols);
      const index out_plane = args.c * job.out_row;
      job.w = filters;
      job.w_row = job.out_row;
      job.w_tap = rows * job.w_row;
      for (index tap = 0; tap < 9; ++tap)
        if (args.turned) {
          transpose({filters + (8 - tap) * job.w_tap, args.w + (tap * args.o + panel) * args.c + row, job.w_row, args.c, job.cols, job.w_row, some});
        } else {
          for (index k = 0; k < some; ++k)
            copy_floats(filters + tap * job.w_tap + k * job.w_row, args.w + (tap * args.c + row + k) * args.o + panel, job.cols);
        }
      for (index done = 0; done < some; done += rows_at_once, job.w += rows_at_once * job.w_row) {
        job.rows = smaller(rows_at_once, some - done);
        transform(job);
        float* const out = args.out + panel * points * args.c + (row + done) * job.out_row;
        for (index point = 0; point < points; ++point) copy_floats(out + point * out_plane, block + point * block_plane, job.rows * job.out_row);
      }
    }
}

struct winograd_conv2d_block {
  const finished_conv2d_args& args;
  const window_geometry& g;
  const winograd_kernels& target;
  const winograd_blocks& blocks;
  program_runner post;
  float *in, *products, *results;
  index row, rows, column, columns;  // of tiles; rows of all images

  index size() const { return blocks.m + 2; }

  void transform_input() const {
    winograd_input_job job{};
    job.x_line = g.w * g.c;
    job.x_pixel = job.c = g.c;
    job.out_plane = blocks.in_plane;
    job.out = in;
    for (index r = row; r < row + rows; ++r) {
      const index y = r % blocks.tiles_y * blocks.m - g.pad_top;
      const float* line = args.x + (r / blocks.tiles_y * g.h + y) * job.x_line;
      job.top = y < 0 ? -y : 0;
      job.bottom = smaller(size(), g.h - y);
      for (index t = column; t < column + columns; ++t, job.out += blocks.in_row) {
        const index x = t * blocks.m - g.pad_left;
        job.x = line + x * g.c;
        job.left = x < 0 ? -x : 0;
        job.right = smaller(size(), g.w - x);
        target.input(job);
      }
    }
  }
  void transform_output(index first, index cols) {
    winograd_output_job job{};
    const index width = smaller(columns * blocks.m, g.ow - column * blocks.m);  // pixels of a line
    job.in = products;
    job.in_plane = blocks.product_plane;
    job.bias = args.bias ? args.bias + first : nullptr;
    job.clamped = args.last.clamped;
    job.low = args.last.low;
    job.high = args.last.high;
    job.cols = cols;
    job.add_pixel = args.last.add_row;
    job.add_line = g.ow * job.add_pixel;
    job.y_pixel = args.post ? cols : args.y_row;
    job.y_line = (args.post ? width : g.ow) * job.y_pixel;
    for (index r = row; r < row + rows; ++r) {
      const index oy = r % blocks.tiles_y * blocks.m, pixel = (r / blocks.tiles_y * g.oh + oy) * g.ow + column * blocks.m;
      job.lines = smaller(blocks.m, g.oh - oy);
      float* const y = args.post ? results : args.y + pixel * args.y_row + first;
      for (index t = 0; t < columns; ++t, job.in += winograd_product_row) {
        job.pixels = smaller(blocks.m, width - t * blocks.m);
        job.y = y + t * blocks.m * job.y_pixel;
        job.add = args.last.add ? args.last.add + (pixel + t * blocks.m) * job.add_pixel + first : nullptr;
        target.output(job);
      }
      for (index i = 0; args.post && i < job.lines; ++i) post.finish(results + i * job.y_line, cols, pixel + i * g.ow, first, width, cols);
    }
  }
  void run(index first, index cols, const panel_shape& shape, index packed, index packed_row) {
    for (index point = 0; point < size() * size(); ++point) {
      panel_job job{};
      job.a = in + point * blocks.in_plane;
      job.a_step = blocks.in_row;
      job.line = rows * columns + 1;
      job.k = g.c;
      job.middle = job.outer = 1;
      job.b = args.w + packed + point * g.c * packed_row;
      job.b_k = packed_row;
      job.ahead = g.c * packed_row;
      job.c = products + point * blocks.product_plane;
      job.c_row = winograd_product_row;
      job.cols = cols;
      run_panel(job, shape, rows * columns);
    }
    transform_output(first, cols);
  }
};

[[gnu::noinline]] inline void winograd_conv2d(const finished_conv2d_args& args, const winograd_kernels& target) noexcept {
  const window_geometry& g = args.g;
  if (g.n * g.oh * g.ow * args.o == 0) return;
  const winograd_blocks blocks = winograd_blocks_of(g, target.m);
  const index points = (blocks.m + 2) * (blocks.m + 2), all = g.n * blocks.tiles_y;
  const line_share mine = share_of_lines(args.part, all, blocks.tiles_x * 8, args.o);
  const index rows = even_share(mine.lines.size(), blocks.rows);
  winograd_conv2d_block block{args, g, target, blocks, {}, args.scratch, args.scratch + points * blocks.in_plane, nullptr, 0, 0, 0, 0};
  block.results = block.products + points * blocks.product_plane;
  block.post.begin(args.post);
  for (block.row = mine.lines.begin; block.row < mine.lines.end; block.row += rows)
    for (block.column = 0; block.column < blocks.tiles_x; block.column += blocks.columns) {
      block.rows = smaller(rows, mine.lines.end - block.row);
      block.columns = smaller(blocks.columns, blocks.tiles_x - block.column);
      block.transform_input();
      for_each_panel(mine.columns, args.o, points * g.c, target.panels, block);
    }
}

#else

template <class Lazily>
inline constexpr winograd_kernels own_winograd2{2, winograd_input<2>, winograd_output<2>, own_panels<Lazily>};
template <class Lazily>
inline constexpr winograd_kernels own_winograd4{4, winograd_input<4>, winograd_output<4>, own_panels<Lazily>};
template <class Lazily = void>
inline void winograd2_conv2d(const finished_conv2d_args& args) noexcept { drivers::winograd_conv2d(args, own_winograd2<Lazily>); }
template <class Lazily = void>
inline void winograd4_conv2d(const finished_conv2d_args& args) noexcept { drivers::winograd_conv2d(args, own_winograd4<Lazily>); }
template <class Lazily = void>
inline void winograd2_filters(const winograd_filters_args& args) noexcept { drivers::winograd_filters(args, 2, winograd_filter<2>, transpose); }
template <class Lazily = void>
inline void winograd4_filters(const winograd_filters_args& args) noexcept { drivers::winograd_filters(args, 4, winograd_filter<4>, transpose); }

#endif
