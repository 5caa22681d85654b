// Convolution with packed weights, on NHWC images as they are: output pixels are the tile's rows, the window's rows its outer loop.
// An image is cut into rectangles of pixels whose windows lie inside it in the same way, so that padding costs nothing.
// Text: see kernels.text.hpp.

#if !defined(IGATA_TARGET)

// By what is left of a panel's columns: a shape that the next one, if need be with the narrowest, does not cover.
inline const panel_shape& panel_for(const panel_kernels& target, index cols) {
  const index narrowest = target.shapes[target.count - 1].width;
  int i = 0;
  for (; i + 1 < target.count; ++i) {
    const index next = target.shapes[i + 1].width;
    if (cols > next + (next + narrowest < target.shapes[i].width ? narrowest : 0)) break;
  }
  return target.shapes[i];
}

inline constexpr index max_low_tiles = 5;

// m rows in tiles of two heights, the fewest rows too many.
inline void run_panel(panel_job& job, const panel_shape& shape, index m) {
  index tiles[2] = {0, (m + shape.rows[1] - 1) / shape.rows[1]}, least = tiles[1] * shape.rows[1];
  for (index low = 1; low <= max_low_tiles && least > m; ++low) {
    const index rest = m - low * shape.rows[0], high = rest > 0 ? (rest + shape.rows[1] - 1) / shape.rows[1] : 0;
    const index rows = low * shape.rows[0] + high * shape.rows[1];
    if (rows >= least) continue;
    least = rows;
    tiles[0] = low;
    tiles[1] = high;
  }
  const index all = tiles[0] + tiles[1], fetched_row = (job.b_k + all - 1) / all;  // of the panel that comes next, in each step of a tile
  job.fetched = job.b + job.ahead;
  job.fetch_end = job.fetched + job.ahead;
  job.fetch_step = fetched_row <= 8 ? 8 : fetched_row <= 16 ? 16 : smaller(fetched_row, 32);  // evenly, and few lines twice
  job.rows = m;
  for (int i = 1; i >= 0; --i) {
    job.tiles = tiles[i];
    if (tiles[i] > 0) shape.run[i](job);
  }
}

// The same for a long sum: so many rows of the panel at a time as stay in the second cache level beside the ones that are fetched.
inline constexpr index slice_rows = 1024;

[[gnu::noinline]] inline void run_slices(const panel_job& whole, const panel_shape& shape, index m) {
  const index lines = whole.k < slice_rows ? slice_rows / whole.k : 1, columns = even_share(whole.k, slice_rows);  // of the window at a time
  const bool fetches = whole.ahead != 0;
  for (index line = 0; line < whole.outer; line += lines)
    for (index k = 0; k < whole.k; k += columns) {
      panel_job job = whole;
      job.outer = smaller(lines, whole.outer - line);
      job.k = smaller(columns, whole.k - k);
      job.a += line * (whole.k + whole.a_outer_skip) + k;
      job.b += line * (whole.k * whole.b_k + whole.b_outer_skip) + k * whole.b_k;
      job.ahead = fetches ? job.outer * job.k * job.b_k : 0;
      job.continues = line + k > 0;
      if (line + lines < whole.outer || k + columns < whole.k) {
        job.add = nullptr;
        job.clamped = false;
      }
      run_panel(job, shape, m);
    }
}

// A share of a convolution: some lines of all images or, where it is mostly weights, some of the filters.
struct line_share {
  range lines, columns;
};
inline line_share share_of_lines(const share& part, index lines, index line, index n) {
  if (lines * line < 512 && n >= panel_width * part.parts)
    return {{0, lines}, part.of(n, 16)};  // whole panels would often be more for one than for another
  return {part.of(lines), {0, n}};
}

// A panel of columns at a time: f(first column, the shape of tile, its columns; of the packed matrix: its first real, its row).
template <class F>
inline void for_each_panel(range columns, index n, index k, const panel_kernels& target, F& f) {
  for (index column = columns.begin; column < columns.end;) {
    const index panel = column / panel_width * panel_width, behind = smaller(columns.end, panel + panel_width);
    const panel_shape& shape = panel_for(target, behind - column);
    const index cols = smaller(behind - column, shape.width);
    f.run(column, cols, shape, panel * k + (column - panel), smaller(whole_lines(n - panel), panel_width));
    column += cols;
  }
}

inline constexpr index far_floats = 262144;   // results that no second cache level holds
inline constexpr index finished_pixels = 64;  // whose results an epilogue gets at a time

struct direct_conv2d_panels {
  const finished_conv2d_args& args;
  const window_geometry& g;
  program_runner post;
  range lines, pixels;   // of all images, of a line
  index wide, high;      // pixels and lines that are computed at a time
  index next_panel;      // floats to the columns that come next

