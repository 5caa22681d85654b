// The convolutions of inference programs on every instruction set, against seven loops: odd sizes, tiles and one more or less, strides,
// dilation, padding, bias, addend, clamp, epilogue, results with gaps between them.
#include <algorithm>
#include <cmath>
#include <random>

#include "../reference_packing.hpp"
#include "testing.hpp"

using namespace testing_kernels;

namespace {

struct convolution {
  igata::plan::window_geometry g;
  ptrdiff_t o;
};

igata::plan::window_geometry square(ptrdiff_t n, ptrdiff_t h, ptrdiff_t w, ptrdiff_t c, ptrdiff_t kernel, ptrdiff_t stride, ptrdiff_t dilation,
                                    ptrdiff_t pad) {
  const ptrdiff_t span = (kernel - 1) * dilation + 1;
  return {n,   h,   w,   c,  (h + 2 * pad - span) / stride + 1, (w + 2 * pad - span) / stride + 1, kernel, kernel, stride, stride, dilation, dilation,
          pad, pad, pad, pad};
}

// f(place in x, tap, pixel of y) for every tap inside the image.
template <class F>
void for_each_tap(const igata::plan::window_geometry& g, F f) {
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
std::vector<T> reference(const convolution& t, const real* x, const real* w) {
  std::vector<T> y(static_cast<std::size_t>(t.g.n * t.g.oh * t.g.ow * t.o));
  for_each_tap(t.g, [&](ptrdiff_t xi, ptrdiff_t tap, ptrdiff_t pixel) {
    for (ptrdiff_t c = 0; c < t.g.c; ++c)
      for (ptrdiff_t q = 0; q < t.o; ++q)
        y[static_cast<std::size_t>(pixel * t.o + q)] += static_cast<T>(x[xi + c]) * static_cast<T>(w[(tap * t.g.c + c) * t.o + q]);
  });
  return y;
}

struct finishing {
  bool bias, add, clamp, post, gaps;
};

using kernel_fn = kernel_of<finished_conv2d_args>;

void round_all(buffer& b) {
  for (ptrdiff_t i = 0; i < b.size(); ++i) b[i] = std::nearbyint(b[i]);
}

// One call of a kernel; `sums` is what the sums are without bias and finish. `w` is as the kernel wants it.
// `nearly`: results are rounded to the whole numbers that they are near to.
void check(kernel_fn kernel, isa which, const convolution& t, const buffer& x, const real* w, const std::vector<real>& sums, ptrdiff_t scratch_size,
           finishing f, bool nearly = false) {
  SCOPED_TRACE(::testing::Message() << t.g.n << 'x' << t.g.h << 'x' << t.g.w << 'x' << t.g.c << " -> " << t.o << ", window " << t.g.kh << 'x'
                                    << t.g.kw << " / " << t.g.stride_h << 'x' << t.g.stride_w << " dilated " << t.g.dilation_h << 'x'
                                    << t.g.dilation_w << " padded " << t.g.pad_top << ' ' << t.g.pad_left << ' ' << t.g.pad_bottom << ' '
                                    << t.g.pad_right << " with" << (f.bias ? " bias" : "") << (f.add ? " addend" : "") << (f.clamp ? " clamp" : "")
                                    << (f.post ? " epilogue" : "") << (f.gaps ? " gaps" : ""));
  const ptrdiff_t pixels = t.g.n * t.g.oh * t.g.ow, row = t.o + (f.gaps ? 5 : 0);
  const buffer bias = whole(t.o, 3, 1, 3), addend = whole(pixels * row, 5, 3);
  buffer y(pixels * row, -1, 1), expected(pixels * row, -1), sum(pixels * t.o), scratch(scratch_size);
  for (ptrdiff_t p = 0; p < pixels; ++p)
    for (ptrdiff_t q = 0; q < t.o; ++q) {
      real v = sums[static_cast<std::size_t>(p * t.o + q)];
      if (f.bias) v += bias[q];
      if (f.add) v += addend[p * row + q];
      if (f.clamp && v < -20) v = -20;
      if (f.clamp && v > 60) v = 60;
      sum[p * t.o + q] = expected[p * row + q] = v;
    }
  epilogue_case tail(pixels, t.o);
  tail.post.fn = pointwise_of<epilogue_program()>(which);
  in_shares<finished_conv2d_args>(kernel,
                                               {t.g,
                                                t.o,
                                                x.data(),
                                                w,
                                                scratch.data(),
                                                f.bias ? bias.data() : nullptr,
                                                y.data(),
                                                row,
                                                {f.add ? addend.data() : nullptr, row, f.clamp, -20, 60},
                                                f.post ? &tail.post : nullptr},
                                               1 + static_cast<int>(t.g.h + t.o + f.clamp) % 3);
  EXPECT_TRUE(scratch.intact());
  if (nearly)
    for (buffer* b : {&y, &tail.result, &tail.plain}) round_all(*b);
  if (f.post) tail.expect(sum);
  else EXPECT_TRUE(same(y, expected));
}
constexpr finishing finishings[] = {{false, false, false, false, false}, {true, false, true, false, false},  {true, true, true, false, true},
                                    {true, false, false, true, false},   {false, true, false, false, false}, {false, true, true, true, false}};

#if !defined(IGATA_TEST_WIDE)
void check_direct(const kernel_set& kernels, isa which, const convolution& t, const buffer& x, const buffer& w,
                  std::initializer_list<finishing> list) {
  const ptrdiff_t k = t.g.kh * t.g.kw * t.g.c;
  buffer panels(igata::plan::packed_size(k, t.o));
  kernels.pack(w.data(), t.o, 1, k, t.o, panels.data());
  const std::vector<real> sums = reference<real>(t, x.data(), w.data());
  for (const finishing& f : list) check(kernels.direct_conv2d, which, t, x, panels.data(), sums, 0, f);
}
#endif

buffer image_of(const convolution& t) { return whole(t.g.n * t.g.h * t.g.w * t.g.c, 1, 1, 3); }

#if !defined(IGATA_TEST_WIDE)  // lanes of 32 bits only
buffer filters_of(const convolution& t) { return whole(t.g.kh * t.g.kw * t.g.c * t.o, 2, 0, 3); }

TEST(direct_conv2d, tiles_and_edges) {
  for_each_isa([](const kernel_set& kernels, isa which) {
    for (const ptrdiff_t pixels : {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 17, 49})
      for (const ptrdiff_t o : {1, 4, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 48, 49, 63, 64, 65, 80, 97, 128, 131}) {
        const convolution t{square(1, 1, pixels, 3, 1, 1, 1, 0), o};
        check_direct(kernels, which, t, image_of(t), filters_of(t), {finishings[2], finishings[3]});
      }
  });
}

// Tiles that go on in the next line, of every height and of widths that share a register between two rows.
TEST(direct_conv2d, lines_and_tiles) {
  for_each_isa([](const kernel_set& kernels, isa which) {
    for (const ptrdiff_t width : {1, 3, 11, 12, 13, 25, 40})
      for (const ptrdiff_t o : {17, 20, 23, 24, 30, 88}) {
        const convolution t{square(1, 2 * 5 + 1, 2 * width + 1, 3, 3, 2, 1, 0), o};
        check_direct(kernels, which, t, image_of(t), filters_of(t), {finishings[2], finishings[3], finishings[4]});
      }
    for (const ptrdiff_t o : {24, 56}) {
      const convolution long_sums{square(1, 5, 5, 2100, 1, 1, 1, 0), o}, many_results{square(1, 150, 150, 2, 1, 1, 1, 0), o};
      check_direct(kernels, which, long_sums, image_of(long_sums), filters_of(long_sums), {finishings[2]});
      check_direct(kernels, which, many_results, image_of(many_results), filters_of(many_results), {finishings[2]});
    }
  });
}

TEST(direct_conv2d, windows) {
  for_each_isa([](const kernel_set& kernels, isa which) {
    const convolution cases[] = {
        {square(2, 14, 14, 5, 3, 1, 1, 1), 20},   {square(1, 7, 7, 16, 3, 1, 1, 1), 64},
        {square(3, 9, 8, 3, 7, 2, 1, 3), 33},     {square(1, 13, 11, 4, 3, 2, 1, 1), 9},
        {square(2, 8, 8, 7, 1, 2, 1, 0), 17},     {square(1, 9, 9, 2, 3, 1, 2, 2), 70},
        {square(1, 12, 9, 3, 3, 2, 3, 4), 5},     {square(2, 1, 1, 6, 3, 1, 1, 1), 12},
        {square(1, 2, 3, 2, 5, 1, 1, 2), 8},      {square(1, 4, 4, 3, 1, 1, 1, 2), 6},
        {square(1, 3, 70, 2, 3, 1, 1, 1), 40},    {square(0, 5, 5, 3, 3, 1, 1, 1), 8},
        {square(4, 7, 7, 4, 1, 1, 1, 0), 30},     {square(1, 3, 150, 2, 3, 1, 1, 1), 70},
        {square(1, 9, 9, 200, 3, 1, 1, 1), 70},   {square(2, 5, 5, 2100, 1, 1, 1, 0), 67},
        {square(1, 6, 6, 700, 3, 2, 1, 1), 66},   {square(1, 40, 40, 9, 3, 1, 1, 1), 200},
        {square(2, 30, 31, 20, 1, 1, 1, 0), 300}, {square(2, 6, 5, 3, 3, 3, 1, 0), 11},
        {square(1, 100, 90, 2, 1, 1, 1, 0), 65},  // results beyond a second cache level
    };
    for (const convolution& t : cases) {
      const buffer x = image_of(t), w = filters_of(t);
      for (const finishing& f : finishings) check_direct(kernels, which, t, x, w, {f});
    }
  });
}

TEST(direct_conv2d, random_configurations) {
  std::mt19937 random(7);
  const auto number = [&](int low, int high) {
    return static_cast<ptrdiff_t>(low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1)));
  };
  for (int round = 0; round < 150; ++round) {
    igata::plan::window_geometry g{number(1, 3),
                                   number(1, 15),
                                   number(1, 15),
                                   number(1, 19),
                                   0,
                                   0,
                                   number(1, 5),
                                   number(1, 5),
                                   number(1, 3),
                                   number(1, 3),
                                   number(1, 2),
                                   number(1, 2),
                                   number(0, 3),
                                   number(0, 3),
                                   number(0, 3),
                                   number(0, 3)};
    const ptrdiff_t span_h = (g.kh - 1) * g.dilation_h + 1, span_w = (g.kw - 1) * g.dilation_w + 1;
    if (g.h + g.pad_top + g.pad_bottom < span_h || g.w + g.pad_left + g.pad_right < span_w) continue;
    g.oh = (g.h + g.pad_top + g.pad_bottom - span_h) / g.stride_h + 1;
    g.ow = (g.w + g.pad_left + g.pad_right - span_w) / g.stride_w + 1;
    const convolution t{g, number(1, 90)};
    const buffer x = image_of(t), w = filters_of(t);
    const finishing f = finishings[number(0, 5)];
    for_each_isa([&](const kernel_set& kernels, isa which) { check_direct(kernels, which, t, x, w, {f}); });
  }
}

