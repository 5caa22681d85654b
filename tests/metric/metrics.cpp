#include "../graph_test.hpp"

#include <igata/metric/all.hpp>

using namespace testing_graphs;

namespace {

template <class Metric>
double of(Metric metric, const shape& p, vec<double> prediction, const shape& t, dtype type, vec<double> target, int n) {
  builder s(false);
  const value x = s.input("p", p), y = s.input("t", t, type);
  s.output("m", metric(x, y));
  environment env;
  env.n = n;
  env.inputs.push(prediction);
  env.inputs.push(target);
  const auto m = run(s.get(), env, "m");
  EXPECT_EQ(m.size(), 1);
  return m[0];
}
const auto logits = numbers({0.1, 0.5, 0.2, 3, 2, 1, -1, -3, -2, 7, 7, 7});

TEST(accuracy, values) {
  EXPECT_DOUBLE_EQ(of(metric::accuracy{}, rows({3}), logits, rows({}), i32, numbers({1, 0, 2, 0}), 4), 0.75);
  EXPECT_DOUBLE_EQ(of(metric::accuracy{}, rows({3}), logits, rows({3}), f32, numbers({0, 1, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0}), 4), 0.5);
}
TEST(top_k, values) {
  EXPECT_DOUBLE_EQ(of(metric::top_k{.k = 1}, rows({3}), logits, rows({}), i32, numbers({1, 1, 2, 0}), 4), 0.5);
  EXPECT_DOUBLE_EQ(of(metric::top_k{.k = 2}, rows({3}), logits, rows({}), i32, numbers({1, 1, 2, 0}), 4), 1);
  EXPECT_DOUBLE_EQ(of(metric::top_k{.k = 2}, rows({3}), logits, rows({}), i32, numbers({0, 2, 1, 2}), 4), 0.25);
}
TEST(binary_accuracy, values) {
  EXPECT_DOUBLE_EQ(of(metric::binary_accuracy{}, rows({}), numbers({1, -1, 2, -2}), rows({}), i32, numbers({1, 0, 0, 0}), 4), 0.75);
  EXPECT_DOUBLE_EQ(of(metric::binary_accuracy{.threshold = 0.5}, rows({1}), numbers({0.6, 0.4}), rows({1}), f32, numbers({0, 0}), 2), 0.5);
}
// Which classes of a row are reached with the default of 5: all but the smallest of six.
TEST(top_k, default_is_five) {
  const auto row = numbers({6, 5, 4, 3, 2, 1});
  EXPECT_EQ(of(metric::top_k{}, rows({6}), row, rows({}), i32, numbers({4}), 1), 1);
  EXPECT_EQ(of(metric::top_k{}, rows({6}), row, rows({}), i32, numbers({5}), 1), 0);
  EXPECT_EQ(of(metric::top_k{.k = 6}, rows({6}), row, rows({}), i32, numbers({5}), 1), 1);
}
TEST(binary_accuracy, default_is_of_logits) {
  EXPECT_EQ(of(metric::binary_accuracy{}, rows({}), numbers({0.1, -0.1, 0, 0.4}), rows({}), f32, numbers({1, 0, 0, 1}), 4), 1);
  EXPECT_EQ(of(metric::binary_accuracy{.threshold = 0.3}, rows({}), numbers({0.1, -0.1, 0, 0.4}), rows({}), f32, numbers({1, 0, 0, 1}), 4), 0.75);
  EXPECT_EQ(of(metric::binary_accuracy{}, rows({}), numbers({1, 1}), rows({}), f32, numbers({0.6, 0.4}), 2), 0.5);
  EXPECT_EQ(of(metric::binary_accuracy{}, rows({}), numbers({0, 0}), rows({}), i32, numbers({1, 0}), 2), 0.5);  // the threshold is not above itself
}
// A NaN is never right, whatever the target is.
TEST(nan, is_never_right) {
  const double nan = math::nan;
  for (const double target : {0.0, 1.0, 2.0}) {
    const auto t = numbers({target});
    for (const auto& row : {numbers({nan, nan, nan}), numbers({nan, 1, 2}), numbers({1, nan, 2})}) {
      EXPECT_EQ(of(metric::accuracy{}, rows({3}), row, rows({}), i32, t, 1), 0);
      EXPECT_EQ(of(metric::top_k{.k = 1}, rows({3}), row, rows({}), i32, t, 1), 0);
    }
    EXPECT_EQ(of(metric::top_k{.k = 9}, rows({3}), numbers({nan, nan, nan}), rows({}), i32, t, 1), 0);
    EXPECT_EQ(of(metric::top_k{.k = 9}, rows({3}), numbers({1, 2, 3}), rows({}), i32, t, 1), 1);
  }
  // NaN is larger than every number: the second largest is number 2, the third number 1.
  EXPECT_EQ(of(metric::top_k{.k = 2}, rows({3}), numbers({1, nan, 2}), rows({}), i32, numbers({2}), 1), 1);
  EXPECT_EQ(of(metric::top_k{.k = 2}, rows({3}), numbers({1, nan, 2}), rows({}), i32, numbers({0}), 1), 0);
  EXPECT_EQ(of(metric::binary_accuracy{}, rows({}), numbers({nan, nan}), rows({}), i32, numbers({0, 1}), 2), 0);
}
TEST(named, is_the_metric) {
  constexpr auto one = metric::named<"top_1", metric::top_k{.k = 1}>;
  static_assert(one.name == "top_1" && one.higher_is_better && !metric::named<"error", metric::mae{}>.higher_is_better);
  EXPECT_DOUBLE_EQ(of(one, rows({3}), logits, rows({}), i32, numbers({1, 1, 2, 0}), 4), 0.5);
}

TEST(regression, values) {
  EXPECT_DOUBLE_EQ(of(metric::mse{}, rows({}), numbers({1, 2}), rows({}), f32, numbers({3, 1}), 2), 2.5);
  EXPECT_DOUBLE_EQ(of(metric::mae{}, rows({}), numbers({1, 2}), rows({}), f32, numbers({3, 1}), 2), 1.5);
}
template <class Metric>
constexpr text refused(Metric metric, const shape& prediction, const shape& target, dtype type) {
  return failure_of([&](builder& s) { metric(s.input("p", prediction), s.input("t", target, type)); });
}
static_assert(refused(metric::accuracy{}, rows({10}), rows({}), f32) ==
              "accuracy: target f32[n] for prediction [n,10]; must be classes i32[n] or probabilities f32[n,10]");
static_assert(refused(metric::top_k{.k = 0}, rows({10}), rows({}), i32) == "top_k: .k = 0; must be 1 or more");
static_assert(refused(metric::mse{}, rows({1}), rows({}), f32) == "mse: prediction [n,1] vs target [n]; the shapes must be equal, reshape one");

}  // namespace
