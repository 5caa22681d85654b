#include "../graph_test.hpp"

using namespace testing_graphs;

namespace {

struct range {
  double low = -2, high = 2;
};
constexpr range domain(op code) {
  switch (code) {
    case op::sqrt: case op::rsqrt: case op::log: case op::reciprocal: return {0.3, 3};
    case op::log1p: return {-0.7, 2};
    case op::abs: case op::sign: return {0.1, 2};  // off the kink; of negative numbers below
    case op::floor: case op::ceil: case op::round: return {0.1, 0.4};
    default: return {};
  }
}

#define IGATA_UNARY(name, meaning, derivative)                                                                                   \
  TEST(unary, name##_gradient) {                                                                                                 \
    const range r = domain(op::name);                                                                                            \
    expect_gradients([](const vec<value>& x) { return name(x[0]); }, {rows({5})}, {.low = r.low, .high = r.high});               \
  }                                                                                                                              \
  TEST(unary, name##_second_gradient) {                                                                                          \
    if (!rule_has_derivative(op::name)) return; /* made of constant pieces: its gradient, 0, is all there is */                  \
    const range r = domain(op::name);                                                                                            \
    expect_second_gradients([](const vec<value>& x) { return name(x[0]); }, {rows({2})}, {.low = r.low, .high = r.high, .tolerance = 1e-5}); \
  }                                                                                                                              \
  static_assert(dims_of([](value x) { return name(x); }, rows({4, 5})) == rows({4, 5}));
constexpr bool rule_has_derivative(op code) { return code != op::sign && code != op::floor && code != op::ceil && code != op::round; }
#include <igata/ops/unary.inc>
#undef IGATA_UNARY

TEST(unary, abs_of_negative_numbers_gradient) {
  expect_gradients([](const vec<value>& x) { return abs(x[0]) * (1 + sign(x[0])) + abs(x[0]); }, {rows({5})}, {.low = -2, .high = -0.1});
}

double run_one(value (*f)(value, source), double x) {
  return run_function([&](const vec<value>& v) { return f(v[0], {}); }, {shape{}}, {numbers({x})})[0];
}

TEST(unary, values) {
  EXPECT_FALSE(std::signbit(run_one(igata::abs, -0.0)));
  for (const double x : {-2.5, -1.0, -0.5, 0.0, 0.5, 1.5, 2.5, 7.0}) {
    EXPECT_DOUBLE_EQ(run_one(neg, x), -x);
    EXPECT_DOUBLE_EQ(run_one(igata::abs, x), std::abs(x));
    EXPECT_DOUBLE_EQ(run_one(sign, x), x > 0 ? 1 : x < 0 ? -1 : 0);
    EXPECT_DOUBLE_EQ(run_one(igata::exp, x), std::exp(x));
    EXPECT_DOUBLE_EQ(run_one(igata::expm1, x), std::expm1(x));
    EXPECT_DOUBLE_EQ(run_one(igata::tanh, x), std::tanh(x));
    EXPECT_DOUBLE_EQ(run_one(sigmoid, x), 1 / (1 + std::exp(-x)));
    EXPECT_DOUBLE_EQ(run_one(igata::erf, x), std::erf(x));
    EXPECT_DOUBLE_EQ(run_one(igata::sin, x), std::sin(x));
    EXPECT_DOUBLE_EQ(run_one(igata::cos, x), std::cos(x));
    EXPECT_DOUBLE_EQ(run_one(igata::floor, x), std::floor(x));
    EXPECT_DOUBLE_EQ(run_one(igata::ceil, x), std::ceil(x));
    EXPECT_DOUBLE_EQ(run_one(igata::round, x), std::nearbyint(x));  // half to even
  }
  for (const double x : {0.25, 1.0, 9.0}) {
    EXPECT_DOUBLE_EQ(run_one(igata::sqrt, x), std::sqrt(x));
    EXPECT_DOUBLE_EQ(run_one(rsqrt, x), 1 / std::sqrt(x));
    EXPECT_DOUBLE_EQ(run_one(igata::log, x), std::log(x));
    EXPECT_DOUBLE_EQ(run_one(igata::log1p, x), std::log1p(x));
    EXPECT_DOUBLE_EQ(run_one(reciprocal, x), 1 / x);
  }
  EXPECT_TRUE(std::isnan(run_one(igata::exp, NAN)));
  EXPECT_TRUE(std::isnan(run_one(sign, NAN)));
}

// The same numbers in constant evaluation, where the C library is not there.
constexpr double folded(value (*f)(value, source), double x) {
  builder s(false);
  const value y = f(constant(s.get(), x, f32), {});
  return evaluate(s.get(), {})[y.id()][0];
}
constexpr bool near(double a, double b) { return math::abs(a - b) < 1e-14 * (1 + math::abs(b)); }
static_assert(near(folded(igata::exp, 1), 2.718281828459045) && near(folded(igata::exp, -30), 9.357622968840175e-14));
static_assert(near(folded(igata::log, 10), 2.302585092994046) && near(folded(igata::sqrt, 2), 1.4142135623730951));
static_assert(near(folded(igata::tanh, 0.5), 0.46211715726000976) && near(folded(igata::erf, 0.5), 0.5204998778130465));
static_assert(near(folded(igata::erf, 4), 0.9999999845827421) && near(folded(igata::sin, 1), 0.8414709848078965));
static_assert(near(folded(igata::cos, 1), 0.5403023058681398) && near(folded(igata::expm1, 1e-9), 1.0000000005e-9));
static_assert(near(folded(igata::log1p, 1e-9), 9.999999995e-10) && folded(igata::round, 2.5) == 2 && folded(igata::round, 3.5) == 4);
static_assert(folded(igata::floor, -1.5) == -2 && folded(igata::ceil, -1.5) == -1);

// Types.
constexpr text on_integers(value (*f)(value, source)) {
  return failure_of([&](builder& s) { f(s.input("x", rows({}), i32), {"model.cpp", 7}); });
}
static_assert(on_integers(igata::exp) == "exp: needs a floating type, got i32; cast(x, f32) first");
static_assert(on_integers(neg).empty() && on_integers(igata::abs).empty() && on_integers(sign).empty());

}  // namespace