TEST(direct_conv2d, nan_and_infinity_stay_where_they_are_read) {
  for_each_isa([](const kernel_set& kernels, isa which) {
    const convolution t{square(1, 9, 9, 3, 3, 1, 1, 1), 20};
    buffer x = image_of(t), w = filters_of(t);
    x[(3 * 9 + 4) * 3] = quiet_nan;
    x[(7 * 9 + 8) * 3 + 1] = infinite;
    check_direct(kernels, which, t, x, w, {finishings[0], finishings[1]});
    w[5] = infinite;  // of the first tap: padding is not multiplied by it
    check_direct(kernels, which, t, x, w, {finishings[0]});
  });
}

struct winograd_case {
  int m;
  kernel_fn kernel;
};
std::vector<real> transformed(const convolution& t, const buffer& w, int m) {
  const std::vector<double> wide(w.data(), w.data() + w.size());
  std::vector<real> packed(static_cast<std::size_t>(igata::plan::winograd_packed_size(t.g.c, t.o, m)) + 64);
  reference_packing::pack_winograd(wide.data(), t.g.c, t.o, m, packed.data());
  return packed;
}
void check_winograd(const kernel_set& kernels, isa which, const convolution& t, std::initializer_list<finishing> list) {
  const buffer x = image_of(t), w = filters_of(t);
  const std::vector<real> sums = reference<real>(t, x.data(), w.data());
  for (const winograd_case& c : {winograd_case{2, kernels.winograd2_conv2d}, winograd_case{4, kernels.winograd4_conv2d}}) {
    const std::vector<real> packed = transformed(t, w, c.m);
    for (const finishing& f : list) check(c.kernel, which, t, x, packed.data(), sums, igata::plan::winograd_scratch(t.g, c.m), f, c.m == 4);
  }
}

