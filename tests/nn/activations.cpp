#include "../graph_test.hpp"

#include <igata/nn/activations.hpp>

using namespace testing_graphs;

namespace {

template <class F>
double at(F f, double x) {
  return run_function([&](const vec<value>& v) { return f(v[0]); }, {shape{}}, {numbers({x})})[0];
}
TEST(activations, values) {
  for (const double x : {-800.0, -6.5, -3.0, -1.0, -0.25, 0.0, 0.25, 1.0, 3.5, 7.0, 800.0}) {
    EXPECT_DOUBLE_EQ(at([](value v) { return relu(v); }, x), std::max(0.0, x));
    EXPECT_DOUBLE_EQ(at([](value v) { return relu6(v); }, x), std::min(6.0, std::max(0.0, x)));
    EXPECT_DOUBLE_EQ(at([](value v) { return leaky_relu(v, {.slope = 0.2}); }, x), x > 0 ? x : 0.2 * x);
    EXPECT_DOUBLE_EQ(at([](value v) { return elu(v, {.alpha = 2}); }, x), x > 0 ? x : 2 * std::expm1(x));
    EXPECT_DOUBLE_EQ(at([](value v) { return clip(v, -1, 2); }, x), std::min(2.0, std::max(-1.0, x)));
    EXPECT_NEAR(at([](value v) { return selu(v); }, x), 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * std::expm1(x)), 1e-12);
    EXPECT_NEAR(at([](value v) { return gelu(v); }, x), 0.5 * x * std::erfc(-x / std::sqrt(2.0)), 1e-12 * (1 + std::abs(x)));
    EXPECT_NEAR(at([](value v) { return gelu(v, {.approximate = true}); }, x), at([](value v) { return gelu(v); }, x), 1e-3);
    EXPECT_NEAR(at([](value v) { return silu(v); }, x), x / (1 + std::exp(-x)), 1e-12);
    EXPECT_NEAR(at([](value v) { return softplus(v); }, x), x > 30 ? x : std::log1p(std::exp(x)), 1e-12);
    EXPECT_NEAR(at([](value v) { return hard_sigmoid(v); }, x), std::min(1.0, std::max(0.0, x / 6 + 0.5)), 1e-12);
    EXPECT_NEAR(at([](value v) { return hard_swish(v); }, x), x * std::min(1.0, std::max(0.0, x / 6 + 0.5)), 1e-12);
  }
  for (const double x : {-2.0, 0.5, 2.0})  // Hendrycks and Gimpel's formula
    EXPECT_NEAR(at([](value v) { return gelu(v, {.approximate = true}); }, x),
                0.5 * x * (1 + std::tanh(std::sqrt(2 / 3.14159265358979323846) * (x + 0.044715 * x * x * x))), 1e-12);
  EXPECT_TRUE(std::isnan(at([](value v) { return relu(v); }, NAN)));
}
TEST(activations, gradients) {
  const auto check = [](auto f) { expect_gradients([&](const vec<value>& x) { return f(x[0]); }, {rows({9})}, {.low = -4, .high = 4}); };
  check([](value v) { return relu(v); });
  check([](value v) { return relu6(v * 3); });
  check([](value v) { return leaky_relu(v); });
  check([](value v) { return elu(v); });
  check([](value v) { return selu(v); });
  check([](value v) { return gelu(v); });
  check([](value v) { return gelu(v, {.approximate = true}); });
  check([](value v) { return silu(v); });
  check([](value v) { return softplus(v); });
  check([](value v) { return hard_sigmoid(v); });
  check([](value v) { return hard_swish(v); });
  check([](value v) { return clip(v, -1, 2); });
  check([](value v) { return softmax(v); });
  check([](value v) { return log_softmax(v); });
}
template <class F>
double slope_at(F f, double x) {
  builder s(true);
  vec<value> by;
  by.push(s.input("x", {}));
  const vec<value> d = gradients(f(by[0]), by);
  environment env;
  env.inputs.push(numbers({x}));
  return evaluate(s.get(), env)[d[0].id()][0];
}
TEST(activations, slopes_at_zero_and_far_out) {
  EXPECT_EQ(slope_at([](value v) { return relu(v); }, 0), 0);
  EXPECT_EQ(slope_at([](value v) { return softplus(v); }, 0), 0.5);
  EXPECT_EQ(slope_at([](value v) { return elu(v); }, 0), 1);
  for (const double x : {-1000.0, 1000.0}) {
    EXPECT_EQ(slope_at([](value v) { return softplus(v); }, x), x > 0 ? 1 : 0);
    EXPECT_EQ(slope_at([](value v) { return elu(v); }, x), x > 0 ? 1 : 0);
    EXPECT_EQ(slope_at([](value v) { return silu(v); }, x), x > 0 ? 1 : 0);
  }
}
TEST(activations, softmax_is_stable) {
  const auto x = numbers({1000, 1001, 1002, -1000, -1000, 0});
  const auto p = run_function([](const vec<value>& v) { return softmax(v[0]); }, {rows({3})}, {x}, 2);
  const double sum = 1 + std::exp(1) + std::exp(2);
  expect_near(p, numbers({1 / sum, std::exp(1) / sum, std::exp(2) / sum, 0, 0, 1}));
  const auto l = run_function([](const vec<value>& v) { return log_softmax(v[0]); }, {rows({3})}, {x}, 2);
  expect_near(l, numbers({-std::log(sum), 1 - std::log(sum), 2 - std::log(sum), -1000, -1000, 0}));
  const auto columns = run_function([](const vec<value>& v) { return softmax(v[0], 0); }, {{2, 1}}, {numbers({0, std::log(3.0)})});
  expect_near(columns, numbers({0.25, 0.75}));
}
static_assert(refusal([](value x) { return clip(x, 2, 1); }, rows({3})) == "clip: from 2 to 1; the first must not be above the second");
static_assert(refusal([](value x) { return softmax(x, 2); }, rows({3})) == "reduce_max: axis 2 is out of range for rank 2; use -2 to 1");

}  // namespace
