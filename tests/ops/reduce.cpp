#include "../graph_test.hpp"

using namespace testing_graphs;

namespace {

TEST(reduce, gradients) {
  for (const axes& over : {axes(), axes(0), axes(1), axes(-1), axes({0, 2}), axes({1, 2})})
    for (const bool keep : {false, true}) {
      expect_gradients([&](const vec<value>& x) { return reduce_sum(x[0] * x[0], over, keep); }, {rows({4, 3})});
      expect_gradients([&](const vec<value>& x) { return reduce_mean(x[0] * x[0], over, keep); }, {rows({4, 3})});
      expect_gradients([&](const vec<value>& x) { return reduce_max(x[0], over, keep) * 2; }, {rows({4, 3})});
      expect_gradients([&](const vec<value>& x) { return reduce_min(x[0], over, keep) * 2; }, {{2, 4, 3}});
      expect_gradients([&](const vec<value>& x) { return reduce_prod(x[0], over, keep) * 2; }, {{2, 4, 3}}, {.low = 0.5, .high = 1.5});
    }
}
TEST(reduce, second_gradients) {
  expect_second_gradients([](const vec<value>& x) { return reduce_mean(x[0] * x[0] * x[0], {0, 2}); }, {rows({2, 3})}, {.tolerance = 1e-5});
  expect_second_gradients([](const vec<value>& x) { return reduce_prod(x[0] * x[0], -1); }, {rows({3})},
                          {.low = 0.5, .high = 1.5, .tolerance = 1e-5});
  expect_second_gradients([](const vec<value>& x) { const value m = reduce_max(x[0], -1); return m * m; }, {rows({5})}, {.tolerance = 1e-5});
}
TEST(reduce, equals_share_the_gradient_of_their_maximum) {
  builder s(true);
  vec<value> x;
  x.push(s.input("x", {4}));
  const vec<value> d = gradients(reduce_max(x[0]), x);
  environment env;
  env.inputs.push(numbers({1, 3, 3, 2}));
  expect_near(evaluate(s.get(), env)[d[0].id()], numbers({0, 0.5, 0.5, 0}));
}

// Of a single zero the product of the others, of several nothing.
TEST(reduce, gradients_of_products_at_zeros) {
  const auto slopes = [](vec<double> at) {
    builder s(true);
    vec<value> x;
    x.push(s.input("x", {at.size()}));
    const vec<value> d = gradients(reduce_prod(x[0]), x);
    environment env;
    env.inputs.push(at);
    return evaluate(s.get(), env)[d[0].id()];
  };
  expect_near(slopes(numbers({2, 3, -4})), numbers({-12, -8, 6}));
  expect_near(slopes(numbers({2, 0, -4})), numbers({0, -8, 0}));
  expect_near(slopes(numbers({0, 0, -4})), numbers({0, 0, 0}));
  expect_near(slopes(numbers({0})), numbers({1}));
}

TEST(reduce, values) {
  const auto x = numbers({3, 1, 2, -4, 5, 5});
  const auto of = [&](auto f) { return run_function([&](const vec<value>& v) { return f(v[0]); }, {{2, 3}}, {x}); };
  expect_near(of([](value v) { return reduce_sum(v); }), numbers({12}));
  expect_near(of([](value v) { return reduce_sum(v, 0); }), numbers({-1, 6, 7}));
  expect_near(of([](value v) { return reduce_mean(v, 1); }), numbers({2, 2}));
  expect_near(of([](value v) { return reduce_max(v, -1); }), numbers({3, 5}));
  expect_near(of([](value v) { return reduce_min(v, 0); }), numbers({-4, 1, 2}));
  expect_near(of([](value v) { return reduce_prod(v, 0); }), numbers({-12, 5, 10}));
  expect_near(of([](value v) { return reduce_prod(v); }), numbers({-600}));
  expect_near(of([](value v) { return cast(reduce_prod(cast(v, i32) * 65537), f32); }), numbers({-235930200}));
  expect_near(of([](value v) { return cast(reduce_sum(cast(v, i32) * 400000000), f32); }), numbers({4800000000.0 - 4294967296.0}));  // wraps
  expect_near(of([](value v) { return cast(argmax(v), f32); }), numbers({0, 1}));  // the first of equals
  expect_near(of([](value v) { return cast(argmin(v, 0), f32); }), numbers({1, 0, 0}));
}
TEST(reduce, nan) {
  const auto of = [&](auto f) { return run_function([&](const vec<value>& v) { return f(v[0]); }, {{3}}, {numbers({3, NAN, 5})})[0]; };
  EXPECT_TRUE(std::isnan(of([](value v) { return reduce_max(v); })));
  EXPECT_TRUE(std::isnan(of([](value v) { return reduce_min(v); })));
  EXPECT_EQ(of([](value v) { return cast(argmax(v), f32); }), 1);
}
TEST(reduce, a_mean_divides_by_the_true_number_of_rows) {
  for (const int n : {1, 3, 7}) {
    vec<double> x(2 * n);
    double sum = 0;
    for (int i = 0; i < 2 * n; ++i) sum += x[i] = i * i;
    expect_near(run_function([](const vec<value>& v) { return reduce_mean(v[0]); }, {rows({2})}, {x}, n), numbers({sum / (2 * n)}));
  }
}

static_assert(dims_of([](value x) { return reduce_sum(x); }, rows({4, 5})) == shape{});
static_assert(dims_of([](value x) { return reduce_sum(x, 0); }, rows({4, 5})) == shape{4, 5});
static_assert(dims_of([](value x) { return reduce_sum(x, {1, -1}); }, rows({4, 5})) == rows({}));
static_assert(dims_of([](value x) { return reduce_max(x, 0, true); }, rows({4, 5})) == shape{1, 4, 5});
static_assert(dims_of([](value x) { return argmax(x); }, rows({4, 5})) == rows({4}));
static_assert(refusal([](value x) { return reduce_sum(x, 3); }, rows({4, 5})) == "reduce_sum: axis 3 is out of range for rank 3; use -3 to 2");
static_assert(refusal([](value x) { return reduce_sum(x, {1, 2, 1}); }, rows({4, 5})) == "reduce_sum: axis 1 is named twice");
static_assert(refusal([](value x) { return reduce_sum(x > 0); }, rows({4})) == "reduce_sum: needs a floating type, got bool; cast(x, f32) first");
static_assert(refusal([](value x) { return reduce_mean(cast(x, i32)); }, rows({4})) ==
              "reduce_mean: needs a floating type, got i32; cast(x, f32) first");
static_assert(refusal([](value x) { return reduce_any(x); }, rows({4})) == "reduce_any: needs bool, got f32; compare first");
static_assert(refusal([](value x) { return argmin(x > 0); }, rows({4})) == "argmin: needs a floating type, got bool; cast(x, f32) first");
static_assert(refusal([](value x) { return reduce_max(x > 0); }, rows({4})) == "reduce_max: needs a floating type, got bool; cast(x, f32) first");

// Running sums.
TEST(cumsum, gradients) {
  for (const shape& dims : {shape{4}, rows({3, 2}), shape{2, 3, 2}})
    for (int axis = (dims.rows_of != no_symbol); axis < dims.rank; ++axis)
      for (const bool exclusive : {false, true})
        for (const bool reverse : {false, true}) {
          const auto f = [&](const vec<value>& x) { const value y = cumsum(x[0], axis, {exclusive, reverse}); return y * y; };
          expect_gradients(f, {dims});
          expect_second_gradients(f, {dims}, {.tolerance = 1e-5});
        }
}
TEST(cumsum, values) {
  const auto of = [](int axis, cumsum_options o) {
    return run_function([=](const vec<value>& x) { return cumsum(x[0], axis, o); }, {{2, 3}}, {numbers({1, 2, 4, 10, 20, 40})});
  };
  expect_near(of(1, {}), numbers({1, 3, 7, 10, 30, 70}));
  expect_near(of(-1, {.exclusive = true}), numbers({0, 1, 3, 0, 10, 30}));
  expect_near(of(1, {.reverse = true}), numbers({7, 6, 4, 70, 60, 40}));
  expect_near(of(1, {.exclusive = true, .reverse = true}), numbers({6, 4, 0, 60, 40, 0}));
  expect_near(of(0, {}), numbers({1, 2, 4, 11, 22, 44}));
  expect_near(of(-2, {.exclusive = true, .reverse = true}), numbers({10, 20, 40, 0, 0, 0}));
}
static_assert(refusal([](value x) { return cumsum(x, 0); }, rows({2})) == "cumsum: along the batch axis; n is not a number (needs batch<N>)");
static_assert(refusal([](value x) { return cumsum(x > 0, 0); }, {2}) == "cumsum: needs numbers, got bool; cast(x, f32) first");

}  // namespace