TEST(winograd_conv2d, odd_sizes) {
  for_each_isa([](const kernel_set& kernels, isa which) {
    const convolution cases[] = {
        {square(1, 1, 1, 1, 3, 1, 1, 1), 1},   {square(1, 3, 3, 3, 3, 1, 1, 0), 5},     {square(2, 7, 7, 16, 3, 1, 1, 1), 64},
        {square(3, 5, 9, 17, 3, 1, 1, 1), 33}, {square(1, 14, 13, 20, 3, 1, 1, 1), 80}, {square(2, 8, 8, 5, 3, 1, 1, 2), 131},
        {square(1, 3, 90, 31, 3, 1, 1, 1), 7}, {square(1, 4, 4, 48, 3, 1, 1, 1), 48},   {square(0, 5, 5, 3, 3, 1, 1, 1), 8},
        {square(5, 2, 3, 7, 3, 1, 1, 1), 20},  {square(1, 6, 300, 40, 3, 1, 1, 1), 12}, {square(1, 2, 2, 3, 3, 1, 1, 3), 9},
    };
    for (const convolution& t : cases)
      for (const finishing& f : finishings) check_winograd(kernels, which, t, {f});
  });
}

TEST(winograd_conv2d, random_configurations) {
  std::mt19937 random(11);
  const auto number = [&](int low, int high) {
    return static_cast<ptrdiff_t>(low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1)));
  };
  for (int round = 0; round < 60; ++round) {
    igata::plan::window_geometry g{number(1, 3), number(1, 20), number(1, 20), number(1, 40), 0, 0, 3, 3, 1, 1, 1, 1,
                                   number(0, 3), number(0, 3),  number(0, 3),  number(0, 3)};
    g.oh = g.h + g.pad_top + g.pad_bottom - 2;
    g.ow = g.w + g.pad_left + g.pad_right - 2;
    if (g.oh < 1 || g.ow < 1) continue;
    const convolution t{g, number(1, 100)};
    const finishing f = finishings[number(0, 5)];
    for_each_isa([&](const kernel_set& kernels, isa which) { check_winograd(kernels, which, t, {f}); });
  }
}

