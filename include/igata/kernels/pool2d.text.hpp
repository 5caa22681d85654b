// Pooling on NHWC images: one output pixel at a time, its channels in vectors, its window clipped to the image.
// Text: see simd/vec.text.hpp.

// The part of a window that lies inside the image, in steps of the dilation.
struct clipped {
  index begin, end;
};
inline clipped clip(index position, index size, index kernel, index dilation) {
  const index begin = position < 0 ? (-position + dilation - 1) / dilation : 0;
  const index inside = size - position <= 0 ? 0 : (size - position + dilation - 1) / dilation;
  return {begin, inside < kernel ? inside : kernel};
}

enum class pooling { max, average, max_grad, average_grad };

struct pool_window {
  clipped y, x;
  const float* from;  // element (0, 0) of the window, which may lie outside the image
  float* back;        // the same place in dx
  index row, step;    // floats from a row of the window to the next, from an element to the next
};

inline vec pool_scale(const pool2d_args& args, const pool_window& w) {
  const index inside = (w.y.end - w.y.begin) * (w.x.end - w.x.begin);
  return splat(args.exclude_padding ? 1.f / static_cast<float>(inside > 0 ? inside : 1) : args.scale);
}

template <pooling Kind>
IGATA_INLINE void pool_channels(const pool_window& w, const float* dy, float* y, vec scale, index c, part t) {
  const float* from = w.from + c;
  vec best = Kind == pooling::average ? vec{} : splat(-__builtin_inff());
  ivec where = ivec{} - 1;
  std::int32_t tap = 0;
  if constexpr (Kind != pooling::average_grad) {
    for (index ky = w.y.begin; ky < w.y.end; ++ky)
      for (index kx = w.x.begin; kx < w.x.end; ++kx, ++tap) {
        const vec v = load(from + ky * w.row + kx * w.step, t);
        if constexpr (Kind == pooling::average) best += v;
        if constexpr (Kind == pooling::max) best = max(best, v);
        if constexpr (Kind == pooling::max_grad) {
          const ivec better = (v > best) | (is_nan(v) & ~is_nan(best)) | (where < 0);
          best = select(better, v, best);
          where = better ? tap + ivec{} : where;
        }
      }
  }
  if constexpr (Kind == pooling::max) store(y + c, best, t);
  if constexpr (Kind == pooling::average) store(y + c, best * scale, t);
  if constexpr (Kind == pooling::max_grad || Kind == pooling::average_grad) {
    const vec grad = load(dy + c, t) * scale;
    tap = 0;
    for (index ky = w.y.begin; ky < w.y.end; ++ky)
      for (index kx = w.x.begin; kx < w.x.end; ++kx, ++tap) {
        float* to = w.back + c + ky * w.row + kx * w.step;
        const vec mine = Kind == pooling::max_grad ? from_bits(bits(grad) & (where == tap)) : grad;
        store(to, load(to, t) + mine, t);
      }
  }
}

template <pooling Kind>
inline void pool(const pool2d_args& args, const float* dy, float* dx) {
  const window_geometry& g = args.g;
  const index row = g.w * g.c;
  float* y = args.y;
  pool_window w{};
  w.row = g.dilation_h * row;
  w.step = g.dilation_w * g.c;
  for (index n = 0; n < g.n; ++n)
    for (index oy = 0; oy < g.oh; ++oy)
      for (index ox = 0; ox < g.ow; ++ox) {
        const index top = oy * g.stride_h - g.pad_top, left = ox * g.stride_w - g.pad_left;
        const index at = (n * g.h + top) * row + left * g.c;
        w.y = clip(top, g.h, g.kh, g.dilation_h);
        w.x = clip(left, g.w, g.kw, g.dilation_w);
        w.from = args.x + at;
        w.back = dx + at;
        const vec scale = Kind == pooling::max || Kind == pooling::max_grad ? splat(1.f) : pool_scale(args, w);
        for (index c = 0; c < g.c; c += lanes) pool_channels<Kind>(w, dy, y, scale, c, first(g.c - c));
        if constexpr (Kind == pooling::max || Kind == pooling::average) y += g.c;
        else dy += g.c;
      }
}

inline void max_pool2d(const pool2d_args& args) noexcept { pool<pooling::max>(args, nullptr, nullptr); }
inline void avg_pool2d(const pool2d_args& args) noexcept { pool<pooling::average>(args, nullptr, nullptr); }
inline void max_pool2d_grad(const pool2d_grad_args& args) noexcept {
  fill_floats(args.dx, vec{}, args.g.n * args.g.h * args.g.w * args.g.c);
  pool<pooling::max_grad>({args.g, args.x, nullptr, args.scale, args.exclude_padding}, args.dy, args.dx);
}
inline void avg_pool2d_grad(const pool2d_grad_args& args) noexcept {
  fill_floats(args.dx, vec{}, args.g.n * args.g.h * args.g.w * args.g.c);
  pool<pooling::average_grad>({args.g, args.dx, nullptr, args.scale, args.exclude_padding}, args.dy, args.dx);
}
