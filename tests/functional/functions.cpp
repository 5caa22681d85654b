#include "../graph_test.hpp"

#include <complex>

#include <igata/functional.hpp>

using namespace testing_graphs;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

template <class F>
double at(F f, double x, dtype type = f32) {
  builder s(false);
  environment env;
  env.n = 1;
  s.output("y", f(s.input("x", shape{}, type)));
  env.inputs.push(numbers({x}));
  return run(s.get(), env, "y")[0];
}
void compare(value (*f)(value), double (*exact)(double), std::initializer_list<double> places) {
  for (const double x : places) {
    const double y = exact(x);
    for (const dtype type : {f32, f64}) {
      const double got = at(f, x, type);
      SCOPED_TRACE(testing::Message() << x << (type == f32 ? " in f32" : " in f64"));
      if (std::isnan(y)) EXPECT_TRUE(std::isnan(got));
      else if (std::isinf(y) || y == 0) EXPECT_TRUE(got == y && std::signbit(got) == std::signbit(y)) << got;
      else EXPECT_NEAR(got, y, std::abs(y) * (type == f32 ? 2e-7 : 4e-16));
    }
  }
}
TEST(trigonometry, values) {
  compare([](value x) { return atan(x); }, std::atan,
          {0, -0.0, 1e-8, 0.1, -0.3, 0.41, 0.42, 0.9, -1, 1, 2.3, 2.42, 5, 1e4, -1e20, inf, -inf, std::nan("")});
  compare([](value x) { return tan(x); }, std::tan, {0, 0.5, -1.25, 3});
  compare([](value x) { return asin(x); }, std::asin, {0, -0.0, 1e-6, 0.25, -0.5, 0.875, 1, -1, 1.5, std::nan("")});
  compare([](value x) { return acos(x); }, std::acos, {0, 0.25, -0.5, 0.875, -0.9375, 1, -1, -1.5, std::nan("")});
  compare([](value x) { return sinh(x); }, std::sinh, {0, -0.0, 1e-6, 0.25, -0.5, 0.99, 1.5, -20, inf, -inf, std::nan("")});
  compare([](value x) { return cosh(x); }, std::cosh, {0, 0.25, -0.5, 1.5, -20, inf, -inf, std::nan("")});
  compare([](value x) { return asinh(x); }, std::asinh, {0, -0.0, 1e-6, 0.25, -2, 100, 9999, 20000, 0.99e9, 1.01e9, -1e20, inf, -inf, std::nan("")});
  compare([](value x) { return acosh(x); }, std::acosh, {1, 1.5, 2, 100, 9999, 20000, 0.99e9, 1.01e9, 1e20, inf, 0.5, std::nan("")});
  compare([](value x) { return atanh(x); }, std::atanh, {0, -0.0, 0.25, -0.5, 0.875, 1, -1, 1.5, std::nan("")});
}
TEST(trigonometry, gradients) {
  const auto check = [](value (*f)(value), double low, double high) {
    expect_gradients([&](const vec<value>& x) { return f(x[0]); }, {rows({7})}, {.low = low, .high = high});
  };
  check([](value x) { return atan(x); }, -4, 4);
  check([](value x) { return tan(x); }, -1, 1);
  check([](value x) { return asin(x); }, -0.9, 0.9);
  check([](value x) { return acos(x); }, -0.9, 0.9);
  check([](value x) { return sinh(x); }, -3, 3);
  check([](value x) { return cosh(x); }, -3, 3);
  check([](value x) { return asinh(x); }, -4, 4);
  check([](value x) { return acosh(x); }, 1.1, 4);
  check([](value x) { return atanh(x); }, -0.9, 0.9);
}
// PyTorch's.
TEST(trigonometry, slopes_at_the_edges) {
  const auto slope = [](value (*f)(value)) {
    return [f](value x) { return gradients(reduce_sum(f(x)), {x})[0]; };
  };
  for (const dtype type : {f32, f64}) {
    for (const double x : {1., -1.}) {
      EXPECT_EQ(at(slope([](value v) { return asin(v); }), x, type), inf);
      EXPECT_EQ(at(slope([](value v) { return acos(v); }), x, type), -inf);
      EXPECT_EQ(at(slope([](value v) { return atanh(v); }), x, type), inf);
      EXPECT_EQ(at(slope([](value v) { return atan(v); }), x * inf, type), 0);
      EXPECT_EQ(at(slope([](value v) { return asinh(v); }), x * inf, type), 0);
      EXPECT_EQ(at(slope([](value v) { return sinh(v); }), x * inf, type), inf);
      EXPECT_EQ(at(slope([](value v) { return cosh(v); }), x * inf, type), x * inf);
    }
    EXPECT_EQ(at(slope([](value v) { return acosh(v); }), 1, type), inf);
    EXPECT_EQ(at(slope([](value v) { return acosh(v); }), inf, type), 0);
    for (const double x : {0., -0.}) {
      EXPECT_EQ(at(slope([](value v) { return asin(v); }), x, type), 1);
      EXPECT_EQ(at(slope([](value v) { return acos(v); }), x, type), -1);
      EXPECT_EQ(at(slope([](value v) { return atan(v); }), x, type), 1);
      EXPECT_EQ(at(slope([](value v) { return sinh(v); }), x, type), 1);
      EXPECT_EQ(at(slope([](value v) { return cosh(v); }), x, type), 0);
      EXPECT_EQ(at(slope([](value v) { return asinh(v); }), x, type), 1);
      EXPECT_EQ(at(slope([](value v) { return atanh(v); }), x, type), 1);
    }
  }
}

