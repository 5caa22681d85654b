// Values and gradients at the edges of domains: the scalar rules and the kernels of every instruction set against a table. Its numbers are those of
// PyTorch 1.13 in double; where a row differs on purpose it says so.
#include "../graph_test.hpp"

#include <igata/igata.hpp>

using namespace testing_graphs;

namespace {

struct point {
  double y, slope;
};
constexpr double infinite = math::infinity, none = math::nan;
constexpr double places[] = {-infinite, -3, -1, -0., 0, 1, 3, 6, infinite, none};
constexpr int count = 10;

bool near_or_same(double a, double b, double tolerance) { return std::isnan(a) || std::isnan(b) ? std::isnan(a) && std::isnan(b) : a == b || std::abs(a - b) <= tolerance * (1 + std::abs(b)); }

template <auto F>
struct slopes {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({})), y = F(x);
    vec<value> by;
    by.push(x);
    const value d = gradients(reduce_sum(y), by)[0];
    s.output("y", y);
    s.output("d", d.valid() ? d : x * 0);
  }
};
template <auto F>
void expect_points(const char* name, const point (&table)[count]) {
  SCOPED_TRACE(name);
  builder s(true);
  slopes<F>{}(s);
  environment env;
  env.n = count;
  env.inputs.push(vec<double>(count));
  for (int i = 0; i < count; ++i) env.inputs[0][i] = places[i];
  const vec<double> y = run(s.get(), env, "y"), d = run(s.get(), env, "d");
  for (int i = 0; i < count; ++i) {
    EXPECT_TRUE(near_or_same(y[i], table[i].y, 1e-7)) << "at " << places[i] << ": " << y[i] << ", expected " << table[i].y;
    EXPECT_TRUE(near_or_same(d[i], table[i].slope, 1e-7)) << "slope at " << places[i] << ": " << d[i] << ", expected " << table[i].slope;
  }
  for (const isa which : compiled_isas) {
    if (!igata::detail::cpu_runs(which)) continue;
    variable_store store;
    program<slopes<F>{}, mode::training, max_batch{count}> step(store, seed{1});
    step.use(which);
    float x[count], values[count], gradient[count];
    for (int i = 0; i < count; ++i) x[i] = static_cast<float>(places[i]);
    ASSERT_TRUE(static_cast<bool>(step.run({x}, {values, gradient}, count)));
    for (int i = 0; i < count; ++i) {
      EXPECT_TRUE(near_or_same(double(values[i]), table[i].y, 2e-6)) << kernels_of(which).name << " at " << places[i] << ": " << values[i] << ", expected " << table[i].y;
      EXPECT_TRUE(near_or_same(double(gradient[i]), table[i].slope, 2e-6)) << kernels_of(which).name << " slope at " << places[i] << ": " << gradient[i] << ", expected " << table[i].slope;
    }
  }
}
#define EXPECT_POINTS(f, ...)                                                             \
  do {                                                                                    \
    constexpr point table[count] = __VA_ARGS__;                                           \
    expect_points<[](value x) constexpr { return f; }>(#f, table);                        \
  } while (false)

TEST(edges, of_one_operand) {
  EXPECT_POINTS(relu(x), {{0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {1, 1}, {3, 1}, {6, 1}, {infinite, 1}, {none, 1}});
  EXPECT_POINTS(relu6(x), {{0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {1, 1}, {3, 1}, {6, 0}, {6, 0}, {none, 1}});
  EXPECT_POINTS(clip(x, -1, 1), {{-1, 0}, {-1, 0}, {-1, 1}, {0, 1}, {0, 1}, {1, 1}, {1, 0}, {1, 0}, {1, 0}, {none, 1}});  // PyTorch: 0 at NaN
  EXPECT_POINTS(leaky_relu(x), {{-infinite, 0.01}, {-0.03, 0.01}, {-0.01, 0.01}, {0, 0.01}, {0, 0.01}, {1, 1}, {3, 1}, {6, 1}, {infinite, 1}, {none, 0.01}});
  EXPECT_POINTS(elu(x), {{-1, 0}, {-0.950212931632136, 0.049787068367863944}, {-0.6321205588285577, 0.36787944117144233}, {0, 1}, {0, 1}, {1, 1}, {3, 1}, {6, 1},
                         {infinite, 1}, {none, none}});  // PyTorch: 1 at NaN
  EXPECT_POINTS(softplus(x), {{0, 0}, {0.04858735157374206, 0.04742587317756679}, {0.31326168751822286, 0.2689414213699951}, {0.6931471805599453, 0.5},
                              {0.6931471805599453, 0.5}, {1.3132616875182228, 0.7310585786300049}, {3.048587351573742, 0.9525741268224333},
                              {6.00247568513773, 0.9975273768433652}, {infinite, 1}, {none, none}});
  EXPECT_POINTS(gelu(x), {{none, none}, {-0.00404969409489031, -0.01194564720418392}, {-0.15865525393145702, -0.08331547058768635}, {0, 0.5}, {0, 0.5},
                          {0.841344746068543, 1.0833154705876864}, {2.99595030590511, 1.011945647204184}, {5.999999994080474, 1.0000000354687093}, {infinite, none}, {none, none}});
  EXPECT_POINTS(hard_sigmoid(x), {{0, 0}, {0, 0}, {1 / 3., 1 / 6.}, {0.5, 1 / 6.}, {0.5, 1 / 6.}, {2 / 3., 1 / 6.}, {1, 0}, {1, 0}, {1, 0}, {none, 1 / 6.}});  // PyTorch: 0 at NaN
  EXPECT_POINTS(tanh(x), {{-1, 0}, {-0.9950547536867305, 0.009866037165440166}, {-0.7615941559557649, 0.41997434161402614}, {0, 1}, {0, 1},
                          {0.7615941559557649, 0.41997434161402614}, {0.9950547536867305, 0.009866037165440166}, {0.9999877116507956, 2.4576547405302974e-05}, {1, 0}, {none, none}});
  EXPECT_POINTS(igata::sqrt(x), {{none, none}, {none, none}, {none, none}, {0, -infinite}, {0, infinite}, {1, 0.5}, {1.7320508075688772, 0.2886751345948129},
                                 {2.449489742783178, 0.20412414523193154}, {infinite, 0}, {none, none}});
  EXPECT_POINTS(reciprocal(x), {{0, 0}, {-1 / 3., -1 / 9.}, {-1, -1}, {-infinite, -infinite}, {infinite, -infinite}, {1, -1}, {1 / 3., -1 / 9.}, {1 / 6., -1 / 36.}, {0, 0}, {none, none}});
}
// Ties: the first operand has the whole gradient, whichever of the two is a number. NaN: the gradient passes, to the first of two. (PyTorch: at ties
// half to each of two tensors, at NaN all to both.)
TEST(edges, ties_with_a_number) {
  EXPECT_POINTS(maximum(1, x), {{1, 0}, {1, 0}, {1, 0}, {1, 0}, {1, 0}, {1, 0}, {3, 1}, {6, 1}, {infinite, 1}, {none, 1}});
  EXPECT_POINTS(maximum(x, 1), {{1, 0}, {1, 0}, {1, 0}, {1, 0}, {1, 0}, {1, 1}, {3, 1}, {6, 1}, {infinite, 1}, {none, 1}});
  EXPECT_POINTS(minimum(1, x), {{-infinite, 1}, {-3, 1}, {-1, 1}, {0, 1}, {0, 1}, {1, 0}, {1, 0}, {1, 0}, {1, 0}, {none, 1}});
  EXPECT_POINTS(minimum(x, 1), {{-infinite, 1}, {-3, 1}, {-1, 1}, {0, 1}, {0, 1}, {1, 1}, {1, 0}, {1, 0}, {1, 0}, {none, 1}});
}

struct two_slopes {
  double a, b;
};
template <class F>
two_slopes slopes_of_two(F f, double a, double b) {
  builder s(true);
  vec<value> by;
  by.push(s.input("a", {}));
  by.push(s.input("b", {}));
  const vec<value> d = gradients(f(by[0], by[1]), by);
  environment env;
  env.inputs.push(numbers({a}));
  env.inputs.push(numbers({b}));
  const auto values = evaluate(s.get(), env);
  return {values[d[0].id()][0], values[d[1].id()][0]};
}
TEST(edges, ties_of_two_operands) {
  for (const auto f : {maximum, minimum}) {
    for (const double x : {-infinite, -1., 0., 1., infinite}) {
      const two_slopes tie = slopes_of_two(f, x, x);
      EXPECT_TRUE(tie.a == 1 && tie.b == 0) << x;
    }
    const two_slopes nan = slopes_of_two(f, none, 1), other = slopes_of_two(f, 1, none);
    EXPECT_TRUE(nan.a == 1 && nan.b == 0 && other.a == 1 && other.b == 0);
  }
  const two_slopes up = slopes_of_two(maximum, 1, 2), down = slopes_of_two(minimum, 1, 2);
  EXPECT_TRUE(up.a == 0 && up.b == 1 && down.a == 1 && down.b == 0);
}

struct power {
  double a, b, y, by_a, by_b;
};
constexpr power powers[] = {
    {0, 0, 1, 0, 0},         {0, 0.5, 0, infinite, 0}, {0, 1, 0, 1, 0},         {0, 2, 0, 0, 0},
    {0, -1, infinite, -infinite, -infinite},           {1, 0, 1, 0, 0},         {1, 2, 1, 2, 0},
    {-1, 0, 1, 0, none},     {-1, 0.5, none, none, none},                       {-1, 2, 1, -2, none},
    {2, 0, 1, 0, 0.6931471805599453},                  {2, -1, 0.5, -0.25, 0.34657359027997264},
    {2, 0.5, 1.4142135623730951, 0.3535533905932738, 0.9802581434685472}};
constexpr int power_count = sizeof powers / sizeof powers[0];
struct power_slopes {
  constexpr void operator()(builder& s) const {
    vec<value> by;
    by.push(s.input("a", rows({})));
    by.push(s.input("b", rows({})));
    const value y = pow(by[0], by[1]);
    const vec<value> d = gradients(reduce_sum(y), by);
    s.output("y", y);
    s.output("by a", d[0]);
    s.output("by b", d[1]);
  }
};
TEST(edges, pow) {
  for (const power& p : powers) {
    const two_slopes d = slopes_of_two([](value a, value b) { return pow(a, b); }, p.a, p.b);
    EXPECT_TRUE(near_or_same(d.a, p.by_a, 1e-9)) << p.a << " ^ " << p.b << " by the base: " << d.a;
    EXPECT_TRUE(near_or_same(d.b, p.by_b, 1e-9)) << p.a << " ^ " << p.b << " by the exponent: " << d.b;
  }
  for (const isa which : compiled_isas) {
    if (!igata::detail::cpu_runs(which)) continue;
    variable_store store;
    program<power_slopes{}, mode::training, max_batch{power_count}> step(store, seed{1});
    step.use(which);
    float a[power_count], b[power_count], y[power_count], by_a[power_count], by_b[power_count];
    for (int i = 0; i < power_count; ++i) a[i] = static_cast<float>(powers[i].a), b[i] = static_cast<float>(powers[i].b);
    ASSERT_TRUE(static_cast<bool>(step.run({a, b}, {y, by_a, by_b}, power_count)));
    for (int i = 0; i < power_count; ++i) {
      const power& p = powers[i];
      EXPECT_TRUE(near_or_same(double(y[i]), p.y, 1e-6) && near_or_same(double(by_a[i]), p.by_a, 1e-6) && near_or_same(double(by_b[i]), p.by_b, 1e-6))
          << kernels_of(which).name << ' ' << p.a << " ^ " << p.b << ": " << y[i] << ' ' << by_a[i] << ' ' << by_b[i];
    }
  }
}
// Literal exponents, 0 among them; and second derivatives at base 0 are numbers.
constexpr double slope_of_square_at(double x, double exponent) {
  builder s(true);
  vec<value> by;
  by.push(s.input("x", {}));
  const value d = gradients(pow(by[0], exponent) + by[0], by)[0];
  environment env;
  env.inputs.push(vec<double>(1, x));
  return evaluate(s.get(), env)[d.id()][0];
}
static_assert(slope_of_square_at(0, 2) == 1 && slope_of_square_at(0, 0) == 1 && slope_of_square_at(3, 2) == 7);
TEST(edges, second_derivative_of_pow_at_base_0) {
  builder s(true);
  vec<value> by;
  by.push(s.input("a", {}));
  by.push(s.input("b", {}));
  const vec<value> d = gradients(pow(by[0], by[1]), by);
  const vec<value> second = gradients(d[0] * 1 + d[1], by);
  environment env;
  env.inputs.push(numbers({0}));
  env.inputs.push(numbers({3}));
  const auto values = evaluate(s.get(), env);
  EXPECT_EQ(values[second[1].id()][0], 0);
}
// A power with a trained exponent of what relu leaves: one step of gradient descent moves it by the elements above 0 alone.
TEST(edges, trained_exponent_over_relu) {
  const two_slopes d = slopes_of_two([](value a, value b) { return pow(relu(a), b); }, -2, 2.5);
  EXPECT_EQ(d.a, 0);
  EXPECT_EQ(d.b, 0);
}
TEST(edges, gelu_of_the_largest_numbers) {
  for (const isa which : compiled_isas) {
    if (!igata::detail::cpu_runs(which)) continue;
    variable_store store;
    program<slopes<[](value x) constexpr { return gelu(x) + 0 * gelu(x, {.approximate = true}); }>{}, mode::training, max_batch{4}> step(store, seed{1});
    step.use(which);
    float x[] = {1.8e38f}, y[1], d[1];
    ASSERT_TRUE(static_cast<bool>(step.run({x}, {y, d}, 1)));
    EXPECT_EQ(y[0], x[0]);
  }
}

}  // namespace
