#include "../graph_test.hpp"

#include <igata/functional/windows.hpp>

using namespace testing_graphs;

namespace {

// Windows over three axes of [n, d, h, w, c], by the definition.
struct pooled {
  vec<double> most, sum, count, padded_count;
};
pooled reference(const vec<double>& x, const shape& dims, const window_axes& w) {
  int out[3];
  for (int i = 0; i < 3; ++i) {
    const window_axis& a = w.list[i];
    out[i] = (dims[1 + i] + a.before + a.after + a.beyond_after - (a.size - 1) * a.dilation - 1) / a.stride + 1;
  }
  pooled y;
  for (int n = 0; n < dims[0]; ++n)
    for (int o = 0; o < out[0] * out[1] * out[2]; ++o)
      for (int c = 0; c < dims[4]; ++c) {
        const int at[3] = {o / (out[1] * out[2]), o / out[2] % out[1], o % out[2]};
        double most = -std::numeric_limits<double>::infinity(), sum = 0, count = 0, padded_count = 0;
        for (int tap = 0; tap < w.taps(); ++tap) {
          const int k[3] = {tap / (w.list[1].size * w.list[2].size), tap / w.list[2].size % w.list[1].size, tap % w.list[2].size};
          int place = n;
          bool inside = true, padded = true;
          for (int i = 0; i < 3; ++i) {
            const window_axis& a = w.list[i];
            const int p = at[i] * a.stride - a.before + k[i] * a.dilation;
            inside &= p >= 0 && p < dims[1 + i];
            padded &= p >= -a.before && p < dims[1 + i] + a.after;
            place = place * dims[1 + i] + p;
          }
          padded_count += padded;
          if (!inside) continue;
          const double v = x[place * dims[4] + c];
          most = std::max(most, v), sum += v, count += 1;
        }
        y.most.push(most), y.sum.push(sum), y.count.push(count), y.padded_count.push(padded_count);
      }
  return y;
}
TEST(windows, follow_the_definition) {
  const shape dims{2, 4, 5, 7, 2};
  const auto x = random_numbers(dims, 1, 9, 0.1, 2);
  const window_axes all[] = {{{.size = 2, .stride = 2}, {.size = 2, .stride = 2}, {.size = 3, .stride = 2}},
                             {{.size = 3, .before = 1, .after = 1}, {.size = 2, .dilation = 3}, {.size = 3, .stride = 3, .before = 2}},
                             {{.size = 2}, {.size = 3, .stride = 2, .after = 1, .beyond_after = 1}, {.size = 2, .stride = 2, .beyond_after = 1}}};
  for (const window_axes& w : all) {
    const pooled expected = reference(x, dims, w);
    const auto of = [&](auto f) { return run_function([&](const vec<value>& v) { return f(v[0]); }, {dims}, {x}); };
    expect_near(of([&](value v) { return max_pool(v, w); }), expected.most, 1e-6);
    vec<double> mean, padded, two;
    for (int i = 0; i < expected.sum.size(); ++i) {
      mean.push(expected.sum[i] / expected.count[i]);
      padded.push(expected.sum[i] / expected.padded_count[i]);
    }
    expect_near(of([&](value v) { return avg_pool(v, w); }), mean, 1e-6);
    expect_near(of([&](value v) { return avg_pool(v, w, true); }), padded, 1e-6);
    expect_near(of([&](value v) { return lp_pool(v, 1, w); }), expected.sum, 1e-6);
    vec<double> cubes;
    for (const double v : x) cubes.push(v * v * v);
    const pooled powers = reference(cubes, dims, w);
    for (const double v : powers.sum) two.push(std::cbrt(v));
    expect_near(of([&](value v) { return lp_pool(v, 3, w); }), two, 1e-6);
  }
}
TEST(windows, fewer_axes) {
  const auto x = numbers({1, 5, 2, 8, 3, 7});
  const auto line = run_function([](const vec<value>& v) { return max_pool(v[0], {{.size = 2, .stride = 2}}); }, {{1, 6, 1}}, {x});
  expect_near(line, numbers({5, 8, 7}));
  const auto image = run_function([](const vec<value>& v) { return avg_pool(v[0], {{.size = 2}, {.size = 2}}); }, {{1, 2, 3, 1}}, {x});
  expect_near(image, numbers({17 / 4.0, 17 / 4.0}), 1e-7);
}
TEST(windows, gradients) {
  const window_axes w{{.size = 2, .stride = 2, .before = 1}, {.size = 2}};
  expect_gradients([&](const vec<value>& x) { return avg_pool(x[0], w); }, {rows({3, 4, 2})});
  expect_gradients([&](const vec<value>& x) { return max_pool(x[0], w); }, {rows({3, 4, 2})}, {.step = 1e-6, .tolerance = 1e-4});
  expect_gradients([&](const vec<value>& x) { return lp_pool(x[0], 2, w); }, {rows({3, 4, 2})}, {.low = 0.2});
}
static_assert(refusal([](value x) { return max_pool(x, {{.size = 5}}); }, rows({3, 2})) ==
              "max_pool: of [n,3,2] in windows over 1 axes; must be [n, ..., c] with an axis for each, windows that fit, at most 4096 taps");
static_assert(refusal([](value x) { return lp_pool(x, 2, {{.size = 1}, {.size = 1}}); }, rows({3, 2})) ==
              "sum_pool: of [n,3,2] in windows over 2 axes; must be [n, ..., c] with an axis for each, windows that fit, at most 4096 taps");

}  // namespace
