#include "../graph_test.hpp"

using namespace testing_graphs;

namespace {

struct configuration {
  shape image, filters;
  conv2d_parameters p;
};
const configuration configurations[] = {
    {rows({5, 4, 2}), {3, 3, 2, 3}, {}},
    {rows({5, 4, 2}), {3, 2, 2, 3}, {.padding = padding::same}},
    {rows({6, 5, 1}), {3, 3, 1, 2}, {.stride = 2, .padding = padding::same}},
    {rows({7, 6, 2}), {2, 3, 2, 1}, {.stride = {2, 3}, .padding = {1, 0, 2, 1}}},
    {rows({7, 7, 1}), {3, 2, 1, 2}, {.padding = 1, .dilation = {2, 3}}},
    {rows({4, 4, 4}), {3, 3, 2, 6}, {.padding = padding::same, .groups = 2}},
    {rows({4, 4, 3}), {3, 3, 1, 3}, {.stride = 2, .padding = padding::same, .groups = 3}},
    {{2, 3, 3, 2}, {1, 1, 2, 2}, {}},
};
TEST(conv2d, gradients) {
  for (const configuration& c : configurations) {
    expect_gradients([&](const vec<value>& x) { return conv2d(x[0], x[1], c.p); }, {c.image, c.filters}, {.n = 2});
  }
}
TEST(conv2d, second_gradients) {
  for (const configuration& c : {configurations[1], configurations[6]})
    expect_second_gradients([&](const vec<value>& x) { return conv2d(x[0], x[1], c.p); }, {c.image, c.filters},
                            {.n = 1, .step = 1e-3, .tolerance = 1e-5});
}
// Of bytes: i32, and what lies around is a byte. As padded floats.
TEST(conv2d, bytes) {
  const auto x = numbers({1, 255, 3, 40, 5, 6}), w = numbers({1, -2, 100, -128});  // [2, 3, 1], [2, 2, 1, 1]
  for (const int around : {0, 7}) {
    const auto of = [&](bool whole) {
      return run_function(
          [&](const vec<value>& v) {
            if (whole) return cast(conv2d(cast(v[0], u8), cast(v[1], i8), {.stride = {1, 2}, .padding = {1, 0, 0, 2}, .padding_value = around}), f32);
            return conv2d(pad(v[0], {{0, 0}, {1, 0}, {0, 2}, {0, 0}}, around), v[1], {.stride = {1, 2}});
          },
          {{1, 2, 3, 1}, {2, 2, 1, 1}}, {x, w});
    };
    EXPECT_EQ(of(true).size(), 4);
    expect_near(of(true), of(false));
  }
  // 70,000 products of 255 x 255 wrap.
  const auto wrapped = run_function(
      [](const vec<value>& v) {
        return cast(conv2d(cast(broadcast_to(v[0], {1, 1, 1, 70000}), u8), cast(broadcast_to(reshape(v[0], {1, 1, 1, 1}), {1, 1, 70000, 1}), u8)),
                    f64);
      },
      {{1, 1, 1, 1}}, {numbers({255})});
  expect_near(wrapped, numbers({70000.0 * 255 * 255 - 4294967296.0}));
}
constexpr text refused_bytes(dtype x, dtype w, conv2d_parameters p, shape filters = {2, 2, 2, 4}) {
  return failure_of([&](builder& s) { conv2d(s.input("x", rows({3, 3, 2}), x), s.input("w", filters, w), p); });
}
static_assert(refused_bytes(u8, i8, {}) == "" && refused_bytes(i8, u8, {.padding_value = -128}) == "");
static_assert(refused_bytes(u8, i8, {.groups = 2}, {2, 2, 1, 4}) == "conv2d: of bytes needs groups = 1, got 2; cast(x, f32) first");
static_assert(refused_bytes(u8, i8, {.padding_value = -1}) == "conv2d: padding_value -1 is no u8");
static_assert(refused_bytes(i8, i8, {.padding_value = 128}) == "conv2d: padding_value 128 is no i8");
static_assert(refused_bytes(f32, f32, {.padding_value = 1}) == "conv2d: padding_value 1 is of bytes, got f32; pad(x) first");
static_assert(refused_bytes(u8, f32, {}) == "conv2d: u8 vs f32; there is no implicit promotion: cast(x, f32)");
static_assert(refused_bytes(u8, u8, {}, {2, 2, 3, 4}) == "conv2d: filters [2,2,3,4] expect 3 channels, the input [n,3,3,2] has 2");
static_assert(refused_bytes(u8, u8, {}, {2, 2, 4}) ==
              "conv2d: filters must be [kernel height, kernel width, channels / groups, filters], got [2,2,4]");

// Written once more, from the definition.
TEST(conv2d, values) {
  for (const configuration& c : configurations) {
    if (c.p.padding.is_same) continue;
    const int n = c.image.rows_of ? 2 : 1;
    const auto x = random_numbers(c.image, n, 1), w = random_numbers(c.filters, 1, 2);
    const auto y = run_function([&](const vec<value>& v) { return conv2d(v[0], v[1], c.p); }, {c.image, c.filters}, {x, w}, n);
    const int batch = c.image[0] * n, h = c.image[1], width = c.image[2], channels = c.image[3], o = c.filters[3], per = c.filters[2];
    const auto& pad = c.p.padding;
    const int oh = (h + pad.top + pad.bottom - (c.filters[0] - 1) * c.p.dilation.h - 1) / c.p.stride.h + 1;
    const int ow = (width + pad.left + pad.right - (c.filters[1] - 1) * c.p.dilation.w - 1) / c.p.stride.w + 1;
    ASSERT_EQ(y.size(), batch * oh * ow * o);
    for (int b = 0; b < batch; ++b)
      for (int i = 0; i < oh; ++i)
        for (int j = 0; j < ow; ++j)
          for (int k = 0; k < o; ++k) {
            double sum = 0;
            for (int ky = 0; ky < c.filters[0]; ++ky)
              for (int kx = 0; kx < c.filters[1]; ++kx)
                for (int ch = 0; ch < per; ++ch) {
                  const int yy = i * c.p.stride.h + ky * c.p.dilation.h - pad.top, xx = j * c.p.stride.w + kx * c.p.dilation.w - pad.left;
                  if (yy < 0 || yy >= h || xx < 0 || xx >= width) continue;
                  const int in = k / (o / c.p.groups) * per + ch;
                  sum += x[((b * h + yy) * width + xx) * channels + in] * w[((ky * c.filters[1] + kx) * per + ch) * o + k];
                }
            ASSERT_NEAR(y[((b * oh + i) * ow + j) * o + k], sum, 1e-12);
          }
  }
}

constexpr shape result(const shape& x, const shape& w, conv2d_parameters p = {}) {
  builder s(false);
  return conv2d(s.input("x", x), s.input("w", w), p).dims();
}
constexpr text refused(const shape& x, const shape& w, conv2d_parameters p = {}) {
  return failure_of([&](builder& s) { conv2d(s.input("x", x), s.input("w", w), p); });
}
static_assert(result(rows({28, 28, 1}), {5, 5, 1, 6}) == rows({24, 24, 6}));
static_assert(result(rows({28, 27, 1}), {5, 5, 1, 6}, {.stride = 2, .padding = padding::same}) == rows({14, 14, 6}));
static_assert(result(rows({224, 224, 3}), {7, 7, 3, 64}, {.stride = 2, .padding = 3}) == rows({112, 112, 64}));
static_assert(result(rows({4, 3, 1}), {4, 3, 1, 2}) == rows({1, 1, 2}));  // the window is all there is
static_assert(refused(rows({28, 28}), {5, 5, 1, 6}) == "conv2d: needs images [n, height, width, channels], got [n,28,28]; reshape first");
static_assert(refused(rows({28, 28, 3}), {5, 5, 1, 6}) == "conv2d: filters [5,5,1,6] expect 1 channels, the input [n,28,28,3] has 3");
static_assert(refused(rows({4, 4, 3}), {5, 5, 3, 6}) ==
              "conv2d: a window of 5x5 is larger than the padded input 4x4; pad more or use a smaller kernel");
static_assert(refused(rows({4, 4, 3}), {1, 1, 1, 4}, {.groups = 2}) == "conv2d: 3 channels and 4 filters must both be divisible by groups = 2");
static_assert(refused(rows({4, 4, 4}), {1, 1, 2, 3}, {.groups = 2}) == "conv2d: 4 channels and 3 filters must both be divisible by groups = 2");
static_assert(refused(rows({4, 4, 3}), {1, 1, 3}) ==
              "conv2d: filters must be [kernel height, kernel width, channels / groups, filters], got [1,1,3]");
static_assert(refused(rows({4, 4, 1}), {1, 1, 1, 1}, {.stride = 0}) == "conv2d: window 1x1, stride 0x0, dilation 1x1; all must be 1 or more");
static_assert(refused(rows({4, 4, 1}), {1, 1, 1, 1}, {.padding = -1}) == "conv2d: padding {-1, -1, -1, -1}; must not be negative");
static_assert(refused(rows({4, 4, 1}), {1, 1, 1, 1}, {.padding = {0, 0, -1, 0}}) == "conv2d: padding {0, 0, -1, 0}; must not be negative");
static_assert(contains(refused(rows({4, 4, 1}), {1, 1, 1, 1}, {.padding = {0, -1, 0, 0}}), "negative") &&
              contains(refused(rows({4, 4, 1}), {1, 1, 1, 1}, {.padding = {0, 0, 0, -1}}), "negative"));
static_assert(refused(rows({8, 9, 4}), {3, 3, 1, 4}, {.groups = 2}) == "conv2d: filters [3,3,1,4] expect 2 channels, the input [n,8,9,4] has 4");
static_assert(refused(rows({2, 3, 1}), {4, 2, 1, 1}, {.padding = {1, 2, 0, 1}, .dilation = {1, 6}}) ==
              "conv2d: a window of 4x7 is larger than the padded input 3x6; pad more or use a smaller kernel");
// What "same" needs here is more than an int holds.
static_assert(refused(rows({4, 4, 1}), {5, 5, 1, 1}, {.padding = padding::same, .dilation = 1 << 30}) ==
              "conv2d: the padded input 2147483651x2147483651x1 has more than 2^31 elements; pad less");

}  // namespace
