// Depthwise convolution, on images as they are: cut into boxes of pixels like direct_conv2d's, some lines at a time so
// that they stay in the second cache level while one vector of channels after the other is worked on. Text: see kernels.text.hpp.

#if !defined(IGATA_TARGET)

inline constexpr index depthwise_band_floats = 65536;

struct depthwise_boxes {
  const finished_conv2d_args& args;
  const depthwise_kernels& target;

  // A column of pixels as a line.
  static depthwise_box turned(const depthwise_box& job) {
    depthwise_box line = job;
    line.count = job.lines;
    line.lines = 1;
    line.x_step = job.x_line;
    line.y_step = job.y_line;
    line.add_step = job.add_line;
    return line;
  }
  // Pairs of lines, and a last one.
  void run_three(depthwise_box& job) const {
    const bool apart = args.g.stride_w == 2, pairs = job.kh == 3 && args.g.stride_h == args.g.stride_w && args.g.dilation_h == 1;
    const index lines = job.lines, paired = pairs ? lines / 2 * 2 : 0;
    job.lines = paired;
    if (paired > 0) target.three[apart][1](job);
    job.lines = lines - paired;
    job.x += paired * job.x_line;
    job.y += paired * job.y_line;
    if (job.add) job.add += paired * job.add_line;
    if (job.lines > 0) target.three[apart][0](job);
  }
  // Channels [channel, channel + cols) of a box; its results lie at job.y, its addends at job.add.
  void run_box(depthwise_box& job, const real* image, const pixel_box& box, index channel) const {
    const window_geometry& g = args.g;
    const index x_row = g.w * g.c;
    // Windows of three columns, of which the first or the last one of a line may lack one.
    const bool three_columns =
        g.kw == 3 && g.dilation_w == 1 && g.stride_w <= 2 && g.pad_left <= 1 && (g.ow - 1) * g.stride_w - g.pad_left + 3 <= g.w + 1;
    real* const y = job.y;
    const real* const add = job.add;
    for (index oy = box.top; oy < box.bottom;) {
      range ky, kx;
      const index oy_end = same_elements(oy, box.bottom, g.stride_h, g.pad_top, g.h, g.kh, g.dilation_h, ky);
      const bool has_sides = three_columns && box.right - box.left >= 4;
      for (index ox = box.left; ox < box.right;) {
        const index ox_end = has_sides ? box.right : same_elements(ox, box.right, g.stride_w, g.pad_left, g.w, g.kw, g.dilation_w, kx);
        if (has_sides) kx = {0, 3};
        job.left_out = has_sides && ox == 0 && g.pad_left == 1;
        job.right_out = has_sides && ox_end == g.ow && (g.ow - 1) * g.stride_w - g.pad_left + 3 > g.w;
        job.lines = oy_end - oy;
        job.count = ox_end - ox;
        job.kh = ky.size();
        job.kw = kx.size();
        job.x = image + (oy * g.stride_h - g.pad_top + ky.begin * g.dilation_h) * x_row +
                (ox * g.stride_w - g.pad_left + kx.begin * g.dilation_w) * g.c + channel;
        job.w = args.w + (ky.begin * g.kw + kx.begin) * g.c + channel;
        job.y = y + (oy - box.top) * job.y_line + (ox - box.left) * job.y_step;
        if (add) job.add = add + (oy - box.top) * job.add_line + (ox - box.left) * job.add_step;
        if (has_sides) run_three(job);
        else if (job.count == 1) target.any(turned(job));
        else target.any(job);
        ox = ox_end;
      }
      oy = oy_end;
    }
  }
};

[[gnu::noinline]] inline void depthwise_conv2d(const finished_conv2d_args& args, const depthwise_kernels& target) noexcept {
  const window_geometry& g = args.g;
  if (g.n * g.oh * g.ow * g.c == 0) return;
  alignas(64) real block[block_floats];
  program_runner post;
  post.begin(args.post);
  depthwise_box job{};
  job.x_step = g.stride_w * g.c;
  job.x_line = g.stride_h * g.w * g.c;
  job.x_row = g.dilation_h * g.w * g.c;
  job.x_tap = g.dilation_w * g.c;
  job.w_tap = g.c;
  job.w_row = g.kw * g.c;
  job.low = args.last.clamped ? args.last.low : minus_infinity();
  job.high = args.last.clamped ? args.last.high : infinity();
  job.add_step = args.last.add_row;
  job.add_line = g.ow * job.add_step;
  const index panel = args.post ? smaller(g.c, 256) : g.c, wide = args.post ? smaller(g.ow, block_floats / panel) : g.ow;
  const index fit = depthwise_band_floats / (job.x_line > 0 ? job.x_line : 1), high = args.post || fit < 2 ? 1 : fit / 2 * 2;
  const depthwise_boxes whole{args, target};
  const range lines = args.part.of(g.n * g.oh);
  for (index line = lines.begin, some; line < lines.end; line += some) {
    const index image = line / g.oh, oy = line % g.oh;
    const bool alone = high > 1 && oy == 0 && g.pad_top > 0;  // the first line, without the window's first row; the others are pairs
    some = smaller(smaller(g.oh - oy, high + alone), lines.end - line);
    for (index channel = 0; channel < g.c; channel += panel)
      for (index ox = 0; ox < g.ow; ox += wide) {
        const pixel_box box{oy, oy + some, ox, smaller(g.ow, ox + wide)};
        const index pixel = line * g.ow + ox;
        job.cols = smaller(g.c - channel, panel);
        job.start = args.bias ? args.bias + channel : nullptr;
        job.add = args.last.add ? args.last.add + pixel * job.add_step + channel : nullptr;
        job.y = args.post ? block : args.y + pixel * args.y_row + channel;
        job.y_step = args.post ? job.cols : args.y_row;
        job.y_line = g.ow * job.y_step;
        whole.run_box(job, args.x + image * g.h * g.w * g.c, box, channel);
        if (args.post) post.finish(block, job.cols, pixel, channel, box.right - box.left, job.cols);
      }
  }
}

#else

template <class Lazily>
inline constexpr depthwise_kernels own_depthwise = [] {
  return depthwise_kernels{{{depthwise_three<1, 1>, depthwise_three<1, 2>}, {depthwise_three<2, 1>, depthwise_three<2, 2>}}, depthwise_any};
}();
template <class Lazily = void>
inline void depthwise_conv2d(const finished_conv2d_args& args) noexcept { drivers::depthwise_conv2d(args, own_depthwise<Lazily>); }

#endif