// The errors that target/winograd.hpp promises.
TEST(winograd_conv2d, errors_against_double) {
  std::mt19937 random(5);
  for (const ptrdiff_t c : {16, 64, 512}) {
    const convolution t{square(1, 14, 14, c, 3, 1, 1, 1), 32};
    buffer x(14 * 14 * c), w(9 * c * 32), y(14 * 14 * 32);
    std::normal_distribution<real> normal;
    for (ptrdiff_t i = 0; i < x.size(); ++i) x[i] = std::fmax(normal(random), 0.f);
    for (ptrdiff_t i = 0; i < w.size(); ++i) w[i] = normal(random) * std::sqrt(2.f / static_cast<real>(9 * c));
    const std::vector<double> exact = reference<double>(t, x.data(), w.data());
    for_each_isa([&](const kernel_set& kernels, isa) {
      for (const winograd_case& k : {winograd_case{2, kernels.winograd2_conv2d}, winograd_case{4, kernels.winograd4_conv2d}}) {
        for (const bool each_run : {false, true}) {  // filters in double, as an inference program's, or in real
        std::vector<real> packed = transformed(t, w, k.m);
        if (each_run) (k.m == 2 ? kernels.winograd2_filters : kernels.winograd4_filters)({c, t.o, w.data(), false, packed.data()});
        buffer scratch(igata::plan::winograd_scratch(t.g, k.m));
        k.kernel({t.g, t.o, x.data(), packed.data(), scratch.data(), nullptr, y.data(), t.o, {}, nullptr});
        double error = 0, size = 0, worst = 0, largest = 0;
        for (ptrdiff_t i = 0; i < y.size(); ++i) {
          const double e = y[i] - exact[static_cast<std::size_t>(i)];
          error += e * e;
          size += exact[static_cast<std::size_t>(i)] * exact[static_cast<std::size_t>(i)];
          worst = std::fmax(worst, std::fabs(e));
          largest = std::fmax(largest, std::fabs(exact[static_cast<std::size_t>(i)]));
        }
        EXPECT_LT(std::sqrt(error / size), k.m == 2 ? 1e-6 : 4e-6) << c << " channels, m = " << k.m;
        EXPECT_LT(worst / largest, k.m == 2 ? 2e-6 : 2e-5) << c << " channels, m = " << k.m;
        std::printf("%s, %td channels, m = %d: rms %.2g, largest %.2g of the largest result\n", kernels.name, c, k.m, std::sqrt(error / size),
                    worst / largest);
        }
      }
    });
  }
}