TEST(along_axes, values) {
  const auto x = numbers({1, -2, 3, 0.5, 4, -1});
  const auto of = [&](auto f) { return run_function([&](const vec<value>& v) { return f(v[0]); }, {{2, 3}}, {x}); };
  expect_near(of([](value v) { return moveaxis(v, 0, 1); }), numbers({1, 0.5, -2, 4, 3, -1}));
  EXPECT_EQ(dims_of([](value v) { return moveaxis(v, 1, -1); }, {2, 3, 4, 5}), (shape{2, 4, 5, 3}));
  EXPECT_EQ(dims_of([](value v) { return moveaxis(v, -1, 0); }, {2, 3, 4, 5}), (shape{5, 2, 3, 4}));
  expect_near(of([](value v) { return logsumexp(v, 1); }),
              numbers({std::log(std::exp(1.0) + std::exp(-2.0) + std::exp(3.0)), std::log(std::exp(0.5) + std::exp(4.0) + std::exp(-1.0))}), 1e-7);
  EXPECT_EQ(dims_of([](value v) { return logsumexp(v, 1, true); }, {2, 3}), (shape{2, 1}));
  expect_near(of([](value v) { return norm(v, {.over = 1}); }), numbers({std::sqrt(14.0), std::sqrt(17.25)}), 1e-7);
  expect_near(of([](value v) { return norm(v, {.p = 1}); }), numbers({11.5}), 1e-7);
  expect_near(of([](value v) { return norm(v, {.p = 3, .over = 0}); }), numbers({std::cbrt(1.125), std::cbrt(72.0), std::cbrt(28.0)}), 1e-6);
  expect_near(of([](value v) { return norm(v, {.p = inf}); }), numbers({4}));
  expect_near(of([](value v) { return normalize(v, {.p = 1, .axis = 0}); }), numbers({1 / 1.5, -2 / 6.0, 0.75, 0.5 / 1.5, 4 / 6.0, -0.25}), 1e-7);
  expect_near(of([](value v) { return hardmax(v); }), numbers({0, 0, 1, 0, 1, 0}));
  expect_near(of([](value v) { return hardmax(v, 0); }), numbers({1, 0, 1, 0, 1, 0}));
  expect_near(of([](value v) { return hardmax(v * 0); }), numbers({1, 0, 0, 1, 0, 0}));  // the first of equals
  expect_near(of([](value v) { return tile(v, 0, 2); }), numbers({1, -2, 3, 0.5, 4, -1, 1, -2, 3, 0.5, 4, -1}));
  expect_near(of([](value v) { return tile(v, 1, 2); }), numbers({1, -2, 3, 1, -2, 3, 0.5, 4, -1, 0.5, 4, -1}));
  expect_near(of([](value v) { return eye(v.owner(), 2, 3, 1); }), numbers({0, 1, 0, 0, 0, 1}));
  const auto far = run_function([](const vec<value>& v) { return logsumexp(v[0], 1); }, {{3, 2}}, {numbers({1000, 1000, -inf, -inf, inf, 0})});
  EXPECT_NEAR(far[0], 1000 + std::log(2.0), 1e-4);
  EXPECT_EQ(far[1], -inf);
  EXPECT_EQ(far[2], inf);
  const auto kinds = run_function([](const vec<value>& v) { return cast(isnan(v[0]), f32) + cast(isinf(v[0]), f32) * 2; }, {{5}},
                                  {numbers({std::nan(""), inf, -inf, 3e38, 0})});
  expect_near(kinds, numbers({1, 2, 2, 0, 0}));
}
TEST(along_axes, gradients) {
  const auto check = [](auto f) { expect_gradients([&](const vec<value>& x) { return f(x[0]); }, {rows({2, 3})}, {.low = 0.2, .high = 2}); };
  check([](value x) { return logsumexp(x, {1, 2}); });
  check([](value x) { return norm(x, {.over = 2}); });
  check([](value x) { return norm(x, {.p = 3, .over = 1}); });
  check([](value x) { return normalize(x, {.axis = -1}); });
  check([](value x) { return tile(x, 1, 3); });
  check([](value x) { return local_response_norm(x, {.size = 2, .alpha = 0.5}); });
}
TEST(along_axes, gradient_of_a_norm_of_zeros) {
  for (const double p : {1.0, 2.0, 3.0}) {
    builder s(true);
    vec<value> by;
    by.push(s.input("x", {2, 3}));
    const vec<value> d = gradients(reduce_sum(norm(by[0], {.p = p, .over = 1}) + reduce_sum(normalize(by[0]))), by);
    environment env;
    env.inputs.push(numbers({0, 0, 0, 3, 0, 4}));
    const vec<double> slope = evaluate(s.get(), env)[d[0].id()];
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(std::isnan(slope[i])) << p;
  }
}
TEST(local_response_norm, values) {
  const auto x = numbers({1, 2, 3, 4, 5});
  const auto y =
      run_function([](const vec<value>& v) { return local_response_norm(v[0], {.size = 4, .alpha = 2, .beta = 0.5, .k = 3}); }, {{1, 5}}, {x});
  for (int i = 0; i < 5; ++i) {  // one before, two behind
    double sum = 0;
    for (int k = std::max(0, i - 1); k <= std::min(4, i + 2); ++k) sum += x[k] * x[k];
    EXPECT_NEAR(y[i], x[i] / std::sqrt(3 + 2.0 / 4 * sum), 1e-6);
  }
}

