// Values and gradients at the edges of domains: the scalar rules and the kernels of every instruction set against tables. The numbers are those of
// PyTorch 1.13 in double; where an entry differs on purpose it says so.
#include <limits>

#include "../graph_test.hpp"
#include "../isa_name.hpp"

#include <igata/igata.hpp>

using namespace testing_graphs;

namespace {

constexpr double infinite = math::infinity, none = math::nan, most = std::numeric_limits<float>::max(), tiny = static_cast<double>(1e-40f);
constexpr int count = 13;

bool same(double got, double expected, double tolerance) {
  if (std::isnan(expected) || std::isinf(expected)) return std::isnan(expected) ? std::isnan(got) : got == expected;
  const double size = std::abs(expected);
  return std::abs(got - expected) <= (size > 0 && size < 1e-30 ? 1e-4 * size : tolerance * (1 + size));  // subnormals are kept
}
constexpr float rounded(double x) {
  return x > most ? static_cast<float>(infinite) : x < -most ? static_cast<float>(-infinite) : static_cast<float>(x);
}
// Runs a program with the oracle and with the kernels of every instruction set; expect(got(output, i), tolerance, in f32).
template <auto Program, int Rows>
struct runs {
  std::vector<std::vector<double>> inputs;
  int outputs, columns;  // results; numbers in each, at most
  std::vector<int> index = {};  // an input more, i32
  bool flush = false;           // subnormal numbers to zero; kernels only
  template <class F>
  void operator()(F expect) const {
    if (!flush) {
      SCOPED_TRACE("oracle");
      builder s(true);
      Program(s);
      ASSERT_EQ(std::string(s.get().failure.view()), "");
      environment env;
      env.n = Rows;
      for (const auto& x : inputs) {
        env.inputs.push(vec<double>());
        for (const double v : x) env.inputs.back().push(v);
      }
      if (!index.empty()) env.inputs.push(vec<double>(1, index[0]));
      const auto values = evaluate(s.get(), env);
      expect([&](int output, int i) { return values[s.get().outputs[output].id][i]; }, 1e-7, false);
    }
    for (const isa which : compiled_isas) {
      if (!igata::detail::cpu_runs(which)) continue;
      SCOPED_TRACE(isa_name(which));
      variable_store store;
      program<Program, mode::training, max_batch{Rows}> step(store, seed{1});
      step.use(which);
      std::vector<std::vector<float>> x, y(static_cast<std::size_t>(outputs), std::vector<float>(static_cast<std::size_t>(columns)));
      std::vector<const void*> in;
      std::vector<void*> out;
      for (const auto& v : inputs) x.emplace_back(v.begin(), v.end());
      for (const auto& v : x) in.push_back(v.data());
      in.push_back(index.data());
      for (auto& v : y) out.push_back(v.data());
      {
        const igata::detail::float_control_scope control(igata::detail::read_float_control() | (flush ? igata::detail::float_flushes : 0));
        ASSERT_TRUE(static_cast<bool>(step.run_unchecked(in.data(), out.data(), Rows)));
      }
      expect([&](int output, int i) { return static_cast<double>(y[static_cast<std::size_t>(output)][static_cast<std::size_t>(i)]); }, 2e-6, true);
    }
  }
};

// ---- one operand ----
constexpr double places[count] = {-infinite, -most, -1, -tiny, -0., 0, tiny, 1, 3, 6, most, infinite, none};
struct one_operand {
  const char* name;
  value (*f)(value);
  double y[count], slope[count];
};
#define POINTS(f, ...) {#f, [](value x) { return f; }, __VA_ARGS__},
constexpr one_operand of_one[] = {
  POINTS(relu(x), {0, 0, 0, 0, 0, 0, tiny, 1, 3, 6, most, infinite, none}, {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1})
  POINTS(relu6(x), {0, 0, 0, 0, 0, 0, tiny, 1, 3, 6, 6, 6, none}, {0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1})
  POINTS(clip(x, -1, 1), {-1, -1, -1, -tiny, 0, 0, tiny, 1, 1, 1, 1, 1, none}, {0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1})  // PyTorch: 0 at NaN
  POINTS(leaky_relu(x), {-infinite, -3.40282347e+36, -0.01, -9.9999461e-43, 0, 0, tiny, 1, 3, 6, most, infinite, none}, {0.01, 0.01, 0.01, 0.01,
         0.01, 0.01, 1, 1, 1, 1, 1, 1, 0.01})
  POINTS(elu(x), {-1, -1, -0.632120559, 0, 0, 0, tiny, 1, 3, 6, most, infinite, none},
         {0, 0, 0.367879441, 1, 1, 1, 1, 1, 1, 1, 1, 1, none})  // PyTorch: 1 at NaN
  POINTS(selu(x), {-1.75809934, -1.75809934, -1.11133074, 0, 0, 0, 1.05069532e-40, 1.05070099, 3.15210296, 6.30420592, 3.57534998e+38, infinite,
         none}, {0, 0, 0.646768603, 1.75809934, 1.75809934, 1.75809934, 1.05070099, 1.05070099, 1.05070099, 1.05070099, 1.05070099, 1.05070099,
         none})  // PyTorch: 1.05 at NaN
  POINTS(gelu(x), {none, 0, -0.158655254, -4.99997305e-41, 0, 0, 4.99997305e-41, 0.841344746, 2.99595031, 5.99999999, most, infinite, none}, {none,
         0, -0.0833154706, 0.5, 0.5, 0.5, 0.5, 1.08331547, 1.01194565, 1.00000004, 1, none, none})
  POINTS(gelu(x, {.approximate = true}), {none, 0, -0.158808009, -4.99997305e-41, 0, 0, 4.99997305e-41, 0.841191991, 2.99636261, 6, most, infinite,
         none}, {none, 0, -0.0829640838, 0.5, 0.5, 0.5, 0.5, 1.08296408, 1.01158417, 1, 1, none, none})
  POINTS(silu(x), {none, 0, -0.268941421, -4.99997305e-41, 0, 0, 4.99997305e-41, 0.731058579, 2.85772238, 5.98516426, most, infinite, none}, {none,
         0, 0.0723294881, 0.5, 0.5, 0.5, 0.5, 0.927670512, 1.08810411, 1.01232643, 1, none, none})
  POINTS(softplus(x), {0, 0, 0.313261688, 0.693147181, 0.693147181, 0.693147181, 0.693147181, 1.31326169, 3.04858735, 6.00247569, most, infinite,
         none}, {0, 0, 0.268941421, 0.5, 0.5, 0.5, 0.5, 0.731058579, 0.952574127, 0.997527377, 1, 1, none})
  POINTS(hard_sigmoid(x), {0, 0, 0.333333333, 0.5, 0.5, 0.5, 0.5, 0.666666667, 1, 1, 1, 1, none}, {0, 0, 0.166666672, 0.166666672, 0.166666672,
         0.166666672, 0.166666672, 0.166666672, 0, 0, 0, 0, 0.166666667})  // PyTorch: 0 at NaN
  POINTS(hard_swish(x), {none, 0, -0.333333333, -4.99997305e-41, 0, 0, 4.99997305e-41, 0.666666667, 3, 6, most, infinite, none}, {0, 0, 0.166666667,
         0.5, 0.5, 0.5, 0.5, 0.833333333, 1, 1, 1, 1, none})  // PyTorch: slope 1.5 at 3, 1 at NaN
  POINTS(abs(x), {infinite, most, 1, tiny, 0, 0, tiny, 1, 3, 6, most, infinite, none},
         {-1, -1, -1, -1, 0, 0, 1, 1, 1, 1, 1, 1, none})  // PyTorch: 0 at NaN
  POINTS(sign(x), {-1, -1, -1, -1, 0, 0, 1, 1, 1, 1, 1, 1, none}, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})  // PyTorch: 0 at NaN
  POINTS(neg(x), {infinite, most, 1, tiny, 0, 0, -tiny, -1, -3, -6, -most, -infinite, none}, {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1})
  POINTS(reciprocal(x), {0, -2.93873605e-39, -1, -1.00000539e+40, -infinite, infinite, 1.00000539e+40, 1, 0.333333333, 0.166666667, 2.93873605e-39,
         0, none}, {0, -8.63616958e-78, -1, -1.00001078e+80, -infinite, -infinite, -1.00001078e+80, -1, -0.111111111, -0.0277777778,
         -8.63616958e-78, 0, none})
  POINTS(igata::sqrt(x), {none, none, none, none, 0, 0, 9.99997305e-21, 1, 1.73205081, 2.44948974, 1.84467435e+19, infinite, none}, {none, none,
         none, none, -infinite, infinite, 5.00001347e+19, 0.5, 0.288675135, 0.204124145, 2.71050551e-20, 0, none})
  POINTS(rsqrt(x), {none, none, none, none, -infinite, infinite, 1.00000269e+20, 1, 0.577350269, 0.40824829, 5.42101102e-20, 0, none}, {none, none,
         none, none, infinite, -infinite, -5.00004042e+59, -0.5, -0.0962250449, -0.0340206909, -7.96546027e-59, 0, none})
  POINTS(exp(x), {0, 0, 0.367879441, 1, 1, 1, 1, 2.71828183, 20.0855369, 403.428793, infinite, infinite, none}, {0, 0, 0.367879441, 1, 1, 1, 1,
         2.71828183, 20.0855369, 403.428793, infinite, infinite, none})
  POINTS(expm1(x), {-1, -1, -0.632120559, -tiny, 0, 0, tiny, 1.71828183, 19.0855369, 402.428793, infinite, infinite, none}, {0, 0, 0.367879441, 1,
         1, 1, 1, 2.71828183, 20.0855369, 403.428793, infinite, infinite, none})
  POINTS(log(x), {none, none, none, none, -infinite, -infinite, -92.1034091, 0, 1.09861229, 1.79175947, 88.7228391, infinite, none}, {0,
         -2.93873605e-39, -1, -1.00000539e+40, -infinite, infinite, 1.00000539e+40, 1, 0.333333333, 0.166666667, 2.93873605e-39, 0, none})
  POINTS(log1p(x), {none, none, -infinite, -tiny, 0, 0, tiny, 0.693147181, 1.38629436, 1.94591015, 88.7228391, infinite, none}, {0, -2.93873605e-39,
         infinite, 1, 1, 1, 1, 0.5, 0.25, 0.142857143, 2.93873605e-39, 0, none})
  POINTS(tanh(x), {-1, -1, -0.761594156, -tiny, 0, 0, tiny, 0.761594156, 0.995054754, 0.999987712, 1, 1, none}, {0, 0, 0.419974342, 1, 1, 1, 1,
         0.419974342, 0.00986603717, 2.45765474e-05, 0, 0, none})
  POINTS(sigmoid(x), {0, 0, 0.268941421, 0.5, 0.5, 0.5, 0.5, 0.731058579, 0.952574127, 0.997527377, 1, 1, none}, {0, 0, 0.196611933, 0.25, 0.25,
         0.25, 0.25, 0.196611933, 0.0451766597, 0.00246650929, 0, 0, none})
  POINTS(erf(x), {-1, -1, -0.842700793, -1.12837309e-40, 0, 0, 1.12837309e-40, 0.842700793, 0.99997791, 1, 1, 1, none}, {0, 0, 0.415107497,
         1.12837917, 1.12837917, 1.12837917, 1.12837917, 0.415107497, 0.000139253052, 2.61730124e-16, 0, 0, none})
  POINTS(round(x), {-infinite, -most, -1, 0, 0, 0, 0, 1, 3, 6, most, infinite, none}, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
  // Ties: the first operand has the whole gradient, whichever of the two is a number. (PyTorch: half each.)
  POINTS(maximum(1, x), {1, 1, 1, 1, 1, 1, 1, 1, 3, 6, most, infinite, none}, {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1})
  POINTS(maximum(x, 1), {1, 1, 1, 1, 1, 1, 1, 1, 3, 6, most, infinite, none}, {0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1})
  POINTS(minimum(1, x), {-infinite, -most, -1, -tiny, 0, 0, tiny, 1, 1, 1, 1, 1, none}, {1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1})
  POINTS(minimum(x, 1), {-infinite, -most, -1, -tiny, 0, 0, tiny, 1, 1, 1, 1, 1, none}, {1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1})
};
#undef POINTS
constexpr int functions = sizeof of_one / sizeof of_one[0];
struct slopes_of_one {
  constexpr void operator()(builder& s) const {
    vec<value> by;
    by.push(s.input("x", rows({})));
    for (int i = 0; i < functions; ++i) {
      const value y = of_one[i].f(by[0]), d = gradients(reduce_sum(y), by)[0];
      s.output((text() << 'y' << i).view(), y);
      s.output((text() << 'd' << i).view(), d.valid() ? d : cast(by[0] < by[0], f32));
    }
  }
};
TEST(edges, of_one_operand) {
  runs<slopes_of_one{}, count>{{{places, places + count}}, 2 * functions, count}([](auto got, double tolerance, bool in_f32) {
    for (int f = 0; f < functions; ++f)
      for (int i = 0; i < count; ++i)
        for (const bool slope : {false, true}) {
          const double expected = slope ? of_one[f].slope[i] : of_one[f].y[i], result = got(2 * f + slope, i);
          EXPECT_TRUE(same(result, in_f32 ? static_cast<double>(rounded(expected)) : expected, tolerance))
              << of_one[f].name << (slope ? " slope" : "") << " at " << places[i] << ": " << result << ", expected " << expected;
        }
  });
}

// A thread that flushes subnormal numbers has zeros in their place, and nothing else changes.
TEST(edges, of_one_operand_without_subnormals) {
  if (igata::detail::float_flushes == 0) GTEST_SKIP() << "this machine cannot";
  runs<slopes_of_one{}, count>{{{places, places + count}}, 2 * functions, count, {}, true}([](auto got, double tolerance, bool) {
    for (int f = 0; f < functions; ++f)
      for (int i = 0; i < count; ++i)
        for (const bool slope : {false, true}) {
          const int as = places[i] == -tiny ? 4 : places[i] == tiny ? 5 : i;
          const double expected = slope ? of_one[f].slope[as] : of_one[f].y[as], result = got(2 * f + slope, i), least = 0x1p-126;
          EXPECT_TRUE(same(result, static_cast<double>(rounded(expected)), tolerance) || (std::abs(expected) < least && std::abs(result) < least))
              << of_one[f].name << (slope ? " slope" : "") << " at " << places[i] << ": " << result << ", expected " << expected;
        }
  });
}

// ---- two operands ----
struct power {
  double a, b, y, by_a, by_b;
};
constexpr power powers[count] = {
    {0, 0, 1, 0, 0},         {0, 0.5, 0, infinite, 0}, {0, 1, 0, 1, 0},         {0, 2, 0, 0, 0},
    {0, -1, infinite, -infinite, -infinite},           {1, 0, 1, 0, 0},         {1, 2, 1, 2, 0},
    {-1, 0, 1, 0, none},     {-1, 0.5, none, none, none},                       {-1, 2, 1, -2, none},
    {2, 0, 1, 0, 0.6931471805599453},                  {2, -1, 0.5, -0.25, 0.34657359027997264},
    {2, 0.5, 1.4142135623730951, 0.3535533905932738, 0.9802581434685472}};
constexpr power quotients[count] = {{0, 0, none, infinite, none},
                                    {0, -0., none, -infinite, none},
                                    {1, 0, infinite, infinite, -infinite},
                                    {0, 2, 0, 0.5, 0},
                                    {-1, 0, -infinite, infinite, infinite},
                                    {infinite, infinite, none, 0, none},
                                    {infinite, 2, infinite, 0.5, -infinite},
                                    {2, infinite, 0, 0, 0},
                                    {-infinite, 2, -infinite, 0.5, infinite},
                                    {1, tiny, 1.00000539e+40, 1.00000539e+40, -1.00001078e+80},
                                    {tiny, 2, 4.99997305e-41, 0.5, -2.49998653e-41},
                                    {none, 1, none, 1, none},
                                    {1, none, none, none, none}};
struct slopes_of_two {
  constexpr void operator()(builder& s) const {
    const value p = s.input("p", rows({})), q = s.input("q", rows({})), a = s.input("a", rows({})), b = s.input("b", rows({}));
    const auto slopes = [&](std::string_view name, value y, value first, value second) {
      vec<value> by;
      by.push(first);
      by.push(second);
      const vec<value> d = gradients(reduce_sum(y), by);
      s.output(name, y);
      s.output((text() << name << " by the first").view(), d[0]);
      s.output((text() << name << " by the second").view(), d[1]);
    };
    slopes("pow", pow(a, b), a, b);
    slopes("div", p / q, p, q);
    slopes("maximum", maximum(p, q), p, q);
    slopes("minimum", minimum(p, q), p, q);
    slopes("select", select(p < q, p, q), p, q);
  }
};
TEST(edges, of_two_operands) {
  std::vector<double> p(count), q(count), a(count), b(count);
  for (std::size_t i = 0; i < count; ++i) p[i] = quotients[i].a, q[i] = quotients[i].b, a[i] = powers[i].a, b[i] = powers[i].b;
  runs<slopes_of_two{}, count>{{p, q, a, b}, 15, count}([](auto got, double tolerance, bool in_f32) {
    for (int i = 0; i < count; ++i) {
      const double x = quotients[i].a, y = quotients[i].b;
      const bool nan = std::isnan(x) || std::isnan(y);  // the gradient goes to the first, as at ties
      const power of[] = {powers[i],
                          quotients[i],
                          {x, y, nan ? none : std::fmax(x, y), double(!(x < y)), double(x < y)},
                          {x, y, nan ? none : std::fmin(x, y), double(!(x > y)), double(x > y)},
                          {x, y, x < y ? x : y, double(x < y), double(!(x < y))}};
      for (int f = 0; f < 5; ++f) {
        const double expected[] = {of[f].y, of[f].by_a, of[f].by_b};
        for (int k = 0; k < 3; ++k)
          EXPECT_TRUE(same(got(3 * f + k, i), in_f32 ? static_cast<double>(rounded(expected[k])) : expected[k], tolerance))
              << "pow, div, maximum, minimum, select: " << f << ", result " << k << " of " << of[f].a << ' ' << of[f].b << ": " << got(3 * f + k, i)
              << ", expected " << expected[k];
      }
    }
  });
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
  builder s(true);
  vec<value> by;
  by.push(s.input("a", {}));
  by.push(s.input("b", {}));
  const vec<value> d = gradients(pow(relu(by[0]), by[1]), by);
  environment env;
  env.inputs.push(numbers({-2}));
  env.inputs.push(numbers({2.5}));
  const auto values = evaluate(s.get(), env);
  EXPECT_EQ(values[d[0].id()][0], 0);
  EXPECT_EQ(values[d[1].id()][0], 0);
}

// ---- rows: losses, softmax, reductions, pooling ----
constexpr int cases = 10;
constexpr double logits[cases][3] = {{1, 2, 3}, {2, 2, 2}, {infinite, 0, 1}, {-infinite, 0, 1}, {-infinite, -infinite, -infinite}, {1e38, -1e38, 0},
                                     {none, 0, 1}, {1, 0, -1}, {0, 3, -0.5}, {tiny, -tiny, 0}};
constexpr double targets[cases][3] = {{0, 1, 0}, {1, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 0, 1}, {0, 1, 0}, {0, 0, 0}, {1, 0, 0}, {0, 1, 0}};
constexpr int classes[cases] = {1, 0, 0, 1, 2, 2, 1, 0, 0, 1};
struct of_row {
  const char* name;
  value (*f)(value z, value t, value c);
  double results[cases][4];  // the result, its gradient by z
};
#define ROWS(f, ...) {#f, []([[maybe_unused]] value z, [[maybe_unused]] value t, [[maybe_unused]] value c) { return f; }, __VA_ARGS__},
constexpr of_row of_rows[] = {
  ROWS(loss::mse{}(z, t), {{3.66666667, 0.666666667, 0.666666667, 2}, {3, 0.666666667, 1.33333333, 1.33333333}, {infinite, infinite, 0,
       0.666666667}, {infinite, -infinite, -0.666666667, 0.666666667}, {infinite, -infinite, -infinite, -infinite}, {6.66666624e+75, 6.66666645e+37,
       -6.66666645e+37, -0.666666667}, {none, none, -0.666666667, 0.666666667}, {0.666666667, 0.666666667, 0, -0.666666667}, {3.41666667,
       -0.666666667, 2, -0.333333333}, {0.333333333, 6.66663073e-41, -0.666666667, 0}})
  ROWS(loss::mae{}(z, t), {{1.66666667, 0.333333333, 0.333333333, 0.333333333}, {1.66666667, 0.333333333, 0.333333333, 0.333333333}, {infinite,
       0.333333333, 0, 0.333333333}, {infinite, -0.333333333, -0.333333333, 0.333333333}, {infinite, -0.333333333, -0.333333333, -0.333333333},
       {6.66666645e+37, 0.333333333, -0.333333333, -0.333333333}, {none, none, -0.333333333, 0.333333333}, {0.666666667, 0.333333333, 0,
       -0.333333333}, {1.5, -0.333333333, 0.333333333, -0.333333333}, {0.333333333, 0.333333333, -0.333333333, 0}})  // PyTorch: slope 0 at NaN
  ROWS(loss::huber{}(z, t), {{1.16666667, 0.333333333, 0.333333333, 0.333333333}, {1.16666667, 0.333333333, 0.333333333, 0.333333333}, {infinite,
       0.333333333, 0, 0.333333333}, {infinite, -0.333333333, -0.333333333, 0.333333333}, {infinite, -0.333333333, -0.333333333, -0.333333333},
       {6.66666645e+37, 0.333333333, -0.333333333, -0.333333333}, {none, none, -0.333333333, 0.333333333}, {0.333333333, 0.333333333, 0,
       -0.333333333}, {1.04166667, -0.333333333, 0.333333333, -0.166666667}, {0.166666667, 3.33331537e-41, -0.333333333, 0}})
  ROWS(loss::huber{.delta = 0.5}(z, t), {{0.708333333, 0.166666667, 0.166666667, 0.166666667}, {0.708333333, 0.166666667, 0.166666667, 0.166666667},
       {infinite, 0.166666667, 0, 0.166666667}, {infinite, -0.166666667, -0.166666667, 0.166666667}, {infinite, -0.166666667, -0.166666667,
       -0.166666667}, {3.33333323e+37, 0.166666667, -0.166666667, -0.166666667}, {none, none, -0.166666667, 0.166666667}, {0.25, 0.166666667, 0,
       -0.166666667}, {0.625, -0.166666667, 0.166666667, -0.166666667}, {0.125, 3.33331537e-41, -0.166666667, 0}})
  ROWS(loss::binary_cross_entropy{}(z, t), {{1.49625902, 0.243686193, -0.0397343073, 0.317524709}, {1.46026134, -0.0397343073, 0.293599026,
       0.293599026}, {none, 0, 0.166666667, 0.243686193}, {none, 0, -0.166666667, 0.243686193}, {none, 0, 0, -0.333333333}, {3.33333323e+37,
       0.333333333, 0, -0.166666667}, {none, none, -0.166666667, 0.243686193}, {0.773223519, 0.243686193, 0.166666667, 0.0896471405}, {1.40527051,
       -0.166666667, 0.317524709, 0.12584689}, {0.693147181, 0.166666667, -0.166666667, 0.166666667}})
  ROWS(loss::softmax_cross_entropy{}(z, c), {{1.40760596, 0.0900305732, -0.755271529, 0.665240956}, {1.09861229, -0.666666667, 0.333333333,
       0.333333333}, {none, none, none, none}, {1.31326169, 0, -0.731058579, 0.731058579}, {none, none, none, none}, {1e38, 1, 0, -1}, {none, none,
       none, none}, {0.407605964, -0.334759044, 0.244728471, 0.0900305732}, {3.07694664, -0.953900199, 0.925939256, 0.0279609427}, {1.09861229,
       0.333333333, -0.666666667, 0.333333333}})
  ROWS(loss::softmax_cross_entropy{}(z, t), {{1.40760596, 0.0900305732, -0.755271529, 0.665240956}, {1.09861229, -0.666666667, 0.333333333,
       0.333333333}, {none, none, none, none}, {none, 0, -0.731058579, 0.731058579}, {none, none, none, none}, {1e38, 1, 0, -1}, {none, none, none,
       none}, {0, 0, 0, 0}, {3.07694664, -0.953900199, 0.925939256, 0.0279609427}, {1.09861229, 0.333333333, -0.666666667, 0.333333333}})
  ROWS(loss::softmax_cross_entropy{.label_smoothing = 0.1}(z, c), {{1.40760596, 0.0566972398, -0.688604862, 0.631907622}, {1.09861229, -0.6, 0.3,
       0.3}, {none, none, none, none}, {infinite, -0.0333333333, -0.664391912, 0.697725245}, {none, none, none, none}, {1e38, 0.966666667,
       -0.0333333333, -0.933333333}, {none, none, none, none}, {0.507605964, -0.268092378, 0.211395138, 0.0566972398}, {2.99361331, -0.887233532,
       0.892605923, -0.00537239059}, {1.09861229, 0.3, -0.6, 0.3}})
  ROWS(loss::kl_divergence{}(z, t), {{1.40760596, 0.0900305732, -0.755271529, 0.665240956}, {1.09861229, -0.666666667, 0.333333333, 0.333333333},
       {none, none, none, none}, {none, 0, -0.731058579, 0.731058579}, {none, none, none, none}, {1e38, 1, 0, -1}, {none, none, none, none}, {0, 0,
       0, 0}, {3.07694664, -0.953900199, 0.925939256, 0.0279609427}, {1.09861229, 0.333333333, -0.666666667, 0.333333333}})
  ROWS(slice(softmax(z), 1, 2, 3), {{0.665240956, -0.0598920245, -0.162803402, 0.222695427}, {0.333333333, -0.111111111, -0.111111111, 0.222222222},
       {none, none, none, none}, {0.731058579, 0, -0.196611933, 0.196611933}, {none, none, none, none}, {0, 0, 0, 0}, {none, none, none, none},
       {0.0900305732, -0.0598920245, -0.0220330445, 0.0819250691}, {0.0279609427, -0.0012889939, -0.0258901345, 0.0271791284}, {0.333333333,
       -0.111111111, -0.111111111, 0.222222222}})
  ROWS(slice(log_softmax(z), 1, 2, 3), {{-0.407605964, -0.0900305732, -0.244728471, 0.334759044}, {-1.09861229, -0.333333333, -0.333333333,
       0.666666667}, {none, none, none, none}, {-0.313261688, 0, -0.268941421, 0.268941421}, {none, none, none, none}, {-1e38, -1, 0, 1}, {none,
       none, none, none}, {-2.40760596, -0.665240956, -0.244728471, 0.909969427}, {-3.57694664, -0.0460998011, -0.925939256, 0.972039057},
       {-1.09861229, -0.333333333, -0.333333333, 0.666666667}})
  ROWS(reduce_max(z, 1), {{3, 0, 0, 1}, {2, 0.333333333, 0.333333333, 0.333333333}, {infinite, 1, 0, 0}, {1, 0, 0, 1}, {-infinite, 0.333333333,
       0.333333333, 0.333333333}, {1e38, 1, 0, 0}, {none, none, none, none}, {1, 1, 0, 0}, {3, 0, 1, 0}, {tiny, 1, 0, 0}})
  ROWS(reduce_min(z, 1), {{1, 1, 0, 0}, {2, 0.333333333, 0.333333333, 0.333333333}, {0, 0, 1, 0}, {-infinite, 1, 0, 0}, {-infinite, 0.333333333,
       0.333333333, 0.333333333}, {-1e38, 0, 1, 0}, {none, none, none, none}, {-1, 0, 0, 1}, {-0.5, 0, 0, 1}, {-tiny, 0, 1, 0}})
  ROWS(max_pool2d(reshape(z, {1, 3, 1}), {.size = {1, 3}}), {{3, 0, 0, 1}, {2, 1, 0, 0}, {infinite, 1, 0, 0}, {1, 0, 0, 1}, {-infinite, 1, 0, 0},
       {1e38, 1, 0, 0}, {none, 1, 0, 0}, {1, 1, 0, 0}, {3, 0, 1, 0}, {tiny, 1, 0, 0}})
  ROWS(avg_pool2d(reshape(z, {1, 3, 1}), {.size = {1, 3}}), {{2, 0.333333333, 0.333333333, 0.333333333}, {2, 0.333333333, 0.333333333, 0.333333333},
       {infinite, 0.333333333, 0.333333333, 0.333333333}, {-infinite, 0.333333333, 0.333333333, 0.333333333}, {-infinite, 0.333333333, 0.333333333,
       0.333333333}, {0, 0.333333333, 0.333333333, 0.333333333}, {none, 0.333333333, 0.333333333, 0.333333333}, {0, 0.333333333, 0.333333333,
       0.333333333}, {0.833333333, 0.333333333, 0.333333333, 0.333333333}, {0, 0.333333333, 0.333333333, 0.333333333}})
  ROWS(reduce_mean(z, 1), {{2, 0.333333333, 0.333333333, 0.333333333}, {2, 0.333333333, 0.333333333, 0.333333333}, {infinite, 0.333333333,
       0.333333333, 0.333333333}, {-infinite, 0.333333333, 0.333333333, 0.333333333}, {-infinite, 0.333333333, 0.333333333, 0.333333333}, {0,
       0.333333333, 0.333333333, 0.333333333}, {none, 0.333333333, 0.333333333, 0.333333333}, {0, 0.333333333, 0.333333333, 0.333333333},
       {0.833333333, 0.333333333, 0.333333333, 0.333333333}, {0, 0.333333333, 0.333333333, 0.333333333}})
};
#undef ROWS
constexpr int row_functions = sizeof of_rows / sizeof of_rows[0];
struct slopes_of_rows {
  constexpr void operator()(builder& s) const {
    vec<value> by;
    by.push(s.input("z", rows({3})));
    const value t = s.input("t", rows({3})), c = s.input("c", rows({}), i32, 3);
    for (int i = 0; i < row_functions; ++i) {
      const value y = of_rows[i].f(by[0], t, c);
      s.output((text() << 'y' << i).view(), y);
      s.output((text() << 'd' << i).view(), gradients(reduce_sum(y), by)[0]);
    }
  }
};
TEST(edges, of_rows) {
  for (int row = 0; row < cases; ++row) {
    runs<slopes_of_rows{}, 1>{{{logits[row], logits[row] + 3}, {targets[row], targets[row] + 3}}, 2 * row_functions, 3, {classes[row]}}(
        [&](auto got, double tolerance, bool in_f32) {
          for (int f = 0; f < row_functions; ++f)
            for (int k = 0; k < 4; ++k) {
              const double expected = of_rows[f].results[row][k], result = k == 0 ? got(2 * f, 0) : got(2 * f + 1, k - 1);
              EXPECT_TRUE(same(result, in_f32 ? static_cast<double>(rounded(expected)) : expected, tolerance))
                  << of_rows[f].name << ", row " << row << (k == 0 ? "" : ", slope ") << k << ": " << result << ", expected " << expected;
            }
        });
  }
}

}  // namespace