// As trained programs transform filters: beside reference_packing.hpp, which does it in double. `turned` are the filters of the input's gradient.
struct filters_case {
  int m;
  void (*kernel)(const igata::plan::winograd_filters_args&) noexcept;
};
TEST(winograd_filters, beside_double) {
  for_each_isa([](const kernel_set& kernels, isa) {
    for (const ptrdiff_t c : {1, 3, 16, 17, 37, 64})
      for (const ptrdiff_t o : {1, 7, 16, 33, 64, 65, 131})
        for (const filters_case& k : {filters_case{2, kernels.winograd2_filters}, filters_case{4, kernels.winograd4_filters}}) {
          SCOPED_TRACE(::testing::Message() << c << " -> " << o << ", m = " << k.m);
          buffer w(9 * c * o, 0, 1), turned(9 * c * o, 0, 3);
          for (ptrdiff_t i = 0; i < w.size(); ++i) w[i] = 1.f / static_cast<real>(i % 89 + 2) - 0.05f;
          for (ptrdiff_t tap = 0; tap < 9; ++tap)
            for (ptrdiff_t i = 0; i < c; ++i)
              for (ptrdiff_t j = 0; j < o; ++j) turned[((8 - tap) * o + j) * c + i] = w[(tap * c + i) * o + j];
          const std::vector<real> expected = transformed({square(1, 4, 4, c, 3, 1, 1, 1), o}, w, k.m);
          const ptrdiff_t size = igata::plan::winograd_packed_size(c, o, k.m);
          buffer got(size), again(size), shared(size);
          k.kernel({c, o, w.data(), false, got.data()});
          k.kernel({c, o, turned.data(), true, again.data()});
          in_shares<igata::plan::winograd_filters_args>(k.kernel, {c, o, w.data(), false, shared.data()}, 3);
          EXPECT_TRUE(got.intact() && again.intact() && shared.intact());
          const ptrdiff_t points = (k.m + 2) * (k.m + 2);
          for (ptrdiff_t i = 0; i < size && !::testing::Test::HasFailure(); ++i) {
            const ptrdiff_t panel = i / (64 * points * c) * 64, width = std::min<ptrdiff_t>((o - panel + 15) / 16 * 16, 64);
            if (panel + (i - panel * points * c) % width >= o) continue;  // behind the last column: read, and not stored
            EXPECT_NEAR(got[i], expected[static_cast<std::size_t>(i)], 2e-7) << i;
            EXPECT_EQ(again[i], got[i]) << i;
            EXPECT_EQ(shared[i], got[i]) << i;
          }
        }
  });
}