TEST(nll_loss, values) {
  const auto p = random_numbers({2, 3, 2}, 1, 3);  // [n, classes, places]
  const auto target = numbers({0, 2, 1, 1}), weight = numbers({0.5, 1, 2});
  const auto loss = [&](nll_loss_options o, bool weighted, bool scores = false) {
    builder s(false);
    const value x = s.input("p", {2, 3, 2}), t = s.input("t", {2, 2}, i32);
    if (weighted) o.weight = s.input("w", {3});
    s.output("y", scores ? cross_entropy(x, t, o) : nll_loss(x, t, o));
    environment env;
    env.n = 1;
    env.inputs.push(p);
    env.inputs.push(target);
    if (weighted) env.inputs.push(weight);
    return run(s.get(), env, "y");
  };
  const double a = -p[0], b = -p[5], c = -p[8], d = -p[9];  // the classes that are meant
  expect_near(loss({.reduction = loss_reduction::none}, false), numbers({a, b, c, d}), 1e-7);
  expect_near(loss({}, false), numbers({(a + b + c + d) / 4}), 1e-7);
  expect_near(loss({.reduction = loss_reduction::sum}, true), numbers({a / 2 + 2 * b + c + d}), 1e-7);
  expect_near(loss({}, true), numbers({(a / 2 + 2 * b + c + d) / 4.5}), 1e-7);
  expect_near(loss({.ignore_index = 1}, true), numbers({(a / 2 + 2 * b) / 2.5}), 1e-7);
  const auto log_p = run_function([](const vec<value>& v) { return log_softmax(v[0], 1); }, {{2, 3, 2}}, {p});
  expect_near(loss({.reduction = loss_reduction::sum}, false, true), numbers({-log_p[0] - log_p[5] - log_p[8] - log_p[9]}), 1e-6);
}
static_assert(failure_of([](builder& s) { s.output("y", nll_loss(s.input("p", rows({3})), s.input("t", rows({2}), i32))); }) ==
              "nll_loss: classes i32[n,2] for [n,3]; must be i32[n]");

