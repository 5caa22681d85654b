// Determinants, windows put back, spectra of windows, rests: values and gradients.
#include "../graph_test.hpp"

#include <igata/functional.hpp>

using namespace testing_graphs;

namespace {

TEST(det, values_and_gradients) {
  const auto of = [](const vec<value>& x) { return det(x[0]); };
  expect_near(run_function(of, {{3, 3}}, {numbers({0, 2, 1, 3, 0, 4, 1, 5, 6})}), numbers({-13}));
  expect_near(run_function(of, {rows({2, 2})}, {numbers({1, 2, 3, 4, 0, 0, 0, 0})}, 2), numbers({-2, 0}));
  expect_near(run_function(of, {{1, 1}}, {numbers({-3})}), numbers({-3}));
  expect_gradients(of, {rows({3, 3})});
  expect_gradients(of, {{4, 4}});
}
static_assert(refusal([](value x) { return det(x); }, {2, 3}) == "det: of [2,3]; must be [..., k, k] with k up to 64");

TEST(fold, values_and_gradients) {
  expect_near(run_function([](const vec<value>& x) { return fold(x[0], {3}, {{.size = 2}}); }, {{1, 2, 2}}, {numbers({1, 2, 3, 4})}),
              numbers({1, 5, 4}));
  expect_near(run_function([](const vec<value>& x) { return fold(x[0], {4}, {{.size = 2, .stride = 2, .before = 1, .after = 1}}); }, {{1, 2, 3}},
                           {numbers({1, 2, 3, 4, 5, 6})}),
              numbers({4, 2, 5, 3}));
  const auto image = [](const vec<value>& x) { return fold(x[0], {3, 4}, {{.size = 2}, {.size = 2, .dilation = 2}}); };
  expect_gradients(image, {rows({8, 4})});  // of two channels
}
static_assert(refusal([](value x) { return fold(x, {3}, {{.size = 2}}); }, {1, 2, 3}) ==
              "fold: [1,2,3] of windows over [3]; must be [n, channels * taps, windows]");

TEST(stft, values) {
  const auto of = [](const vec<value>& x) { return stft(x[0], x[1], {.step = 1, .length = 2}); };
  expect_near(run_function(of, {{1, 3, 1}, {2}}, {numbers({1, 2, 3}), numbers({1, 2})}), numbers({5, 0, -3, 0, 8, 0, -4, 0}), 1e-6);
  expect_gradients(of, {rows({5, 1}), {2}}, {.tolerance = 1e-5});
}
static_assert(refusal([](value x) { return stft(x, {}, {.step = 1, .length = 4}); }, {1, 3, 1}) ==
              "stft: of [1,3,1], windows of 4 by 1; must be [n, t, 1 or 2] with 1 to 4096 windows");

TEST(fmod, values_and_gradients) {
  const auto of = [](double x, double y) {
    return run_function([](const vec<value>& v) { return fmod(v[0], v[1]); }, {{1}, {1}}, {numbers({x}), numbers({y})})[0];
  };
  for (const double x : {-4.3, 7.2, 5.0, 4.3, 0.1, -300.0, 0.0})
    for (const double y : {2.1, -3.4, 8.0, 0.25}) EXPECT_NEAR(of(x, y), std::fmod(x, y), 1e-9) << x << ' ' << y;
  EXPECT_TRUE(std::signbit(of(-0.0, 3)));
  EXPECT_FALSE(std::signbit(of(0, -3)));
  EXPECT_TRUE(std::signbit(of(-6, 3)));
  EXPECT_TRUE(std::isnan(of(-0.0, 0)));
  expect_near(run_function([](const vec<value>& v) { return trunc(v[0]); }, {{4}}, {numbers({-1.5, 1.5, -0.5, 2})}), numbers({-1, 1, 0, 2}));
  expect_gradients([](const vec<value>& x) { return fmod(x[0] * 5, 2); }, {{7}});
}

}  // namespace
