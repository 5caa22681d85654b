// The functions of lanes of 64 bits on every instruction set against the C library in long double: the largest error in units in the last place of
// the exact result, and whether NaN, signs, zeros and infinities are right. Random numbers of all exponents, of the ranges in which functions are
// neither flat nor infinite, and neighbours of all places of interest; with IGATA_WIDE_SAMPLES more of them. Prints what docs/performance.md shows.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <vector>

#include <igata/f64.hpp>

#include "../isa_name.hpp"

namespace {

using igata::plan::opcode;
using igata::plan::pointwise_program;
using real = long double;

static_assert(std::numeric_limits<real>::digits >= 64 || sizeof(void*) == 4, "a reference needs more bits");

// Programs of one instruction, of x and y; the result is stored as `To`.
template <opcode Code, igata::plan::storage To = igata::plan::storage::lane>
constexpr pointwise_program one() {
  pointwise_program p{};
  p.inputs = 2;
  p.outputs = 1;
  p.length = 1;
  p.code[0] = igata::plan::instruction{Code, 0, 1, 0}.pack();
  p.result[0] = 2;
  p.stores = static_cast<std::uint32_t>(To);
  return p;
}

double ulp_of(real exact) {
  int exponent = 0;
  std::frexp(exact, &exponent);
  return std::ldexp(1., exponent < -1021 ? -1074 : exponent - 53);
}
double error(double actual, real exact) {
  const double most = std::numeric_limits<double>::max(), rounded = static_cast<double>(exact);
  if (actual == rounded) return 0.5;
  if (std::isinf(actual) || std::isinf(rounded)) {  // one side of the overflow's border
    const real inside = std::isinf(actual) ? std::copysign(real(most), real(actual)) : real(actual);
    return static_cast<double>(std::fabs(inside - std::fmin(std::fmax(exact, -real(most)), real(most))) / real(ulp_of(most)));
  }
  return static_cast<double>(std::fabs(real(actual) - exact) / real(ulp_of(exact)));
}
// NaN where there must be none or the reverse, a wrong sign, of zeros too; another number where the exact result is infinite or 0.
bool is_wrong(double actual, real exact) {
  if (exact != exact || actual != actual) return (exact != exact) != (actual != actual);
  return std::signbit(actual) != std::signbit(exact) || ((exact == 0 || std::isinf(exact)) && real(actual) != exact);
}

struct random_bits {
  std::uint64_t state = 0x9e3779b97f4a7c15u;
  std::uint64_t operator()() {
    std::uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
  }
  double between(double low, double high) { return low + (high - low) * static_cast<double>((*this)() >> 11) * 0x1p-53; }
};

#if !defined(IGATA_WIDE_SAMPLES)
#if defined(__x86_64__)
#define IGATA_WIDE_SAMPLES 65536
#else
#define IGATA_WIDE_SAMPLES 8192  // long double is software
#endif
#endif
constexpr int samples = IGATA_WIDE_SAMPLES;

// Places of interest and their neighbours, all signs.
std::vector<double> boundaries() {
  std::vector<double> x;
  const auto both = [&x](double a) {
    x.push_back(a);
    x.push_back(-a);
  };
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double a : {0., infinity, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::max(), 4.9e-324, 1e-323}) both(a);
  for (std::uint64_t exponent = 0; exponent < 2047; ++exponent)
    for (std::uint64_t near_by = 0; near_by < 7; ++near_by) both(std::bit_cast<double>((exponent << 52) + near_by + (exponent > 0 ? -3 : 0)));
  for (std::uint64_t subnormal = 1; subnormal < 1ull << 52; subnormal <<= 1) both(std::bit_cast<double>(subnormal));
  // Next to multiples of pi / 2, and of doubles the one that lies nearest to one.
  for (int i = 1; i < 3000; ++i) both(std::nearbyint(i * 1.25e3) * 1.5707963267948966), both(i * 1.5707963267948966);
  both(6381956970095103. * 0x1p797);
  for (const double centre : {0.3465735902799726,
                              0.6931471805599453,
                              0.7071067811865476,
                              1.,
                              1.4142135623730951,
                              2.,
                              5.5,
                              5.92,
                              6.,
                              9.,
                              18.5,
                              19.1,
                              22.,
                              36.8,
                              37.5,
                              708.3964,
                              709.78271289338397,
                              745.13321910194111,
                              746.,
                              1048576.,
                              1647099.3,
                              0x1p51,
                              0x1p52,
                              0x1p53,
                              0x1p62,
                              0x1p63})
    for (int i = -200; i <= 200; ++i) {
      both(std::bit_cast<double>(std::bit_cast<std::uint64_t>(centre) + static_cast<std::uint64_t>(i)));
      both(centre * (1 + i * 1e-5));
    }
  return x;
}
// And random ones: of any bits, and between low and high.
std::vector<double> numbers(double low, double high) {
  std::vector<double> x = boundaries();
  random_bits random;
  for (int i = 0; i < samples; ++i) {
    x.push_back(std::bit_cast<double>(random()));
    x.push_back(random.between(low, high));
    x.push_back(std::ldexp(random.between(-1, 1), static_cast<int>(random() % 80) - 60));
  }
  return x;
}

