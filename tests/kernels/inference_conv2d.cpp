// The convolutions of inference programs on every instruction set, against seven loops: odd sizes, tiles and one more or less, strides,
// dilation, padding, bias, addend, clamp, epilogue, results with gaps between them.
#include <cmath>
#include <random>

#include "testing.hpp"

using namespace testing_kernels;

namespace {

struct convolution {
  igata::window_geometry g;
  ptrdiff_t o;
};

igata::window_geometry square(ptrdiff_t n, ptrdiff_t h, ptrdiff_t w, ptrdiff_t c, ptrdiff_t kernel, ptrdiff_t stride, ptrdiff_t dilation, ptrdiff_t pad) {
  const ptrdiff_t span = (kernel - 1) * dilation + 1;
  return {n, h, w, c, (h + 2 * pad - span) / stride + 1, (w + 2 * pad - span) / stride + 1, kernel, kernel, stride, stride, dilation, dilation, pad, pad, pad, pad};
}

// f(place in x, tap, pixel of y) for every tap inside the image.
template <class F>
void for_each_tap(const igata::window_geometry& g, F f) {
  for (ptrdiff_t n = 0; n < g.n; ++n)
    for (ptrdiff_t oy = 0; oy < g.oh; ++oy)
      for (ptrdiff_t ox = 0; ox < g.ow; ++ox)
        for (ptrdiff_t ky = 0; ky < g.kh; ++ky)
          for (ptrdiff_t kx = 0; kx < g.kw; ++kx) {
            const ptrdiff_t y = oy * g.stride_h + ky * g.dilation_h - g.pad_top, x = ox * g.stride_w + kx * g.dilation_w - g.pad_left;
            if (y >= 0 && y < g.h && x >= 0 && x < g.w) f(((n * g.h + y) * g.w + x) * g.c, ky * g.kw + kx, (n * g.oh + oy) * g.ow + ox);
          }
}
template <class T>
std::vector<T> reference(const convolution& t, const float* x, const float* w) {
  std::vector<T> y(static_cast<std::size_t>(t.g.n * t.g.oh * t.g.ow * t.o));
  for_each_tap(t.g, [&](ptrdiff_t xi, ptrdiff_t tap, ptrdiff_t pixel) {
    for (ptrdiff_t c = 0; c < t.g.c; ++c)
      for (ptrdiff_t q = 0; q < t.o; ++q) y[static_cast<std::size_t>(pixel * t.o + q)] += static_cast<T>(x[xi + c]) * static_cast<T>(w[(tap * t.g.c + c) * t.o + q]);
  });
  return y;
}

struct finishing {
  bool bias, add, clamp, post, gaps;
};

using kernel_fn = void (*)(const igata::inference_conv2d_args&) noexcept;

// One call of a kernel; `sums` is what the sums are without bias and finish. `w` is as the kernel wants it.
void check(kernel_fn kernel, isa which, const convolution& t, const buffer& x, const float* w, const std::vector<float>& sums, ptrdiff_t scratch_size, finishing f) {
  SCOPED_TRACE(::testing::Message() << t.g.n << 'x' << t.g.h << 'x' << t.g.w << 'x' << t.g.c << " -> " << t.o << ", window " << t.g.kh << 'x' << t.g.kw << " / " << t.g.stride_h
                                    << 'x' << t.g.stride_w << " dilated " << t.g.dilation_h << 'x' << t.g.dilation_w << " padded " << t.g.pad_top << ' ' << t.g.pad_left << ' '
                                    << t.g.pad_bottom << ' ' << t.g.pad_right << " with" << (f.bias ? " bias" : "") << (f.add ? " addend" : "") << (f.clamp ? " clamp" : "")
                                    << (f.post ? " epilogue" : "") << (f.gaps ? " gaps" : ""));
  const ptrdiff_t pixels = t.g.n * t.g.oh * t.g.ow, row = t.o + (f.gaps ? 5 : 0);
  const buffer bias = whole(t.o, 3, 1, 3), addend = whole(pixels * row, 5, 3);
  buffer y(pixels * row, -1, 1), expected(pixels * row, -1), sum(pixels * t.o), scratch(scratch_size);
  for (ptrdiff_t p = 0; p < pixels; ++p)
    for (ptrdiff_t q = 0; q < t.o; ++q) {
      float v = sums[static_cast<std::size_t>(p * t.o + q)];
      if (f.bias) v += bias[q];
      if (f.add) v += addend[p * row + q];
      if (f.clamp && v < -20) v = -20;
      if (f.clamp && v > 60) v = 60;
      sum[p * t.o + q] = expected[p * row + q] = v;
    }
  epilogue_case tail(pixels, t.o);
  tail.post.fn = igata::pointwise_of<epilogue_program()>(which);
  kernel({t.g, t.o, x.data(), w, f.bias ? bias.data() : nullptr, y.data(), row, {f.add ? addend.data() : nullptr, row, f.clamp, -20, 60}, f.post ? &tail.post : nullptr, scratch.data()});
  EXPECT_TRUE(scratch.intact());
  if (f.post) tail.expect(sum);
  else EXPECT_TRUE(same(y, expected));
}
constexpr finishing finishings[] = {{false, false, false, false, false}, {true, false, true, false, false}, {true, true, true, false, true}, {true, false, false, true, false},
                                    {false, true, false, false, false},  {false, true, true, true, false}};

void check_direct(const igata::kernel_set& kernels, isa which, const convolution& t, const buffer& x, const buffer& w, std::initializer_list<finishing> list) {
  const ptrdiff_t k = t.g.kh * t.g.kw * t.g.c;
  buffer panels(igata::packed_size(k, t.o));
  kernels.pack(w.data(), t.o, 1, k, t.o, panels.data());
  const std::vector<float> sums = reference<float>(t, x.data(), w.data());
  for (const finishing& f : list) check(kernels.direct_conv2d, which, t, x, panels.data(), sums, 0, f);
}

buffer image_of(const convolution& t) { return whole(t.g.n * t.g.h * t.g.w * t.g.c, 1, 1, 3); }
buffer filters_of(const convolution& t) { return whole(t.g.kh * t.g.kw * t.g.c * t.o, 2, 0, 3); }

TEST(direct_conv2d, tiles_and_edges) {
  for_each_isa([](const igata::kernel_set& kernels, isa which) {
    for (const ptrdiff_t pixels : {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 17, 49})
      for (const ptrdiff_t o : {1, 4, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 48, 49, 63, 64, 65, 80, 97, 128, 131}) {
        const convolution t{square(1, 1, pixels, 3, 1, 1, 1, 0), o};
        check_direct(kernels, which, t, image_of(t), filters_of(t), {finishings[2], finishings[3]});
      }
  });
}

TEST(direct_conv2d, windows) {
  for_each_isa([](const igata::kernel_set& kernels, isa which) {
    const convolution cases[] = {
        {square(2, 14, 14, 5, 3, 1, 1, 1), 20}, {square(1, 7, 7, 16, 3, 1, 1, 1), 64}, {square(3, 9, 8, 3, 7, 2, 1, 3), 33},  {square(1, 13, 11, 4, 3, 2, 1, 1), 9},
        {square(2, 8, 8, 7, 1, 2, 1, 0), 17},   {square(1, 9, 9, 2, 3, 1, 2, 2), 70},   {square(1, 12, 9, 3, 3, 2, 3, 4), 5},   {square(2, 1, 1, 6, 3, 1, 1, 1), 12},
        {square(1, 2, 3, 2, 5, 1, 1, 2), 8},    {square(1, 4, 4, 3, 1, 1, 1, 2), 6},    {square(1, 3, 70, 2, 3, 1, 1, 1), 40},  {square(0, 5, 5, 3, 3, 1, 1, 1), 8},
        {square(4, 7, 7, 4, 1, 1, 1, 0), 30},   {square(1, 3, 150, 2, 3, 1, 1, 1), 70},   {square(2, 6, 5, 3, 3, 3, 1, 0), 11},
    };
    for (const convolution& t : cases) {
      const buffer x = image_of(t), w = filters_of(t);
      for (const finishing& f : finishings) check_direct(kernels, which, t, x, w, {f});
    }
  });
}

TEST(direct_conv2d, random_configurations) {
  std::mt19937 random(7);
  const auto number = [&](int low, int high) { return static_cast<ptrdiff_t>(low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1))); };
  for (int round = 0; round < 150; ++round) {
    igata::window_geometry g{number(1, 3), number(1, 15), number(1, 15), number(1, 19), 0, 0, number(1, 5), number(1, 5), number(1, 3), number(1, 3), number(1, 2), number(1, 2),
                             number(0, 3), number(0, 3), number(0, 3), number(0, 3)};
    const ptrdiff_t span_h = (g.kh - 1) * g.dilation_h + 1, span_w = (g.kw - 1) * g.dilation_w + 1;
    if (g.h + g.pad_top + g.pad_bottom < span_h || g.w + g.pad_left + g.pad_right < span_w) continue;
    g.oh = (g.h + g.pad_top + g.pad_bottom - span_h) / g.stride_h + 1;
    g.ow = (g.w + g.pad_left + g.pad_right - span_w) / g.stride_w + 1;
    const convolution t{g, number(1, 90)};
    const buffer x = image_of(t), w = filters_of(t);
    const finishing f = finishings[number(0, 5)];
    for_each_isa([&](const igata::kernel_set& kernels, isa which) { check_direct(kernels, which, t, x, w, {f}); });
  }
}