// An image turned by no angle is itself, and places on pixels are pixels, in every mode.
TEST(grid_sample, places_on_pixels) {
  const auto x = random_numbers({2, 3, 4, 2}, 1, 5), same = numbers({1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0});
  for (const sampling mode : {sampling::nearest, sampling::linear, sampling::cubic})
    for (const beyond padding : {beyond::zeros, beyond::border, beyond::reflection})
      for (const bool align : {false, true}) {
        const auto y = run_function(
            [&](const vec<value>& v) {
              return grid_sample(v[0], affine_grid(v[1], {3, 4}, align), {.mode = mode, .padding = padding, .align_corners = align});
            },
            {{2, 3, 4, 2}, {2, 2, 3}}, {x, same});
        expect_near(y, x, 2e-6);
      }
}
TEST(grid_sample, outside) {
  const auto x = numbers({1, 2, 3, 4}), places = numbers({-2, 0.25, 1.5, -0.25, 0, 0});  // of an image of one line, along it
  const auto at_places = [&](sampling mode, beyond padding) {
    return run_function(
        [&](const vec<value>& v) {
          const value grid = reshape(concat({reshape(v[1], {3, 1}), reshape(v[1], {3, 1}) * 0}, 1), {1, 1, 3, 2});
          return grid_sample(v[0], grid, {.mode = mode, .padding = padding});
        },
        {{1, 1, 4, 1}, {3}}, {x, numbers({places[0], places[1], places[2]})});
  };
  // -2, 0.25 and 1.5 are pixels -2.5, 2 and 4.5.
  expect_near(at_places(sampling::linear, beyond::zeros), numbers({0, 3, 0}), 1e-6);
  expect_near(at_places(sampling::linear, beyond::border), numbers({1, 3, 4}), 1e-6);
  expect_near(at_places(sampling::linear, beyond::reflection), numbers({2.5, 3, 3.5}), 1e-6);  // -2.5 is 1.5, 4.5 is 2.5
  expect_near(at_places(sampling::nearest, beyond::border), numbers({1, 3, 4}), 1e-6);
}
TEST(grid_sample, gradients) {
  for (const sampling mode : {sampling::linear, sampling::cubic})
    expect_gradients([&](const vec<value>& x) { return grid_sample(x[0], x[1] * 0.9 + 0.013, {.mode = mode, .padding = beyond::border}); },
                     {shape{1, 4, 5, 2}, shape{1, 2, 3, 2}}, {.step = 1e-6, .tolerance = 1e-4});
  expect_gradients([&](const vec<value>& x) { return grid_sample(x[0], x[1] * 0.9 + 0.013); }, {shape{1, 2, 3, 2, 1}, shape{1, 2, 1, 2, 3}},
                   {.step = 1e-6, .tolerance = 1e-4});
}
static_assert(refusal([](value x) { return grid_sample(x, x); }, {1, 3, 4, 2}) == "");
static_assert(refusal([](value x) { return grid_sample(x, x); }, {1, 3, 4, 3}) ==
              "grid_sample: a grid f32[1,3,4,3] for f32[1,3,4,3]; must be [n, h, w, 2] for [n, h, w, c]");

static_assert(refusal(
                  [](value x) {
                    return affine_grid(x, {3, 4});
                  },
                  {1, 2, 2}) == "affine_grid: theta [1,2,2] for extents [3,4]; must be [n, 2, 3]");
