#include "../graph_test.hpp"

using namespace testing_graphs;

namespace {

const pool2d_parameters configurations[] = {{.size = 2},
                                            {.size = 3, .stride = 2, .padding = padding::same},
                                            {.size = {2, 3}, .stride = 1, .padding = {1, 0, 0, 2}},
                                            {.size = 3, .stride = 2, .padding = 1, .include_padding = true}};
TEST(pool2d, gradients) {
  for (const pool2d_parameters& p : configurations) {
    expect_gradients([&](const vec<value>& x) { return max_pool2d(x[0], p); }, {rows({5, 6, 2})}, {.n = 2});
    expect_gradients([&](const vec<value>& x) { return avg_pool2d(x[0], p); }, {rows({5, 6, 2})}, {.n = 2});
  }
}
// In training a relu is pooled first: the same numbers and gradients.
TEST(pool2d, relu_behind_the_pool) {
  for (const pool2d_parameters& p : configurations)
    expect_gradients([&](const vec<value>& x) { return max_pool2d(maximum(0.1, x[0] + x[1]), p); }, {rows({5, 6, 2}), {2}},
                     {.n = 2, .training = true});
  const auto drawn = [](bool training) {
    builder s(training);
    s.output("y", max_pool2d(maximum(0, s.input("x", rows({4, 4, 3})))));
    return finalize(s.get());
  };
  EXPECT_EQ(drawn(false).nodes[drawn(false).outputs[0].id].code, op::max_pool2d);
  const graph plain = drawn(false), moved = drawn(true);
  EXPECT_EQ(moved.nodes[moved.outputs[0].id].code, op::maximum);
  const environment env = random_environment(plain, 2);
  const vec<double> expected = evaluate(plain, env)[plain.outputs[0].id], got = evaluate(moved, env)[moved.outputs[0].id];
  ASSERT_EQ(got.size(), expected.size());
  for (int i = 0; i < got.size(); ++i) EXPECT_EQ(got[i], expected[i]);
}
TEST(pool2d, second_gradients) {
  for (const pool2d_parameters& p : configurations) {
    expect_second_gradients(
        [&](const vec<value>& x) {
          const value y = avg_pool2d(x[0], p);
          return y * y;
        },
        {rows({3, 4, 2})}, {.n = 1, .tolerance = 1e-5});
  }
}
static_assert(failure_of([](builder& s) {
                vec<value> x;
                x.push(s.input("x", rows({4, 4, 1})));
                const value y = max_pool2d(x[0]);
                const vec<value> d = gradients(reduce_sum(y * y), x);
                gradients(reduce_sum(d[0] * d[0]), x);
              }) == "max_pool2d: second derivatives through max pooling are not offered; use avg_pool2d");
TEST(pool2d, values) {
  vec<double> x(16);
  for (int i = 0; i < 16; ++i) x[i] = i * 7 % 16;  // 0 7 14 5 | 12 3 10 1 | 8 15 6 13 | 4 11 2 9
  const auto of = [&](auto f) { return run_function([&](const vec<value>& v) { return f(v[0]); }, {rows({4, 4, 1})}, {x}); };
  expect_near(of([](value v) { return max_pool2d(v, {.size = 2}); }), numbers({12, 14, 15, 13}));
  expect_near(of([](value v) { return avg_pool2d(v, {.size = 2}); }), numbers({5.5, 7.5, 9.5, 7.5}));
  expect_near(of([](value v) { return avg_pool2d(v, {.size = 3, .stride = 4, .padding = {1, 1, 0, 0}}); }), numbers({5.5}));
  expect_near(of([](value v) {
                return avg_pool2d(v, {.size = 3, .stride = 4, .padding = {1, 1, 0, 0}, .include_padding = true});
              }),
              numbers({22 / 9.0}));
}
// The largest of equals is the first, and a NaN is larger than any number; its gradient goes there.
TEST(pool2d, equals_and_nan) {
  builder s(true);
  vec<value> x;
  x.push(s.input("x", {1, 1, 12, 1}));
  const value y = max_pool2d(x[0], {.size = {1, 3}});
  const value d = gradients(reduce_sum(y), x)[0];
  environment env;
  env.inputs.push(numbers({2, 2, 1, NAN, 3, NAN, 1, NAN, 5, -INFINITY, -INFINITY, -INFINITY}));
  const auto values = evaluate(s.get(), env);
  const vec<double>& largest = values[y.id()];
  EXPECT_TRUE(largest[0] == 2 && std::isnan(largest[1]) && std::isnan(largest[2]) && largest[3] == -INFINITY);
  expect_near(values[d.id()], numbers({1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0}));
}
static_assert(dims_of([](value x) { return max_pool2d(x, {.size = 2}); }, rows({25, 24, 6})) == rows({12, 12, 6}));
static_assert(dims_of([](value x) { return max_pool2d(x, {.size = 3, .stride = 2, .padding = padding::same}); }, rows({112, 112, 64})) ==
              rows({56, 56, 64}));
static_assert(refusal([](value x) { return max_pool2d(x); }, rows({10})) ==
              "max_pool2d: needs images [n, height, width, channels], got [n,10]; reshape first");
static_assert(refusal([](value x) { return avg_pool2d(x, {.size = 5}); }, rows({4, 4, 1})) ==
              "avg_pool2d: a window of 5x5 is larger than the padded input 4x4; pad more or use a smaller kernel");
static_assert(refusal([](value x) { return max_pool2d(x, {.size = 2, .padding = 2}); }, rows({4, 4, 1})) ==
              "max_pool2d: padding {2, 2, 2, 2} around a window of 2x2; some windows would see nothing but padding");
// Each side is checked; the odd pixel of "same" lies behind, as Keras and PyTorch have it.
static_assert(refusal([](value x) { return max_pool2d(x, {.size = 2, .padding = {0, 0, 2, 1}}); }, rows({4, 4, 1})) ==
              "max_pool2d: padding {0, 0, 2, 1} around a window of 2x2; some windows would see nothing but padding");
static_assert(refusal([](value x) { return avg_pool2d(x, {.size = 2, .padding = {1, 1, 1, 2}}); }, rows({4, 4, 1})) ==
              "avg_pool2d: padding {1, 1, 1, 2} around a window of 2x2; some windows would see nothing but padding");
constexpr bool odd_pixel_is_behind() {
  builder s(false);
  const value x = s.input("x", rows({2, 2, 1}));
  const value y = max_pool2d(x, {.size = 2, .stride = 1, .padding = padding::same});
  environment env;
  env.inputs.push(vec<double>(4));
  for (int i = 0; i < 4; ++i) env.inputs[0][i] = 4 - i;  // 4 3; 2 1
  const vec<double> got = evaluate(s.get(), env)[y.id()];
  return got[0] == 4 && got[1] == 3 && got[2] == 2 && got[3] == 1;
}
static_assert(odd_pixel_is_behind());

}  // namespace