template <class F>
void each_isa(F f) {
  for (const igata::isa which : igata::compiled_isas)
    if (igata::detail::cpu_runs(which)) f(which);
}
template <pointwise_program P, class Result>
std::vector<Result> results(igata::isa which, const std::vector<double>& x, const std::vector<double>& y) {
  std::vector<Result> out(x.size());
  igata::plan::pointwise_args args{};
  args.in[0] = x.data(), args.in_col[0] = 1, args.in[1] = y.data(), args.in_col[1] = 1, args.out[0] = out.data();
  args.rows = 1, args.cols = static_cast<std::ptrdiff_t>(x.size());
  igata::plan::wide_pointwise_of<P>(which)(args);
  return out;
}

template <opcode Code, class F>
void check(const char* name, double most, const std::vector<double>& x, const std::vector<double>& y, F exact) {
  std::vector<real> expected(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) expected[i] = exact(real(x[i]), real(y[i]));
  each_isa([&](igata::isa which) {
    const std::vector<double> actual = results<one<Code>(), double>(which, x, y);
    double worst = 0, at = 0, wrong_at = 0;
    int wrong = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (is_wrong(actual[i], expected[i])) ++wrong, wrong_at = x[i];
      else if (const double e = expected[i] == expected[i] ? error(actual[i], expected[i]) : 0; e > worst) worst = e, at = x[i];
    }
    const char* const target = isa_name(which);
    std::printf("| %s | %s | %.3f | %.17g | %d |\n", name, target, worst, at, wrong);
    EXPECT_LE(worst, most) << name << " " << target << " at " << at;
    EXPECT_EQ(wrong, 0) << name << " " << target << " at " << wrong_at;
  });
}
template <opcode Code, class F>
void check(const char* name, double most, double low, double high, F exact) {
  const std::vector<double> x = numbers(low, high);
  check<Code>(name, most, x, x, [exact](real v, real) { return exact(v); });
}