static_assert(failure_of([](builder& s) {
                s.output("y", nll_loss(s.input("p", rows({3})), s.input("t", rows({}), i32), {.weight = s.input("w", {2})}));
              }) == "nll_loss: .weight [2] for 3 classes; must be [3]");
static_assert(refusal([](value x) { return norm(x, {.p = 0}); }, {2}) == "norm: .p = 0; must be above 0");
static_assert(refusal([](value x) { return tile(x, 0, 0); }, {2}) == "tile: 0 times; must be 1 or more");
static_assert(refusal([](value x) { return tile(x, 0, 2); }, rows({2})) == "tile: of the batch axis; n is not a number (needs batch<N>)");
static_assert(refusal([](value x) { return local_response_norm(x); }, {2}) ==
              "local_response_norm: of [2] over 5 channels; must be [n, ..., c] over 1 or more");
static_assert(refusal([](value x) { return dft(x, {.axis = 2}); }, {1, 4, 2}) ==
              "dft: along axis 2 of [1,4,2], 2 long; the last axis has 1 or 2 parts, lengths are at most 4096");

TEST(dft, follows_the_definition) {
  for (const int n : {1, 2, 5, 8, 13}) {
    const auto x = random_numbers({2, n, 2}, 1, static_cast<std::uint32_t>(n));
    for (const bool inverse : {false, true})
      for (const int length : {0, n + 3, n > 2 ? n - 2 : n}) {
        const int taken = length == 0 ? n : length;
        const auto y = run_function([&](const vec<value>& v) { return dft(v[0], {.length = length, .inverse = inverse}); }, {{2, n, 2}}, {x});
        ASSERT_EQ(y.size(), 2 * taken * 2);
        for (int r = 0; r < 2; ++r)
          for (int k = 0; k < taken; ++k) {
            std::complex<double> sum;
            for (int j = 0; j < std::min(n, taken); ++j)
              sum += std::complex<double>(x[(r * n + j) * 2], x[(r * n + j) * 2 + 1]) *
                     std::polar(1.0, (inverse ? 2 : -2) * 3.14159265358979323846 * j * k / taken);
            if (inverse) sum /= taken;
            EXPECT_NEAR(y[(r * taken + k) * 2], sum.real(), 3e-6);
            EXPECT_NEAR(y[(r * taken + k) * 2 + 1], sum.imag(), 3e-6);
          }
      }
  }
  EXPECT_EQ(dims_of([](value x) { return dft(x, {.onesided = true}); }, {2, 9, 1}), (shape{2, 5, 2}));
  EXPECT_EQ(dims_of([](value x) { return dft(x, {.axis = 2}); }, {2, 3, 9, 1}), (shape{2, 3, 9, 2}));
}
// Half of the frequencies is a real signal again.
TEST(dft, of_a_real_signal_and_back) {
  for (const int n : {1, 2, 5, 8}) {
    const auto x = random_numbers({2, n, 1}, 1, static_cast<std::uint32_t>(n));
    const auto y = run_function(
        [&](const vec<value>& v) { return dft(dft(v[0], {.onesided = true}), {.length = n, .inverse = true, .onesided = true}); }, {{2, n, 1}}, {x});
    expect_near(y, x, 3e-6);
  }
}
static_assert(refusal([](value x) { return dft(x, {.length = 9, .inverse = true, .onesided = true}); }, {1, 4, 2}) ==
              "dft: 4 frequencies for a signal of 9; must be 5");
TEST(cosine_windows, values) {
  const auto hann = run_function([](const vec<value>& v) { return hann_window(v[0].owner(), 4) + v[0] * 0; }, {{4}}, {numbers({0, 0, 0, 0})});
  expect_near(hann, numbers({0, 0.5, 1, 0.5}), 1e-6);
  const auto blackman =
      run_function([](const vec<value>& v) { return blackman_window(v[0].owner(), 3, false) + v[0] * 0; }, {{3}}, {numbers({0, 0, 0})});
  expect_near(blackman, numbers({0, 1, 0}), 1e-6);
}

}  // namespace
