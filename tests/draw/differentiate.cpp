#include "../graph_test.hpp"

#include <igata/nn/all.hpp>
#include <igata/optim/all.hpp>

using namespace testing_graphs;

namespace {

TEST(differentiate, only_what_is_asked_for) {
  builder s(true);
  vec<value> by;
  const value a = s.input("a", {3}), b = s.input("b", {3});
  by.push(a);
  const value y = reduce_sum(exp(a) * tanh(b));
  const int before = s.get().nodes.size();
  const vec<value> d = gradients(y, by);
  ASSERT_TRUE(d[0].valid());
  for (int id = before; id < s.get().nodes.size(); ++id)
    for (int i = 0; i < s.get().nodes[id].arity; ++i) EXPECT_NE(s.get().operand(s.get().nodes[id], i), b.id());
}
TEST(differentiate, nodes_in_braces) {
  builder s(true);
  const value a = s.input("a", {3}), b = s.input("b", {3});
  const vec<value> d = gradients(reduce_sum(a * b), {b, a});
  ASSERT_EQ(d.size(), 2);
  EXPECT_EQ(gradients(d[0], {a})[0].dims(), a.dims());
  EXPECT_FALSE(gradients(d[0], {b})[0].valid());  // d by b is a alone
}
TEST(differentiate, nothing_where_there_is_no_way) {
  builder s(true);
  vec<value> by;
  by.push(s.input("a", {3}));
  by.push(s.input("b", {3}));
  by.push(value());
  const vec<value> d = gradients(reduce_sum(stop_gradient(by[0]) + by[1] * cast(by[0] > 0, f32)), by);
  EXPECT_FALSE(d[0].valid());
  EXPECT_TRUE(d[1].valid());
  EXPECT_FALSE(d[2].valid());
}
// The gradient of a NaN goes to the first operand, or to the second where nobody wants the first's.
TEST(differentiate, what_is_stopped_is_not_wanted) {
  builder s(true);
  const value a = s.input("a", {}), b = s.input("b", {});
  const vec<value> d = gradients(maximum(stop_gradient(a), b), {a, b}), both = gradients(maximum(a, b), {a, b});
  environment env;
  env.inputs.push(numbers({NAN}));
  env.inputs.push(numbers({1}));
  const auto values = evaluate(s.get(), env);
  EXPECT_FALSE(d[0].valid());
  EXPECT_EQ(values[d[1].id()][0], 1);
  EXPECT_EQ(values[both[0].id()][0], 1);
  EXPECT_EQ(values[both[1].id()][0], 0);
}
TEST(differentiate, ways_are_summed) {
  expect_gradients([](const vec<value>& x) {
    const value a = exp(x[0]), b = a * x[0];
    return a + b * a + b;
  }, {rows({4})});
}
TEST(differentiate, a_vector_is_summed) {
  builder s(true);
  vec<value> by;
  by.push(s.input("a", rows({2})));
  const vec<value> d = gradients(by[0] * by[0], by);
  environment env;
  env.n = 2;
  env.inputs.push(numbers({1, 2, 3, 4}));
  expect_near(evaluate(s.get(), env)[d[0].id()], numbers({2, 4, 6, 8}));
}

TEST(differentiate, the_gradient_of_a_row_is_a_row) {
  builder s(true);
  const value a = s.input("a", rows({}));
  EXPECT_EQ(gradients(-a, {a})[0].dims(), a.dims());
}

constexpr text refused(value (*loss)(value), const char* pattern = "*") {
  return failure_of([&](builder& s) { s.minimize(loss(s.input("x", rows({3}))), pattern, optim::sgd{}); }, true);
}
static_assert(refused([](value x) { return nn::dense(x, {.units = 1}); }) == "minimize: the loss must be one number, got f32[n,1]; take its mean");
static_assert(refused([](value x) { return reduce_mean(x); }) == "minimize: the loss reaches no parameter; compute it from the model's result");
static_assert(refused([](value x) { return reduce_mean(nn::dense(x, {.units = 1})); }, "generator/*") ==
              "minimize: no trainable parameter below the loss matches 'generator/*'; parameters are dense/kernel, dense/bias");
static_assert(refused([](value x) { return reduce_mean(floor(nn::dense(x, {.units = 1}))); }) ==
              "minimize: the loss does not depend on 'dense/kernel' differentiably");
static_assert(failure_of([](builder& s) {
                const value l = reduce_mean(nn::dense(s.input("x", rows({3})), {.units = 1}));
                s.freeze("encoder/*");
                s.minimize(l, "*", optim::sgd{});
              }) == "freeze: no parameter matches 'encoder/*'; parameters are dense/kernel, dense/bias");
// The user's line.
constexpr bool names_my_line() {
  builder s(true);
  const value x = reduce_mean(s.input("x", rows({3})));
  s.minimize(x, "*", optim::sgd{}); const int line = __LINE__;
  return contains(s.get().failure, (text() << "differentiate.cpp:" << line << ": minimize").view());
}
static_assert(names_my_line());

TEST(minimize, frozen_parameters_stay) {
  builder s(true);
  const value l = reduce_mean(nn::dense(nn::dense(s.input("x", rows({3})), {.units = 2, .name = "encoder"}), {.units = 1}));
  s.freeze("encoder/*");
  s.minimize(l, "*", optim::sgd{});
  const graph g = finalize(s.get());
  ASSERT_EQ(g.assigns.size(), 2);
  for (const assignment& a : g.assigns) EXPECT_FALSE(matches("encoder/*", g.path_of(g.variables[a.variable]).view()));
}
static_assert(matches("*", "a/b") && matches("a/*", "a/b/c") && !matches("a/*", "b/a/c") && matches("*/kernel", "a/b/kernel") &&
              !matches("a", "ab") && matches("a*c*e", "abcde"));

}  // namespace
