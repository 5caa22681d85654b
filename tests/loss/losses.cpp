// Numbers, gradients and errors of the losses.
#include "../graph_test.hpp"

#include <igata/loss/all.hpp>

using namespace testing_graphs;

namespace {

double softmax_of(const vec<double>& z, int row, int c, int classes) {
  double sum = 0;
  for (int k = 0; k < classes; ++k) sum += std::exp(z[row * classes + k]);
  return std::exp(z[row * classes + c]) / sum;
}

TEST(softmax_cross_entropy, values) {
  for (const double smoothing : {0.0, 0.2})
    for (const bool dense : {false, true}) {
      builder s(true);
      const value z = s.input("z", rows({4})), y = dense ? s.input("y", rows({4})) : s.input("y", rows({}), i32);
      s.output("loss", loss::softmax_cross_entropy{.label_smoothing = smoothing}(z, y));
      environment env;
      env.n = 3;
      env.inputs.push(random_numbers(rows({4}), 3, 1, -3, 3));
      const int classes[] = {2, 0, 3};
      vec<double> target(dense ? 12 : 3);
      for (int i = 0; i < 3; ++i) target[dense ? i * 4 + classes[i] : i] = dense ? 1 : classes[i];
      env.inputs.push(target);
      double expected = 0;
      for (int i = 0; i < 3; ++i)
        for (int c = 0; c < 4; ++c)
          expected -= ((1 - smoothing) * (c == classes[i]) + smoothing / 4) * std::log(softmax_of(env.inputs[0], i, c, 4)) / 3;
      expect_near(run(s.get(), env, "loss"), numbers({expected}), 1e-12);
    }
}
TEST(softmax_cross_entropy, is_stable) {
  builder s(true);
  const value z = s.input("z", rows({3})), y = s.input("y", rows({}), i32);
  vec<value> by;
  by.push(z);
  const value l = loss::softmax_cross_entropy{}(z, y);
  const vec<value> d = gradients(l, by);
  environment env;
  env.inputs.push(numbers({1e4, -1e4, 0}));
  env.inputs.push(numbers({1}));
  const auto values = evaluate(s.get(), env);
  EXPECT_DOUBLE_EQ(values[l.id()][0], 2e4);
  expect_near(values[d[0].id()], numbers({1, -1, 0}));
  env.inputs[0] = numbers({0, 0, 0});  // all equal: the gradient is exact
  expect_near(evaluate(s.get(), env)[d[0].id()], numbers({1.0 / 3, -2.0 / 3, 1.0 / 3}));
}
TEST(softmax_cross_entropy, limits_its_labels) {
  builder s(true);
  const value z = s.input("z", rows({10})), y = s.input("y", rows({}), i32);
  loss::softmax_cross_entropy{}(z, y);
  EXPECT_EQ(s.get().inputs[1].classes, 10);
}
TEST(losses, gradients) {
  const auto check = [](auto loss, double low = -2, double high = 2) {
    expect_gradients([&](const vec<value>& x) { return loss(x[0], x[1]); }, {rows({5}), rows({5})}, {.low = low, .high = high});
  };
  check(loss::mse{});
  check(loss::mae{});
  check(loss::huber{.delta = 0.7});
  check(loss::binary_cross_entropy{});
  check(loss::softmax_cross_entropy{.label_smoothing = 0.1});
  check(loss::kl_divergence{}, 0.1, 1);
  expect_gradients([](const vec<value>& x) { return loss::softmax_cross_entropy{.label_smoothing = 0.1}(x[0], iota(x[0].owner(), 3)); }, {{3, 4}});
  expect_gradients([](const vec<value>& x) { return loss::softmax_cross_entropy{}(x[0], reshape(iota(x[0].owner(), 6), {2, 3})); }, {{2, 3, 7}});
}
TEST(losses, values) {
  const auto p = numbers({0.5, -2, 3, 0}), t = numbers({1, 0, 1, 0});
  const auto of = [&](auto loss) {
    return run_function([&](const vec<value>& v) { return loss(v[0], v[1]); }, {rows({2}), rows({2})}, {p, t}, 2)[0];
  };
  EXPECT_NEAR(of(loss::mse{}), (0.25 + 4 + 4 + 0) / 4, 1e-12);
  EXPECT_NEAR(of(loss::mae{}), (0.5 + 2 + 2 + 0) / 4, 1e-12);
  EXPECT_NEAR(of(loss::huber{}), (0.125 + 1.5 + 1.5 + 0) / 4, 1e-12);
  // |difference| 0.5, 2, 2, 0: squares up to delta, from there on lines of that slope.
  EXPECT_NEAR(of(loss::huber{.delta = 0.25}), (0.25 * (0.5 - 0.125) + 2 * 0.25 * (2 - 0.125)) / 4, 1e-12);
  EXPECT_NEAR(of(loss::huber{.delta = 3}), (0.125 + 2 + 2) / 4, 1e-12);
  double bce = 0;
  for (int i = 0; i < 4; ++i) bce -= (t[i] * std::log(1 / (1 + std::exp(-p[i]))) + (1 - t[i]) * std::log(1 / (1 + std::exp(p[i])))) / 4;
  EXPECT_NEAR(of(loss::binary_cross_entropy{}), bce, 1e-12);
  const double q0 = 1 / (1 + std::exp(-2.5)), q1 = 1 / (1 + std::exp(-3.0));
  EXPECT_NEAR(of(loss::kl_divergence{}), -(std::log(q0) + std::log(q1)) / 2, 1e-12);
}
// The mean is over all rows [n, …], as in softmax_cross_entropy, not over n alone.
TEST(kl_divergence, mean_over_all_rows) {
  const auto z = numbers({1, 2, 0, 0, 3, -1}), t = numbers({0.5, 0.5, 0.25, 0.75, 1, 0});
  double expected = 0;
  for (int i = 0; i < 6; ++i)
    if (t[i] > 0) expected += t[i] * std::log(t[i] / softmax_of(z, i / 2, i % 2, 2)) / 3;
  const auto kl = [](const vec<value>& v) { return loss::kl_divergence{}(v[0], v[1]); };
  EXPECT_NEAR(run_function(kl, {rows({3, 2}), rows({3, 2})}, {z, t}, 1)[0], expected, 1e-12);
}
TEST(binary_cross_entropy, slope_at_zero) {
  builder s(true);
  vec<value> by;
  by.push(s.input("z", rows({})));
  const vec<value> d = gradients(loss::binary_cross_entropy{}(by[0], s.input("y", rows({}), i32)), by);
  environment env;
  env.n = 2;
  env.inputs.push(numbers({0, 0}));
  env.inputs.push(numbers({0, 1}));
  expect_near(evaluate(s.get(), env)[d[0].id()], numbers({0.25, -0.25}));
}

template <class Loss>
constexpr text refused(Loss loss, const shape& prediction, const shape& target, dtype type) {
  return failure_of([&](builder& s) { loss(s.input("p", prediction), s.input("t", target, type)); }, true);
}
static_assert(refused(loss::softmax_cross_entropy{}, rows({10}), rows({}), i32).empty());
static_assert(refused(loss::softmax_cross_entropy{}, rows({10}), rows({}), f32) ==
              "softmax_cross_entropy: classes must be whole numbers, got f32[n]; cast(x, i32), or give probabilities [n,10]");
static_assert(refused(loss::softmax_cross_entropy{}, rows({10}), rows({1}), i32) ==
              "softmax_cross_entropy: classes [n,1] for prediction [n,10]; must be [n], reshape them");
static_assert(refused(loss::softmax_cross_entropy{}, rows({10}), rows({9}), f32) ==
              "softmax_cross_entropy: target f32[n,9] for prediction [n,10]; must be classes i32[n] or probabilities f32[n,10]");
static_assert(refused(loss::softmax_cross_entropy{}, rows({}), rows({}), i32) ==
              "softmax_cross_entropy: the prediction must be logits f32[n, ..., classes], got f32[n]");
static_assert(refused(loss::softmax_cross_entropy{.label_smoothing = 1}, rows({10}), rows({}), i32) ==
              "softmax_cross_entropy: .label_smoothing = 1; must be in [0, 1)");
static_assert(refused(loss::mse{}, rows({1}), rows({}), f32) == "mse: prediction [n,1] vs target [n]; the shapes must be equal, reshape one");
static_assert(failure_of([](builder& s) { loss::mae{}(s.input("p", rows({}), i32), s.input("t", rows({}))); }, true) ==
              "mae: the prediction must be of a floating type, got i32; cast(x, f32) first");
static_assert(refused(loss::kl_divergence{}, rows({}), rows({}), f32) == "kl_divergence: needs rows [n, classes], got [n]");
static_assert(refused(loss::huber{.delta = 0}, rows({}), rows({}), f32) == "huber: .delta = 0; must be above 0");

// All are structural: they can be template arguments.
template <auto Loss> struct carrier {};
[[maybe_unused]] constexpr carrier<loss::softmax_cross_entropy{.label_smoothing = 0.1}> first;
[[maybe_unused]] constexpr carrier<loss::huber{.delta = 2}> second;

}  // namespace