TEST(winograd_conv2d, nan_stays_in_the_tiles_that_read_it) {
  for_each_isa([](const kernel_set& kernels, isa) {
    const convolution t{square(1, 16, 16, 3, 3, 1, 1, 1), 5};
    buffer x = image_of(t), w = filters_of(t), y(16 * 16 * 5);
    x[(6 * 16 + 6) * 3] = quiet_nan;
    for (const winograd_case& k : {winograd_case{2, kernels.winograd2_conv2d}, winograd_case{4, kernels.winograd4_conv2d}}) {
      const std::vector<real> packed = transformed(t, w, k.m);
      buffer scratch(igata::plan::winograd_scratch(t.g, k.m));
      k.kernel({t.g, t.o, x.data(), packed.data(), scratch.data(), nullptr, y.data(), t.o, {nullptr, 0, true, 0, 6}, nullptr});
      for (ptrdiff_t oy = 0; oy < 16; ++oy)
        for (ptrdiff_t ox = 0; ox < 16; ++ox) {
          const bool read = oy >= 5 && oy <= 7 && ox >= 5 && ox <= 7, near = oy >= 4 && oy < 8 && ox >= 4 && ox < 8;
          const real v = y[(oy * 16 + ox) * 5];
          EXPECT_TRUE(!read || v != v) << oy << " " << ox;
          EXPECT_TRUE(near || v == v) << oy << " " << ox;
        }
    }
  });
}

TEST(winograd_conv2d, chosen_by_shape) {
  const auto tile = [](ptrdiff_t size, ptrdiff_t c, ptrdiff_t o) { return igata::plan::winograd_tile(square(1, size, size, c, 3, 1, 1, 1), o, 1); };
  EXPECT_EQ(tile(56, 64, 64), 4);
  EXPECT_EQ(tile(14, 256, 256), 4);
  EXPECT_EQ(tile(7, 512, 512), 2);  // the weights for 4 are too large to read for so few pixels
  EXPECT_EQ(tile(224, 3, 64), 0);   // three channels: transforms cost more than they save
  EXPECT_EQ(tile(4, 64, 64), 2);
  EXPECT_EQ(tile(1, 64, 64), 0);
  const auto each_run = [](ptrdiff_t n, ptrdiff_t size, ptrdiff_t c) {
    return igata::plan::winograd_tile(square(n, size, size, c, 3, 1, 1, 1), c, 1, true);
  };
  EXPECT_EQ(each_run(32, 32, 64), 4);
  EXPECT_EQ(each_run(32, 4, 512), 4);
  EXPECT_EQ(each_run(1, 4, 512), 0);  // filters are transformed for a few pixels only
  EXPECT_EQ(igata::plan::winograd_tile(square(1, 56, 56, 64, 3, 2, 1, 1), 64, 1), 0);
  EXPECT_EQ(igata::plan::winograd_tile(square(1, 56, 56, 64, 5, 1, 1, 2), 64, 1), 0);
  EXPECT_EQ(igata::plan::winograd_tile(square(1, 56, 56, 64, 3, 1, 1, 1), 64, 2), 0);
}
#endif

