// Convolution and its two gradients on every instruction set, against seven loops.
#include <cmath>

#include "testing.hpp"

using namespace testing_kernels;

namespace {

struct geometry {
  ptrdiff_t n, h, w, c, o, groups, kh, kw, stride, dilation, pad_before, pad_after;
};
const geometry cases[] = {
    {2, 28, 28, 1, 6, 1, 5, 5, 1, 1, 0, 0},   {3, 12, 12, 6, 16, 1, 5, 5, 1, 1, 0, 0},      {1, 7, 9, 3, 5, 1, 3, 3, 1, 1, 1, 1},
    {2, 8, 8, 4, 33, 1, 3, 3, 2, 1, 1, 0},    {1, 9, 9, 2, 17, 1, 3, 2, 1, 2, 2, 1},        {2, 5, 6, 8, 70, 1, 1, 1, 1, 1, 0, 0},
    {1, 8, 7, 8, 9, 1, 1, 1, 2, 1, 0, 0},     {2, 6, 6, 8, 12, 4, 3, 3, 1, 1, 1, 1},        {1, 9, 8, 6, 9, 3, 3, 3, 2, 2, 2, 2},
    {2, 7, 7, 5, 5, 5, 3, 3, 1, 1, 1, 1},     {1, 9, 11, 37, 37, 37, 3, 3, 2, 1, 0, 1},     {1, 8, 8, 16, 16, 16, 5, 5, 1, 2, 4, 4},
    {1, 6, 6, 4, 8, 4, 3, 3, 1, 1, 1, 1},     {0, 6, 6, 2, 3, 1, 3, 3, 1, 1, 0, 0},         {1, 2, 2, 3, 4, 1, 3, 3, 1, 1, 0, 0},
    {1, 14, 14, 20, 64, 1, 3, 3, 1, 1, 1, 1}, {2, 10, 10, 300, 300, 300, 3, 3, 1, 1, 1, 1}, {2, 1, 1, 7, 19, 1, 3, 3, 1, 1, 1, 1},
    {1, 40, 40, 3, 8, 1, 7, 7, 2, 1, 3, 3},   {9, 11, 13, 3, 7, 1, 5, 4, 3, 1, 2, 1},       {3, 20, 9, 40, 24, 1, 3, 3, 1, 1, 1, 1},
    {2, 13, 12, 6, 4, 2, 1, 1, 1, 1, 0, 0},   {40, 9, 9, 6, 16, 1, 5, 5, 1, 1, 0, 0},       {2, 12, 14, 2, 3, 1, 3, 3, 3, 2, 3, 1},
    {3, 20, 30, 1, 4, 1, 7, 5, 1, 1, 2, 1},   {2, 9, 40, 2, 3, 1, 4, 5, 1, 1, 0, 0},        {4, 21, 17, 9, 13, 1, 3, 2, 2, 1, 0, 0},
    {3, 9, 12, 1, 8, 1, 3, 4, 1, 1, 2, 1},    {2, 7, 10, 1, 1, 1, 3, 3, 1, 1, 0, 0},        {5, 6, 9, 1, 3, 1, 4, 2, 1, 1, 0, 0},
    {1, 60, 60, 1, 6, 1, 5, 5, 1, 1, 0, 0},   {2, 40, 40, 8, 16, 1, 3, 3, 1, 1, 0, 0},      {3, 13, 11, 1, 3, 1, 3, 5, 1, 1, 0, 1},
    {2, 9, 21, 2, 5, 1, 3, 4, 1, 1, 1, 1},    {5, 10, 15, 5, 20, 1, 2, 3, 1, 1, 0, 0},      {5, 4, 4, 17, 70, 1, 3, 3, 1, 1, 1, 1},
    {3, 9, 8, 16, 20, 1, 3, 3, 1, 2, 2, 2},   {2, 7, 8, 19, 6, 1, 3, 3, 1, 1, 0, 2},        {20, 3, 5, 65, 12, 1, 3, 3, 1, 1, 1, 1},
    {2, 12, 9, 1, 8, 1, 5, 2, 1, 1, 0, 0},    {1, 30, 31, 1, 7, 1, 3, 3, 1, 1, 1, 1},       {3, 9, 17, 1, 5, 1, 2, 3, 1, 1, 0, 0},
    {1, 70, 70, 1, 8, 1, 3, 3, 1, 1, 1, 1},   {2, 10, 300, 1, 6, 1, 3, 3, 1, 1, 0, 0},      {1, 9, 8, 1, 2, 1, 1, 1, 1, 1, 0, 0},
};

igata::plan::window_geometry window(const geometry& t) {
  const ptrdiff_t kh = (t.kh - 1) * t.dilation + 1, kw = (t.kw - 1) * t.dilation + 1, pad = t.pad_before + t.pad_after;
  const ptrdiff_t oh = t.h + pad < kh ? 0 : (t.h + pad - kh) / t.stride + 1, ow = t.w + pad < kw ? 0 : (t.w + pad - kw) / t.stride + 1;
  return {t.n, t.h, t.w, t.c, oh, ow, t.kh, t.kw, t.stride, t.stride, t.dilation, t.dilation, t.pad_before, t.pad_before, t.pad_after, t.pad_after};
}

// Calls f(place in x, in w, in y) for every product of the convolution.
template <class F>
void for_each_product(const igata::plan::window_geometry& g, ptrdiff_t o, ptrdiff_t groups, F f) {
  const ptrdiff_t cg = g.c / groups, og = o / groups;
  for (ptrdiff_t n = 0; n < g.n; ++n)
    for (ptrdiff_t oy = 0; oy < g.oh; ++oy)
      for (ptrdiff_t ox = 0; ox < g.ow; ++ox)
        for (ptrdiff_t ky = 0; ky < g.kh; ++ky)
          for (ptrdiff_t kx = 0; kx < g.kw; ++kx) {
            const ptrdiff_t y = oy * g.stride_h + ky * g.dilation_h - g.pad_top, x = ox * g.stride_w + kx * g.dilation_w - g.pad_left;
            if (y < 0 || y >= g.h || x < 0 || x >= g.w) continue;
            for (ptrdiff_t c = 0; c < cg; ++c)
              for (ptrdiff_t q = 0; q < o; ++q)
                f(((n * g.h + y) * g.w + x) * g.c + q / og * cg + c, ((ky * g.kw + kx) * cg + c) * o + q, ((n * g.oh + oy) * g.ow + ox) * o + q);
          }
}

void check(const kernel_set& kernels, isa which, const geometry& t) {
  SCOPED_TRACE(::testing::Message() << t.n << "x" << t.h << "x" << t.w << "x" << t.c << " -> " << t.o << ", " << t.kh << "x" << t.kw << ", groups "
                                    << t.groups);
  const igata::plan::window_geometry g = window(t);
  const ptrdiff_t pixels = g.n * g.oh * g.ow, weights = g.kh * g.kw * (g.c / t.groups) * t.o;
  const buffer x = whole(g.n * g.h * g.w * g.c, 1, 1, 3), w = whole(weights, 2, 0, 3), bias = whole(t.o, 3, 1, 3), dy = whole(pixels * t.o, 4, 0, 3);
  buffer y(pixels * t.o), dx(x.size()), dw(weights);
  for_each_product(g, t.o, t.groups, [&](ptrdiff_t xi, ptrdiff_t wi, ptrdiff_t yi) {
    y[yi] += x[xi] * w[wi];
    dx[xi] += dy[yi] * w[wi];
    dw[wi] += dy[yi] * x[xi];
  });
  for (int variant = 0; variant < 8; ++variant) {
    const bool with_bias = variant & 1, packed = variant & 2, post = variant & 4;
    if (packed && t.groups != 1) continue;
    buffer expected = y;
    for (ptrdiff_t i = 0; with_bias && i < pixels * t.o; ++i) expected[i] += bias[i % t.o];
    buffer out(pixels * t.o, -1, 1), scratch(igata::plan::conv2d_scratch(g, t.o)), panels(igata::plan::packed_size(g.kh * g.kw * g.c, t.o));
    epilogue_case tail(pixels, t.o);
    tail.post.fn = pointwise_of<epilogue_program()>(which);
    kernels.pack(w.data(), t.o, 1, packed ? g.kh * g.kw * g.c : 0, t.o, panels.data());
    in_shares<conv2d_args>(kernels.conv2d, {g, t.o, t.groups, x.data(), packed ? panels.data() : w.data(), packed, scratch.data(),
                                  with_bias ? bias.data() : nullptr, out.data(), post ? &tail.post : nullptr}, 1 + variant % 3);
    EXPECT_TRUE(scratch.intact());
    if (post) {
      tail.expect(expected);
    } else {
      EXPECT_TRUE(same(out, expected)) << "variant " << variant;
    }
  }
  {
    buffer out(weights, -1, 1), scratch(igata::plan::conv2d_filter_grad_scratch(g, t.o, t.groups)),
        partial(igata::plan::conv2d_filter_grad_partial(g, t.o, t.groups));
    for (const int parts : {1, 3}) {
      in_shares<conv2d_filter_grad_args>(
          kernels.conv2d_filter_grad,
          {g, t.o, t.groups, x.data(), dy.data(), out.data(), partial.size() > 0 ? partial.data() : nullptr, scratch.data()}, parts);
      EXPECT_TRUE(same(out, dw)) << "filter gradient in " << parts;
    }
    EXPECT_TRUE(scratch.intact());
    EXPECT_TRUE(partial.intact());
  }
  {
    buffer out(x.size(), -1, 1), scratch(igata::plan::conv2d_input_grad_scratch(g, t.o, t.groups));
    for (const int parts : {1, 3}) {
      in_shares<conv2d_input_grad_args>(kernels.conv2d_input_grad, {g, t.o, t.groups, w.data(), dy.data(), out.data(), scratch.data()},
                                                     parts);
      EXPECT_TRUE(same(out, dx)) << "input gradient in " << parts;
    }
    EXPECT_TRUE(scratch.intact());
  }
}

TEST(conv2d, forward_and_gradients) {
  for_each_isa([](const kernel_set& kernels, isa which) {
    for (const geometry& t : cases) check(kernels, which, t);
  });
}

// What is no number reaches the results that meet it and no others, whichever way the sums are made.
TEST(conv2d, nan_and_infinity_stay_where_they_are_read) {
  for_each_isa([](const kernel_set& kernels, isa) {
    for (const geometry& t : cases)
      for (const real odd : {quiet_nan, infinite})
        for (const bool in_x : {true, false}) {
          SCOPED_TRACE(::testing::Message() << "case " << &t - cases << ' ' << odd << (in_x ? " in x" : " in dy"));
          const igata::plan::window_geometry g = window(t);
          const auto without_zeros = [](buffer b) {
            for (ptrdiff_t i = 0; i < b.size(); ++i) b[i] = b[i] == 0 ? 1 : b[i];
            return b;
          };
          buffer x = without_zeros(whole(g.n * g.h * g.w * g.c, 1, 1, 3)), dy = without_zeros(whole(g.n * g.oh * g.ow * t.o, 4, 0, 3));
          const buffer w = without_zeros(whole(g.kh * g.kw * (g.c / t.groups) * t.o, 2, 0, 3));
          buffer& holder = in_x ? x : dy;
          if (holder.size() == 0) continue;
          holder[in_x ? 0 : holder.size() - 1] = odd;
          buffer y(dy.size()), dx(x.size()), dw(w.size());
          for_each_product(g, t.o, t.groups, [&](ptrdiff_t xi, ptrdiff_t wi, ptrdiff_t yi) {
            y[yi] += x[xi] * w[wi];
            dx[xi] += dy[yi] * w[wi];
            dw[wi] += dy[yi] * x[xi];
          });
          if (in_x) {
            buffer out(y.size(), -1, 1), scratch(igata::plan::conv2d_scratch(g, t.o));
            in_shares<conv2d_args>(kernels.conv2d,
                                                {g, t.o, t.groups, x.data(), w.data(), false, scratch.data(), nullptr, out.data(), nullptr}, 1);
            EXPECT_TRUE(same(out, y)) << "forward";
          } else {
            buffer out(x.size(), -1, 1), scratch(igata::plan::conv2d_input_grad_scratch(g, t.o, t.groups));
            in_shares<conv2d_input_grad_args>(kernels.conv2d_input_grad,
                                                           {g, t.o, t.groups, w.data(), dy.data(), out.data(), scratch.data()}, 1);
            EXPECT_TRUE(same(out, dx)) << "input gradient";
          }
          if (!in_x && t.pad_before + t.pad_after > 0) continue;  // padding counts as zeros: times NaN it is NaN
          buffer out(dw.size(), -1, 1), scratch(igata::plan::conv2d_filter_grad_scratch(g, t.o, t.groups)),
              partial(igata::plan::conv2d_filter_grad_partial(g, t.o, t.groups));
          in_shares<conv2d_filter_grad_args>(
              kernels.conv2d_filter_grad,
              {g, t.o, t.groups, x.data(), dy.data(), out.data(), partial.size() > 0 ? partial.data() : nullptr, scratch.data()}, 1);
          EXPECT_TRUE(same(out, dw)) << "filter gradient";
          EXPECT_TRUE(scratch.intact());
        }
  });
}

// One channel and few filters: every number of them, lines of every length, strides and dilation down only.
TEST(conv2d, octs) {
  for_each_isa([](const kernel_set& kernels, isa which) {
    for (ptrdiff_t o = 1; o <= 9; ++o)
      for (const ptrdiff_t ow : {7, 8, 9, 15, 16, 23, 24, 28, 40}) {
        const igata::plan::window_geometry g{2, 11, ow + 2, 1, 3, ow, 3, 4, 3, 1, 2, 1, 1, 1, 1, 0};
        const buffer x = whole(g.n * g.h * g.w, 1, 1, 3), w = whole(12 * o, 2, 1, 3), bias = whole(o, 3, 1, 3);
        const ptrdiff_t pixels = g.n * g.oh * g.ow;
        buffer expected(pixels * o), out(pixels * o, -1, 1), scratch(igata::plan::conv2d_scratch(g, o));
        for (ptrdiff_t i = 0; i < expected.size(); ++i) expected[i] = bias[i % o];
        for_each_product(g, o, 1, [&](ptrdiff_t xi, ptrdiff_t wi, ptrdiff_t yi) { expected[yi] += x[xi] * w[wi]; });
        epilogue_case tail(pixels, o);
        tail.post.fn = pointwise_of<epilogue_program()>(which);
        for (const bool post : {false, true}) {
          SCOPED_TRACE(::testing::Message() << o << " filters, lines of " << ow << (post ? " with epilogue" : ""));
          in_shares<conv2d_args>(
              kernels.conv2d, {g, o, 1, x.data(), w.data(), false, scratch.data(), bias.data(), out.data(), post ? &tail.post : nullptr},
              1 + static_cast<int>(ow) % 3);
          EXPECT_TRUE(scratch.intact());
          if (post) tail.expect(expected);
          else EXPECT_TRUE(same(out, expected));
        }
      }
  });
}

#if !defined(IGATA_TEST_WIDE)
// The gradient of filters by Winograd's method, beside double: more and fewer tiles than are worked on at once, edges, shares with the same bits.
TEST(conv2d, winograd_filter_grad) {
  const ptrdiff_t sizes[][6] = {{2, 8, 8, 16, 16, 1},  {1, 3, 3, 1, 1, 1},     {3, 7, 9, 17, 33, 1}, {40, 9, 6, 20, 70, 1},
                                {2, 5, 5, 37, 131, 0}, {1, 30, 50, 16, 65, 2}, {0, 5, 5, 4, 5, 1},   {9, 16, 16, 48, 64, 1}};
  for_each_isa([&](const kernel_set& kernels, isa) {
    for (const auto& [n, h, w, c, o, pad] : sizes) {
      SCOPED_TRACE(::testing::Message() << n << 'x' << h << 'x' << w << 'x' << c << " -> " << o);
      const igata::plan::window_geometry g{n, h, w, c, h + 2 * pad - 2, w + 2 * pad - 2, 3, 3, 1, 1, 1, 1, pad, pad, pad, pad};
      buffer x(n * h * w * c, 0, 1), dy(n * g.oh * g.ow * o), out(9 * c * o, -1, 1), again(9 * c * o, -1, 1),
          scratch(igata::plan::winograd_filter_grad_scratch(g, o));
      for (ptrdiff_t i = 0; i < x.size(); ++i) x[i] = static_cast<real>(i * 7919 % 1009) / 504.f - 1;
      for (ptrdiff_t i = 0; i < dy.size(); ++i) dy[i] = static_cast<real>(i * 6007 % 997) / 498.f - 1;
      std::vector<double> exact(static_cast<std::size_t>(9 * c * o));
      for_each_product(g, o, 1, [&](ptrdiff_t xi, ptrdiff_t wi, ptrdiff_t yi) {
        exact[static_cast<std::size_t>(wi)] += static_cast<double>(x[xi]) * static_cast<double>(dy[yi]);
      });
      kernels.winograd4_filter_grad({g, o, 1, x.data(), dy.data(), out.data(), nullptr, scratch.data()});
      in_shares<conv2d_filter_grad_args>(kernels.winograd4_filter_grad,
                                                      {g, o, 1, x.data(), dy.data(), again.data(), nullptr, scratch.data()}, 3);
      EXPECT_TRUE(scratch.intact() && out.intact() && again.intact());
      EXPECT_TRUE(same_bits(out, again, out.size()));
      double error = 0, size = 0, worst = 0, largest = 0;
      for (ptrdiff_t i = 0; i < out.size(); ++i) {
        const double want = exact[static_cast<std::size_t>(i)], e = out[i] - want;
        error += e * e;
        size += want * want;
        worst = std::fmax(worst, std::fabs(e));
        largest = std::fmax(largest, std::fabs(want));
      }
      EXPECT_LE(std::sqrt(error), 1e-5 * std::sqrt(size));
      EXPECT_LE(worst, 2e-5 * largest);
    }
  });
}
#endif

TEST(conv2d, images_do_not_depend_on_their_number) {
  for_each_isa([](const kernel_set& kernels, isa) {
    for (const geometry& t : cases) {
      igata::plan::window_geometry g = window(t);
      g.n = 5;
      const ptrdiff_t image = g.oh * g.ow * t.o;
      buffer x(5 * g.h * g.w * g.c), w(g.kh * g.kw * (g.c / t.groups) * t.o), all(5 * image), some(5 * image);
      for (ptrdiff_t i = 0; i < x.size(); ++i) x[i] = 1.f / static_cast<real>(i % 97 + 3);
      for (ptrdiff_t i = 0; i < w.size(); ++i) w[i] = 1.f / static_cast<real>(i % 89 + 2) - 0.05f;
      buffer scratch(igata::plan::conv2d_scratch(g, t.o));
      kernels.conv2d({g, t.o, t.groups, x.data(), w.data(), false, scratch.data(), nullptr, all.data(), nullptr});
      for (g.n = 1; g.n < 5; ++g.n) {
        kernels.conv2d({g, t.o, t.groups, x.data(), w.data(), false, scratch.data(), nullptr, some.data(), nullptr});
        EXPECT_TRUE(same_bits(all, some, g.n * image));
      }
    }
  });
}

}  // namespace
