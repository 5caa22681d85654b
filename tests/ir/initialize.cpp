// Distributions of the initialisers.
#include "../graph_test.hpp"

#include <igata/nn/init.hpp>

using namespace testing_graphs;

namespace {

struct moments {
  double mean = 0, deviation = 0, largest = 0;
};
moments of(const initializer& init, const shape& dims) {
  const auto x = initialize(init, dims, 3, "layer/kernel");
  moments m;
  for (const double v : x) m.mean += v / x.size(), m.largest = std::max(m.largest, std::abs(v));
  for (const double v : x) m.deviation += (v - m.mean) * (v - m.mean) / x.size();
  m.deviation = std::sqrt(m.deviation);
  return m;
}
TEST(initialize, deviations) {
  const shape filters{3, 3, 20, 40};  // fan in 180, fan out 360
  const auto expect = [&](const initializer& init, double deviation, double largest) {
    const moments m = of(init, filters);
    EXPECT_NEAR(m.mean, 0, 0.03 * deviation);
    EXPECT_NEAR(m.deviation, deviation, 0.02 * deviation);
    EXPECT_LE(m.largest, largest * 1.000001);
  };
  const double in = 180, both = 540;
  expect(init::glorot_uniform, std::sqrt(2 / both), std::sqrt(6 / both));
  expect(init::glorot_normal, std::sqrt(2 / both), 2.3 * std::sqrt(2 / both));
  expect(init::he_uniform, std::sqrt(2 / in), std::sqrt(6 / in));
  expect(init::he_normal, std::sqrt(2 / in), 2.3 * std::sqrt(2 / in));
  expect(init::lecun_uniform, std::sqrt(1 / in), std::sqrt(3 / in));
  expect(init::lecun_normal, std::sqrt(1 / in), 2.3 * std::sqrt(1 / in));
  expect(init::uniform(0.3), 0.3 / std::sqrt(3.0), 0.3);
  expect(init::normal(0.3), 0.3, 2);
  expect(init::truncated_normal(0.3), 0.3, 0.69);
}
// PyTorch's fans, not Keras': 3 x 3 kernels of 60 channels with 4 filters each.
static_assert(fans_of({3, 3, 1, 240}).in == 9 && fans_of({3, 3, 1, 240}).out == 2160);
static_assert(scale_of(init::glorot_uniform, {3, 3, 1, 240}) > 0.0525 && scale_of(init::glorot_uniform, {3, 3, 1, 240}) < 0.0527);
static_assert(fans_of({7}).in == 7 && fans_of({7}).out == 7 && fans_of({}).in == 1 && fans_of({}).out == 1);
TEST(initialize, constants) {
  EXPECT_TRUE(std::isfinite(of(init::glorot_uniform, {}).largest));  // a number has no fan
  EXPECT_EQ(of(init::ones, {4}).mean, 1);
  EXPECT_EQ(of(init::zeros, {4}).largest, 0);
  EXPECT_EQ(of(init::constant(0.5), {4}).largest, 0.5);
}
TEST(initialize, orthogonal) {
  for (const shape& dims : {shape{4, 9}, shape{9, 4}, shape{2, 2, 2, 5}}) {
    const auto a = initialize(init::orthogonal(2), dims, 1, "x");
    const int columns = dims[dims.rank - 1], rows = a.size() / columns;
    const bool wide = rows < columns;
    for (int p = 0; p < (wide ? rows : columns); ++p)
      for (int q = 0; q <= p; ++q) {
        double dot = 0;
        for (int i = 0; i < (wide ? columns : rows); ++i)
          dot += wide ? a[p * columns + i] * a[q * columns + i] : a[i * columns + p] * a[i * columns + q];
        ASSERT_NEAR(dot, p == q ? 4 : 0, 1e-9);
      }
  }
}
TEST(initialize, is_a_function_of_seed_and_path) {
  const auto at = [](std::uint32_t seed, const char* path) { return initialize(init::he_normal, {5, 5}, seed, path)[7]; };
  EXPECT_EQ(at(1, "a"), at(1, "a"));
  EXPECT_NE(at(1, "a"), at(2, "a"));
  EXPECT_NE(at(1, "a"), at(1, "b"));
}
// The same at compile time.
static_assert(initialize(init::glorot_uniform, {2, 2}, 1, "a")[3] != 0);

}  // namespace