TEST(direct_conv2d, nan_and_infinity_stay_where_they_are_read) {
  for_each_isa([](const igata::kernel_set& kernels, isa which) {
    const convolution t{square(1, 9, 9, 3, 3, 1, 1, 1), 20};
    buffer x = image_of(t), w = filters_of(t);
    x[(3 * 9 + 4) * 3] = quiet_nan;
    x[(7 * 9 + 8) * 3 + 1] = infinite;
    check_direct(kernels, which, t, x, w, {finishings[0], finishings[1]});
    w[5] = infinite;  // of the first tap: padding is not multiplied by it
    check_direct(kernels, which, t, x, w, {finishings[0]});
  });
}

TEST(inference_conv2d, images_do_not_depend_on_their_number) {
  for_each_isa([](const igata::kernel_set& kernels, isa) {
    for (const ptrdiff_t kernel : {1, 3}) {
      convolution t{square(5, 7, 9, 13, kernel, 1, 1, kernel / 2), 37};
      const ptrdiff_t k = kernel * kernel * 13, image = t.g.oh * t.g.ow * t.o;
      buffer x(5 * 7 * 9 * 13), w(k * t.o), panels(igata::packed_size(k, t.o)), all(5 * image), some(5 * image);
      for (ptrdiff_t i = 0; i < x.size(); ++i) x[i] = 1.f / static_cast<float>(i % 97 + 3);
      for (ptrdiff_t i = 0; i < w.size(); ++i) w[i] = 1.f / static_cast<float>(i % 89 + 2) - 0.05f;
      kernels.pack(w.data(), t.o, 1, k, t.o, panels.data());
      kernels.direct_conv2d({t.g, t.o, x.data(), panels.data(), nullptr, all.data(), t.o, {}, nullptr, nullptr});
      for (t.g.n = 1; t.g.n < 5; ++t.g.n) {
        kernels.direct_conv2d({t.g, t.o, x.data(), panels.data(), nullptr, some.data(), t.o, {}, nullptr, nullptr});
        EXPECT_TRUE(same_bits(all, some, t.g.n * image));
      }
    }
  });
}

}  // namespace