#if !defined(__MINGW32__)  // its C library has few more bits in long double
TEST(wide_math, exponentials) {
  check<opcode::exp>("exp", 1, -750, 712, [](real v) { return std::exp(v); });
  check<opcode::expm1>("expm1", 1, -40, 40, [](real v) { return std::expm1(v); });
  check<opcode::tanh>("tanh", 2, -20, 20, [](real v) { return std::tanh(v); });
  check<opcode::sigmoid>("sigmoid", 2, -760, 40, [](real v) { return v < 0 ? std::exp(v) / (1 + std::exp(v)) : 1 / (1 + std::exp(-v)); });
  check<opcode::sigmoid>("sigmoid", 2, -40, 40, [](real v) { return v < 0 ? std::exp(v) / (1 + std::exp(v)) : 1 / (1 + std::exp(-v)); });
}
TEST(wide_math, logarithms) {
  check<opcode::log>("log", 1, 0, 3, [](real v) { return std::log(v); });
  check<opcode::log1p>("log1p", 1, -1, 3, [](real v) { return std::log1p(v); });
}
TEST(wide_math, erf) {
  check<opcode::erf>("erf", 2, -6, 6, [](real v) { return std::erf(v); });
}
TEST(wide_math, trigonometry) {
  check<opcode::sin>("sin", 2, -2e6, 2e6, [](real v) { return std::sin(v); });
  check<opcode::cos>("cos", 2, -2e6, 2e6, [](real v) { return std::cos(v); });
  check<opcode::sin>("sin", 2, -10, 10, [](real v) { return std::sin(v); });
  check<opcode::cos>("cos", 2, -10, 10, [](real v) { return std::cos(v); });
}
TEST(wide_math, powers) {
  std::vector<double> x, y;
  const std::vector<double> some = boundaries();
  random_bits random;
  for (std::size_t i = 0; i < some.size(); i += 11)
    for (const double b : {0., -0., 1., 2., -1., 0.5, 3., -2.5, 1e-3, 17., 1e20, 0x1p53, -0x1p53 + 1, 1e300, std::numeric_limits<double>::infinity(),
                           -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
      x.push_back(some[i]), y.push_back(b);
  for (int i = 0; i < 2 * samples; ++i) {
    x.push_back(std::exp(random.between(-700, 700))), y.push_back(random.between(-1, 1) * 745 / std::fabs(std::log(x.back())));
    x.push_back(random.between(0.5, 2)), y.push_back(random.between(-1, 1) * 745 / std::fabs(std::log(x.back())));
    x.push_back(-random.between(0, 30)), y.push_back(std::nearbyint(random.between(-200, 200)));
    x.push_back(std::bit_cast<double>(random())), y.push_back(std::bit_cast<double>(random()));
  }
  check<opcode::pow>("pow", 2, x, y, [](real a, real b) { return std::pow(a, b); });
}
TEST(wide_math, roots) {
  check<opcode::sqrt>("sqrt", 0.5, 0, 4, [](real v) { return std::sqrt(v); });
  check<opcode::rsqrt>("rsqrt", 1.5, 0, 4, [](real v) { return 1 / std::sqrt(v); });
  check<opcode::reciprocal>("reciprocal", 0.5, 0, 4, [](real v) { return 1 / v; });
}
#endif

TEST(wide_math, whole_numbers_and_signs) {
  check<opcode::floor>("floor", 0.5, -100, 100, [](real v) { return std::floor(v); });
  check<opcode::ceil>("ceil", 0.5, -100, 100, [](real v) { return std::ceil(v); });
  check<opcode::round>("round", 0.5, -100, 100, [](real v) { return std::nearbyint(v); });
  check<opcode::sign>("sign", 0.5, -1, 1, [](real v) { return v != v ? v : v == 0 ? v : std::copysign(real(1), v); });
  check<opcode::abs>("abs", 0.5, -1, 1, [](real v) { return std::fabs(v); });
}

TEST(wide_math, conversions) {
  const std::vector<double> x = numbers(-1e19, 1e19);
  std::vector<double> integers;
  random_bits random;
  for (int i = 0; i < samples; ++i) integers.push_back(std::bit_cast<double>(static_cast<std::int64_t>(random()) >> random() % 64));
  for (const std::int64_t i : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()})
    integers.push_back(std::bit_cast<double>(i));
  each_isa([&](igata::isa which) {
    const auto to_integer = results<one<opcode::to_i32>(), std::int64_t>(which, x, x);
    const auto to_short = results<one<opcode::to_i32, igata::plan::storage::i32>(), std::int32_t>(which, x, x);
    const auto to_float = results<one<opcode::abs, igata::plan::storage::f32>(), float>(which, x, x);
    int wrong = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double v = x[i];
      const std::int64_t expected = v != v            ? 0
                                    : v >= 0x1p63     ? std::numeric_limits<std::int64_t>::max()
                                    : v <= -0x1p63    ? std::numeric_limits<std::int64_t>::min()
                                                      : static_cast<std::int64_t>(v);
      wrong += to_integer[i] != expected || to_short[i] != static_cast<std::int32_t>(expected);
      const float f = static_cast<float>(std::fabs(v));
      wrong += v != v ? to_float[i] == to_float[i] : std::bit_cast<std::uint32_t>(to_float[i]) != std::bit_cast<std::uint32_t>(f);
    }
    const auto to_real = results<one<opcode::to_f32>(), double>(which, integers, integers);
    for (std::size_t i = 0; i < integers.size(); ++i) wrong += to_real[i] != static_cast<double>(std::bit_cast<std::int64_t>(integers[i]));
    EXPECT_EQ(wrong, 0) << isa_name(which);
  });
}

}  // namespace
