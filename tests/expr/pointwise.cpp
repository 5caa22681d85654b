// Elementwise expressions against plain loops, on every instruction set.
#include "testing.hpp"

namespace {
using namespace testing_expr;

float relu_of(float x) { return std::isnan(x) ? x : x > 0 ? x : 0; }

// The type says the whole expression; the leaves are views.
static_assert(std::is_same_v<decltype(std::declval<tensor<float, 2>&>() * std::declval<const tensor<float, 2>&>()),
                             igata::detail::pointwise<igata::detail::mul_of, tensor_view<const float, 2>, tensor_view<const float, 2>>>);
// And a program, the same for every shape.
using static_sum = decltype(std::declval<tensor<float, 2>>() + std::declval<tensor<float, 2>>());
using dynamic_sum = decltype(std::declval<tensor<float, dynamic, 3>>() + std::declval<tensor<float, 3>>());
static_assert(std::is_same_v<igata::detail::signature_of<static_sum>, igata::detail::signature_of<dynamic_sum>>);
static_assert(std::is_same_v<result_t<dynamic_sum>, tensor<float, dynamic, 3>>);

TEST(pointwise, one_loop_of_any_size) {
  std::mt19937 random(1);
  for_each_isa([&] {
    for (const int n : {0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 64, 100, 1000}) {
      auto a = random_tensor(random, n), b = random_tensor(random, n), c = random_tensor(random, n), d = random_tensor(random, n),
           e = random_tensor(random, n);
      a *= 1.f / 64;
      const auto y = eval(tanh(a * b + c) * d + relu(e));
      ASSERT_EQ(y.size(), n);
      for (int i = 0; i < n; ++i) {
        const double expected = std::tanh(static_cast<double>(a(i)) * b(i) + c(i)) * d(i) + relu_of(e(i));
        ASSERT_NEAR(y(i), expected, 1e-5) << i << " of " << n;
      }
    }
  });
}

TEST(pointwise, static_shapes) {
  const tensor<float, 2, 3> a{{1, 2, 3}, {4, 5, 6}}, b{{6, 5, 4}, {3, 2, 1}};
  for_each_isa([&] {
    const tensor<float, 2, 3> y = a * b - a / b + 1;
    expect_elements(y, [](float p, float q) { return p * q - p / q + 1; }, a, b);
    tensor<float, 2, 3> z;
    z = maximum(a, b) * 2 - minimum(3, a);
    expect_elements(z, [](float p, float q) { return std::max(p, q) * 2 - std::min(3.f, p); }, a, b);
  });
}

#define EXPECT_FUNCTION(name, reference)                                                              \
  {                                                                                                   \
    SCOPED_TRACE(#name);                                                                              \
    tensor<float, 67> y = name(x);                                                                    \
    for (int i = 0; i < 67; ++i) {                                                                    \
      const double v = x(i), expected = reference;                                                    \
      EXPECT_NEAR(y(i), expected, 4e-6 * (1 + std::abs(expected))) << v;                              \
    }                                                                                                 \
  }
TEST(pointwise, every_function_of_one_operand) {
  tensor<float, 67> x;
  for_each_isa([&] {
    for (int i = 0; i < 67; ++i) x(i) = 0.125f * static_cast<float>(i - 33) + 0.01f;
    EXPECT_FUNCTION(-, -v)
    EXPECT_FUNCTION(neg, -v)
    EXPECT_FUNCTION(abs, std::abs(v))
    EXPECT_FUNCTION(sign, v > 0 ? 1 : -1)
    EXPECT_FUNCTION(reciprocal, 1 / v)
    EXPECT_FUNCTION(square, v * v)
    EXPECT_FUNCTION(exp, std::exp(v))
    EXPECT_FUNCTION(expm1, std::expm1(v))
    EXPECT_FUNCTION(tanh, std::tanh(v))
    EXPECT_FUNCTION(sigmoid, 1 / (1 + std::exp(-v)))
    EXPECT_FUNCTION(erf, std::erf(v))
    EXPECT_FUNCTION(sin, std::sin(v))
    EXPECT_FUNCTION(cos, std::cos(v))
    EXPECT_FUNCTION(floor, std::floor(v))
    EXPECT_FUNCTION(ceil, std::ceil(v))
    EXPECT_FUNCTION(round, std::nearbyint(v))
    EXPECT_FUNCTION(relu, std::max(v, 0.0))
    EXPECT_FUNCTION(relu6, std::min(std::max(v, 0.0), 6.0))
    EXPECT_FUNCTION(leaky_relu, v > 0 ? v : 0.01 * v)
    EXPECT_FUNCTION(elu, v > 0 ? v : std::expm1(v))
    EXPECT_FUNCTION(selu, 1.0507009873554805 * (v > 0 ? v : 1.6732632423543773 * std::expm1(v)))
    EXPECT_FUNCTION(gelu, v * (std::erf(v / std::sqrt(2.0)) + 1) / 2)
    EXPECT_FUNCTION(silu, v / (1 + std::exp(-v)))
    EXPECT_FUNCTION(softplus, std::log1p(std::exp(v)))
    EXPECT_FUNCTION(hard_sigmoid, std::min(std::max(v + 3, 0.0), 6.0) / 6)
    EXPECT_FUNCTION(hard_swish, v * std::min(std::max(v + 3, 0.0), 6.0) / 6)
    for (float& f : x) f = std::abs(f);
    EXPECT_FUNCTION(sqrt, std::sqrt(v))
    EXPECT_FUNCTION(rsqrt, 1 / std::sqrt(v))
    EXPECT_FUNCTION(log, std::log(v))
    EXPECT_FUNCTION(log1p, std::log1p(v))
  });
}
#undef EXPECT_FUNCTION

TEST(pointwise, options_and_several_operands) {
  std::mt19937 random(2);
  for_each_isa([&] {
    const auto a = random_tensor(random, 5, 9), b = random_tensor(random, 5, 9);
    expect_elements(eval(clip(a, -2, 3.5)), [](float x) { return std::min(std::max(x, -2.f), 3.5f); }, a);
    expect_elements(eval(clip(a, -abs(b), 3)), [](float x, float y) { return std::min(std::max(x, -std::abs(y)), 3.f); }, a, b);
    expect_elements(eval(leaky_relu(a, {.slope = 0.5})), [](float x) { return x > 0 ? x : x / 2; }, a);
    expect_elements(eval(select(a > b, a, 0)), [](float x, float y) { return x > y ? x : 0; }, a, b);
    expect_elements(eval(select(a <= b, 1, -1)), [](float x, float y) { return x <= y ? 1.f : -1.f; }, a, b);
    tensor<float, dynamic, dynamic> y = pow(abs(a), 2) + pow(2, b);
    for (int i = 0; i < y.size(); ++i)
      EXPECT_NEAR(y.data()[i], a.data()[i] * a.data()[i] + std::exp2(b.data()[i]), 1e-5 * (1 + std::abs(y.data()[i])));
  });
}

TEST(pointwise, integers_and_masks) {
  std::mt19937 random(3);
  tensor<std::int32_t, 37> i, k;
  for_each_isa([&] {
    fill_random(i.data(), 37, random);
    fill_random(k.data(), 37, random);
    tensor<std::int32_t, 37> sums = i * k + 3 - abs(k);
    tensor<bool, 37> m = (i < k && !(i == -k)) || i >= 7;
    tensor<float, 37> f = cast<float>(i) / 2;
    tensor<std::int32_t, 37> chosen = select(m, i, k), counted = cast<std::int32_t>(m);
    for (int at = 0; at < 37; ++at) {
      EXPECT_EQ(sums(at), i(at) * k(at) + 3 - std::abs(k(at)));
      const bool expected = (i(at) < k(at) && !(i(at) == -k(at))) || i(at) >= 7;
      EXPECT_EQ(bool(m(at)), expected);
      EXPECT_EQ(f(at), static_cast<float>(i(at)) / 2);
      EXPECT_EQ(chosen(at), expected ? i(at) : k(at));
      EXPECT_EQ(counted(at), expected ? 1 : 0);
    }
    m = true;
    EXPECT_EQ(float(sum(cast<float>(m))), 37);
  });
}

TEST(pointwise, numbers_that_are_none) {
  const tensor<float, 5> x{quiet_nan, infinite, -infinite, 0, -0.f}, y{1, 1, quiet_nan, quiet_nan, 0};
  for_each_isa([&] {
    expect_elements(eval(x + y), [](float p, float q) { return p + q; }, x, y);
    expect_elements(eval(relu(x)), relu_of, x);
    expect_elements(eval(maximum(x, y)), [](float p, float q) { return std::isnan(p) || std::isnan(q) ? quiet_nan : std::max(p, q); }, x, y);
    expect_elements(eval(cast<float>(x < y)), [](float p, float q) { return p < q ? 1.f : 0.f; }, x, y);
    expect_elements(eval(cast<float>(x != y)), [](float p, float q) { return p != q ? 1.f : 0.f; }, x, y);
    expect_elements(eval(tanh(x)), [](float p) { return std::tanh(p); }, x);
    expect_elements(eval(x * 0), [](float p) { return p * 0; }, x);
  });
}

TEST(pointwise, results_convert_and_stay_lazy) {
  tensor<float, 3> a{1, 2, 3}, b{4, 5, 6};
  const auto e = a * b;  // reads when it is evaluated
  a(0) = 10;
  tensor<float, 3> y = e;
  EXPECT_EQ(y(0), 40);
  y = e + e;
  EXPECT_EQ(y(2), 36);
  const float first = eval(e)(0);
  EXPECT_EQ(first, 40);
  tensor<float> s = 2;
  y = a * (s + 1) * exp(s * 0);  // what has one element is computed once
  EXPECT_EQ(y(1), 6);
}

}  // namespace