void check_depthwise(const kernel_set& kernels, isa which, const convolution& t, std::initializer_list<finishing> list) {
  const buffer x = image_of(t), w = whole(t.g.kh * t.g.kw * t.o, 2, 1, 3);
  std::vector<real> sums(static_cast<std::size_t>(t.g.n * t.g.oh * t.g.ow * t.o));
  for_each_tap(t.g, [&](ptrdiff_t xi, ptrdiff_t tap, ptrdiff_t pixel) {
    for (ptrdiff_t c = 0; c < t.o; ++c) sums[static_cast<std::size_t>(pixel * t.o + c)] += x[xi + c] * w[tap * t.o + c];
  });
  for (const finishing& f : list) check(kernels.depthwise_conv2d, which, t, x, w.data(), sums, 0, f);
}

TEST(depthwise_conv2d, windows) {
  for_each_isa([](const kernel_set& kernels, isa which) {
    for (const ptrdiff_t c : {2, 7, 15, 16, 17, 33, 300})
      for (const ptrdiff_t kernel : {1, 2, 3, 5})
        for (const ptrdiff_t stride : {1, 2}) {
          const convolution t{square(2, 9, 10, c, kernel, stride, 1, kernel / 2), c};
          check_depthwise(kernels, which, t, {finishings[2], finishings[3]});
        }
    for (const finishing& f : finishings) {
      check_depthwise(kernels, which, {square(1, 14, 14, 20, 3, 1, 1, 1), 20}, {f});
      check_depthwise(kernels, which, {square(1, 1, 1, 20, 3, 1, 1, 1), 20}, {f});
      check_depthwise(kernels, which, {square(1, 12, 70, 24, 3, 2, 2, 2), 24}, {f});
      check_depthwise(kernels, which, {square(3, 60, 60, 30, 3, 1, 1, 1), 30}, {f});
    }
  });
}

// Pairs of lines and lines that are left; sides of the image that windows of three columns reach beyond, or not.
TEST(depthwise_conv2d, lines_and_sides) {
  for_each_isa([](const kernel_set& kernels, isa which) {
    for (const ptrdiff_t stride : {1, 2})
      for (ptrdiff_t h = 1; h <= 9; ++h)
        for (ptrdiff_t w = 1; w <= 13; ++w)
          for (const ptrdiff_t left : {0, 1, 2})
            for (const ptrdiff_t right : {0, 1, 2}) {
              if (w + left + right < 3) continue;
              const igata::plan::window_geometry g{
                  2, h, w, 18, (h + left + 1 - 1) / stride, (w + left + right - 3) / stride + 1, 3, 3, stride, stride, 1, 1, left, left, 2, right};
              check_depthwise(kernels, which, {g, 18}, {finishings[w % 6]});
            }
    check_depthwise(kernels, which, {square(2, 30, 30, 200, 3, 1, 1, 1), 200}, {finishings[2]});  // in bands of lines
    check_depthwise(kernels, which, {square(1, 33, 31, 300, 3, 2, 1, 1), 300}, {finishings[2]});
  });
}

TEST(depthwise_conv2d, padding_is_not_multiplied) {
  for_each_isa([](const kernel_set& kernels, isa) {
    for (const ptrdiff_t tap : {0, 2, 3, 5, 6, 8}) {
      const igata::plan::window_geometry g = square(1, 6, 7, 16, 3, 1, 1, 1);
      const buffer x = whole(6 * 7 * 16, 1, 1, 3);
      buffer w = whole(9 * 16, 2, 1, 3), y(6 * 7 * 16);
      for (ptrdiff_t c = 0; c < 16; ++c) w[tap * 16 + c] = infinite;
      kernels.depthwise_conv2d({g, 16, x.data(), w.data(), nullptr, nullptr, y.data(), 16, {}, nullptr});
      const ptrdiff_t side = tap % 3 == 0 ? 0 : 6;
      for (ptrdiff_t oy = 1; oy < 5; ++oy) EXPECT_TRUE(std::isfinite(y[(oy * 7 + side) * 16])) << tap << " " << oy;
    }
  });
}