  // Of large weights the pixels inside the image first: their tiles fetch what follows, the few at its sides would wait for it.
  void run_box(panel_job& job, const panel_shape& shape, const real* image, const real* w, const pixel_box& box) const {
    const bool inside_first = g.kh * g.kw * g.c > slice_rows && (g.pad_top | g.pad_left | g.pad_bottom | g.pad_right) != 0;
    if (inside_first) run_windows(job, shape, image, w, box, true, false);
    run_windows(job, shape, image, w, box, !inside_first, true);
  }
  void run_windows(panel_job& job, const panel_shape& shape, const real* image, const real* w, const pixel_box& box, bool whole_ones,
                   bool others) const {
    const index x_row = g.w * g.c, b_tap = g.c * job.b_k, width = box.right - box.left;
    const bool whole_rows = g.dilation_w == 1;  // a row of the window is one run of memory
    for (index oy = box.top; oy < box.bottom;) {
      range ky, kx;
      const index oy_end = same_elements(oy, box.bottom, g.stride_h, g.pad_top, g.h, g.kh, g.dilation_h, ky);
      for (index ox = box.left; ox < box.right;) {
        const index ox_end = same_elements(ox, box.right, g.stride_w, g.pad_left, g.w, g.kw, g.dilation_w, kx);
        const bool whole = ky.size() == g.kh && kx.size() == g.kw;
        if (whole ? !whole_ones : !others) {
          ox = ox_end;
          continue;
        }
        const index y = oy * g.stride_h - g.pad_top + ky.begin * g.dilation_h, x = ox * g.stride_w - g.pad_left + kx.begin * g.dilation_w;
        const index taps = kx.size() * g.dilation_w * g.c;
        job.line = ox_end - ox;
        job.column = 0;
        job.a = image + y * x_row + x * g.c;
        job.a_step = g.stride_w * g.c;
        job.a_jump = g.stride_h * x_row - job.line * job.a_step;
        job.pixel = (oy - box.top) * width + ox - box.left;
        job.pixel_jump = width - job.line;
        job.k = whole_rows ? taps : g.c;
        job.middle = whole_rows ? 1 : kx.size();
        job.outer = kx.size() > 0 ? ky.size() : 0;
        job.a_middle_skip = (g.dilation_w - 1) * g.c;
        job.a_outer_skip = g.dilation_h * x_row - taps;
        job.b = w + (ky.begin * g.kw + kx.begin) * b_tap;
        job.b_outer_skip = (g.kw - kx.size()) * b_tap;
        job.ahead = whole ? next_panel : 0;
        const index m = (oy_end - oy) * job.line;
        if (job.middle == 1 && job.k * job.outer > slice_rows * 3 / 2 && m > shape.rows[1]) run_slices(job, shape, m);
        else run_panel(job, shape, m);
        ox = ox_end;
      }
      oy = oy_end;
    }
  }
  void run(index column, index cols, const panel_shape& shape, index packed, index packed_row) {
    panel_job job{};
    job.b_k = packed_row;
    const index inside = column % panel_width;
    next_panel = inside + cols < packed_row ? cols : g.kh * g.kw * g.c * packed_row - inside;
    job.start = args.bias ? args.bias + column : nullptr;
    job.add_row = args.last.add_row;
    job.is_far = !args.post && g.n * g.oh * g.ow * args.o >= far_floats;
    job.clamped = args.last.clamped;
    job.low = args.last.low;
    job.high = args.last.high;
    job.cols = cols;
    job.c_row = args.post ? cols : args.y_row;
    alignas(64) real block[finished_pixels * panel_width];
    for (index line = lines.begin, some; line < lines.end; line += some) {
      const index image = line / g.oh, oy = line % g.oh;
      some = smaller(smaller(g.oh - oy, high), lines.end - line);
      for (index ox = pixels.begin; ox < pixels.end; ox += wide) {
        const pixel_box box{oy, oy + some, ox, smaller(pixels.end, ox + wide)};
        const index pixel = line * g.ow + ox;
        job.c = args.post ? block : args.y + pixel * args.y_row + column;
        job.add = args.last.add ? args.last.add + pixel * args.last.add_row + column : nullptr;
        run_box(job, shape, args.x + image * g.h * g.w * g.c, args.w + packed, box);
        if (args.post) post.finish(block, cols, pixel, column, some * (box.right - box.left), cols);
      }
    }
  }
};

[[gnu::noinline]] inline void direct_conv2d(const finished_conv2d_args& args, const panel_kernels& target) noexcept {
  window_geometry g = args.g;
  if (g.n * g.oh * g.ow * args.o == 0) return;
  if (g.kh == 1 && g.stride_h == 1 && (g.pad_top | g.pad_bottom) == 0) {  // images follow each other as their lines do
    g.oh = g.h *= g.n;
    g.n = 1;
    if (g.kw == 1 && g.stride_w == 1 && (g.pad_left | g.pad_right) == 0) {  // and so do the lines
      g.ow = g.w *= g.h;
      g.oh = g.h = 1;
    }
  }
  line_share mine = share_of_lines(args.part, g.n * g.oh, g.ow, args.o);
  range pixels{0, g.ow};
  if (g.n * g.oh == 1 && mine.columns.size() == args.o) {  // a single line
    mine.lines = {0, 1};
    pixels = args.part.of(g.ow, 24);
  }
  direct_conv2d_panels panels{args, g, {}, mine.lines, pixels, g.ow, g.oh, 0};
  panels.post.begin(args.post);
  if (args.post) {
    panels.wide = smaller(g.ow, finished_pixels);
    panels.high = finished_pixels / panels.wide;
  }
  if (mine.lines.size() * pixels.size() > 0) for_each_panel(mine.columns, args.o, g.kh * g.kw * g.c, target, panels);
}

#else

template <class Lazily = void>
inline void direct_conv2d(const finished_conv2d_args& args) noexcept { drivers::direct_conv2d(args, own_panels<Lazily>); }

#endif