TEST(depthwise_conv2d, random_configurations) {
  std::mt19937 random(13);
  const auto number = [&](int low, int high) {
    return static_cast<ptrdiff_t>(low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1)));
  };
  for (int round = 0; round < 150; ++round) {
    const ptrdiff_t c = number(2, 70);
    igata::plan::window_geometry g{number(1, 3),
                                   number(1, 15),
                                   number(1, 15),
                                   c,
                                   0,
                                   0,
                                   number(1, 5),
                                   number(1, 5),
                                   number(1, 3),
                                   number(1, 3),
                                   number(1, 2),
                                   number(1, 2),
                                   number(0, 3),
                                   number(0, 3),
                                   number(0, 3),
                                   number(0, 3)};
    const ptrdiff_t span_h = (g.kh - 1) * g.dilation_h + 1, span_w = (g.kw - 1) * g.dilation_w + 1;
    if (g.h + g.pad_top + g.pad_bottom < span_h || g.w + g.pad_left + g.pad_right < span_w) continue;
    g.oh = (g.h + g.pad_top + g.pad_bottom - span_h) / g.stride_h + 1;
    g.ow = (g.w + g.pad_left + g.pad_right - span_w) / g.stride_w + 1;
    const finishing f = finishings[number(0, 5)];
    for_each_isa([&](const kernel_set& kernels, isa which) { check_depthwise(kernels, which, {g, c}, {f}); });
  }
}

#if !defined(IGATA_TEST_WIDE)
TEST(inference_conv2d, images_do_not_depend_on_their_number) {
  for_each_isa([](const kernel_set& kernels, isa) {
    for (const ptrdiff_t kernel : {1, 3}) {
      convolution t{square(5, 7, 9, 13, kernel, 1, 1, kernel / 2), 37};
      const ptrdiff_t k = kernel * kernel * 13, image = t.g.oh * t.g.ow * t.o;
      buffer x(5 * 7 * 9 * 13), w(k * t.o), panels(igata::plan::packed_size(k, t.o)), all(5 * image), some(5 * image);
      for (ptrdiff_t i = 0; i < x.size(); ++i) x[i] = 1.f / static_cast<real>(i % 97 + 3);
      for (ptrdiff_t i = 0; i < w.size(); ++i) w[i] = 1.f / static_cast<real>(i % 89 + 2) - 0.05f;
      kernels.pack(w.data(), t.o, 1, k, t.o, panels.data());
      kernels.direct_conv2d({t.g, t.o, x.data(), panels.data(), nullptr, nullptr, all.data(), t.o, {}, nullptr});
      for (t.g.n = 1; t.g.n < 5; ++t.g.n) {
        kernels.direct_conv2d({t.g, t.o, x.data(), panels.data(), nullptr, nullptr, some.data(), t.o, {}, nullptr});
        EXPECT_TRUE(same_bits(all, some, t.g.n * image));
      }
      if (kernel == 1) continue;
      for (const winograd_case& c : {winograd_case{2, kernels.winograd2_conv2d}, winograd_case{4, kernels.winograd4_conv2d}}) {
        const std::vector<real> packed = transformed(t, w, c.m);
        buffer scratch(igata::plan::winograd_scratch(t.g, c.m));
        t.g.n = 5;
        c.kernel({t.g, t.o, x.data(), packed.data(), scratch.data(), nullptr, all.data(), t.o, {}, nullptr});
        for (t.g.n = 1; t.g.n < 5; ++t.g.n) {
          c.kernel({t.g, t.o, x.data(), packed.data(), scratch.data(), nullptr, some.data(), t.o, {}, nullptr});
          EXPECT_TRUE(same_bits(all, some, t.g.n * image));
        }
      }
    }
  });
}
#endif

}  // namespace
