// The vector functions on every instruction set against the C library in double: the largest error in units in the last place of the exact
// result, and whether NaN, signs, zeros and infinities are right. A strided subset of all float32 and the neighbours of all places of
// interest; with IGATA_SWEEP_STEP = 1 (preset exhaustive) all of them. Prints what docs/performance.md shows.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <vector>

#include <igata/kernels/dispatch.hpp>

#include "../isa_name.hpp"

#ifndef IGATA_SWEEP_STEP
#define IGATA_SWEEP_STEP 4001
#endif

namespace {

using igata::plan::opcode;
using igata::plan::pointwise_program;

constexpr double infinity = std::numeric_limits<double>::infinity();

// A program of one instruction: of x, and of a number where it takes two operands.
template <opcode Code>
constexpr pointwise_program one() {
  pointwise_program p{};
  p.inputs = 2;
  p.outputs = 1;
  p.kind[1] = igata::plan::column_access::scalar;
  p.length = 1;
  p.code[0] = igata::plan::instruction{Code, 0, 1, 0}.pack();
  p.result[0] = 2;
  return p;
}
// x * (erf(x * a) + b) * c, as nn/activations.hpp has it.
constexpr pointwise_program gelu_program() {
  pointwise_program p{};
  p.inputs = 4;
  p.outputs = 1;
  for (int i = 1; i < 4; ++i) p.kind[i] = igata::plan::column_access::scalar;
  const igata::plan::instruction code[] = {
      {opcode::mul, 0, 1, 0}, {opcode::erf, 4, 0, 0}, {opcode::add, 5, 2, 0}, {opcode::mul, 0, 6, 0}, {opcode::mul, 7, 3, 0}};
  for (const igata::plan::instruction& i : code) p.code[p.length++] = i.pack();
  p.result[0] = 8;
  return p;
}

double ulp_of(double exact) {
  int exponent = 0;
  std::frexp(exact, &exponent);
  return std::ldexp(1., exponent < -125 ? -149 : exponent - 24);
}

// Correctly rounded results are taken for half a unit, which is quicker.
double error(float actual, double exact) {
  const auto rounded = static_cast<float>(exact);
  if (actual == rounded) return 0.5;
  const double limit = double(std::numeric_limits<float>::max());
  if (std::isinf(actual) || std::isinf(rounded))  // one side of the overflow's border
    return std::fabs((std::isinf(actual) ? std::copysign(limit, double(actual)) : double(actual)) - std::fmin(std::fmax(exact, -limit), limit)) /
           ulp_of(limit);
  return std::fabs(double(actual) - exact) / ulp_of(exact);
}

// NaN where there must be none or the reverse, a wrong sign, of zeros too; another number where the exact result is infinite or 0.
bool is_wrong(float actual, double exact) {
  if (exact != exact || actual != actual) return (exact != exact) != (actual != actual);
  return std::signbit(actual) != std::signbit(exact) || ((exact == 0 || std::isinf(exact)) && double(actual) != exact);
}

// Zeros, infinities, NaN, the ends of the subnormals, three neighbours of all powers of two, and dense sweeps where a polynomial's interval ends.
std::vector<float> boundaries() {
  std::vector<float> x;
  const auto both = [&x](std::uint32_t bits) {
    x.push_back(std::bit_cast<float>(bits));
    x.push_back(std::bit_cast<float>(bits | 0x80000000u));
  };
  for (const std::uint32_t bits : {0u, 1u, 2u, 3u, 0x7f7ffffeu, 0x7f7fffffu, 0x7f800000u, 0x7f800001u, 0x7fc00000u, 0x7fffffffu}) both(bits);
  for (std::uint32_t exponent = 1; exponent < 255; ++exponent)
    for (std::uint32_t near_by = 0; near_by < 7; ++near_by) both((exponent << 23) + near_by - 3);
  for (std::uint32_t subnormal = 1; subnormal < 0x800000; subnormal <<= 1) both(subnormal);
  for (const float centre : {0.f,  0.34657f, 0.625f, 0.69315f, 1.f,  0.70711f, 1.41421f, 1.5708f, 2.f,    3.1416f, 3.92f,
                             5.5f, 9.f,      9.2f,   17.3f,    20.f, 60.f,     87.3f,    88.72f,  103.9f, 44.f})
    for (int i = -3000; i <= 3000; ++i) {
      x.push_back(centre + static_cast<float>(i) * 1e-6f * std::fmax(centre, 0.01f));
      x.push_back(-x.back());
    }
  return x;
}

// Floats in parts of half a million, of `step` bits: the k-th, empty behind the last. The first is that of the boundaries.
void fill_part(std::uint64_t k, std::uint64_t step, std::vector<float>& x) {
  x.clear();
  if (k == 0) {
    x = boundaries();
    return;
  }
  constexpr std::uint64_t all = 1ull << 32, values = 1 << 19;
  const std::uint64_t begin = (k - 1) * values * step;
  for (std::uint64_t bits = begin; bits < all && bits < begin + values * step; bits += step)
    x.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
}

struct limits {
  double ulp, absolute = infinity;
};

// Operands behind x: one number of the caller's, or the program's constants.
template <pointwise_program P, class F>
void check(const char* name, limits most, F exact, std::vector<float> numbers = {0}, std::uint64_t step = IGATA_SWEEP_STEP) {
  struct result {
    double ulp = 0, absolute = 0;
    float at = 0, wrong_at = 0;
    std::uint64_t wrong = 0, differ = 0;
    std::vector<float> y;
  } results[igata::detail::isa_count];
  std::vector<double> expected;
  std::vector<float> x;
  for (std::uint64_t k = 0; fill_part(k, step, x), !x.empty(); ++k) {
    expected.resize(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) expected[i] = exact(double(x[i]));
    const std::vector<float>* first = nullptr;
    for (const igata::isa which : igata::compiled_isas) {
      if (!igata::detail::cpu_runs(which)) continue;
      result& r = results[static_cast<int>(which)];
      r.y.resize(x.size());
      igata::plan::pointwise_args args{};
      args.in[0] = x.data(), args.in_col[0] = 1, args.out[0] = r.y.data();
      for (std::size_t i = 0; i < numbers.size(); ++i) args.in[i + 1] = &numbers[i];
      args.rows = 1, args.cols = static_cast<std::ptrdiff_t>(x.size());
      igata::plan::pointwise_of<P>(which)(args);
      for (std::size_t i = 0; i < x.size(); ++i) {
        if (is_wrong(r.y[i], expected[i])) ++r.wrong, r.wrong_at = x[i];
        else if (expected[i] == expected[i]) {
          const double e = error(r.y[i], expected[i]);
          if (e > r.ulp) r.ulp = e, r.at = x[i];
          if (std::isfinite(r.y[i])) r.absolute = std::fmax(r.absolute, std::fabs(double(r.y[i]) - expected[i]));
        }
        if (first) r.differ += std::bit_cast<std::uint32_t>(r.y[i]) != std::bit_cast<std::uint32_t>((*first)[i]) && r.y[i] == r.y[i];
      }
      if (!first) first = &r.y;
    }
  }
  for (const igata::isa which : igata::compiled_isas) {
    if (!igata::detail::cpu_runs(which)) continue;
    const result& r = results[static_cast<int>(which)];
    const char* const target = isa_name(which);
    std::printf("| %s | %s | %.2f | %.9g | %.1e | %llu | %llu |\n", name, target, r.ulp, double(r.at), r.absolute,
                static_cast<unsigned long long>(r.wrong), static_cast<unsigned long long>(r.differ));
    std::fflush(stdout);
    EXPECT_LE(r.ulp, most.ulp) << name << " " << target << " at " << r.at;
    EXPECT_LE(r.absolute, most.absolute) << name << " " << target;
    EXPECT_EQ(r.wrong, 0u) << name << " " << target << " at " << r.wrong_at;
  }
}

TEST(math, exponentials) {
  check<one<opcode::exp>()>("exp", {1.1}, [](double v) { return std::exp(v); });
  check<one<opcode::expm1>()>("expm1", {2.5}, [](double v) { return std::expm1(v); });
  check<one<opcode::tanh>()>("tanh", {1.5}, [](double v) { return std::tanh(v); });
  check<one<opcode::sigmoid>()>("sigmoid", {3}, [](double v) { return 1 / (1 + std::exp(-v)); });
}
TEST(math, logarithms) {
  check<one<opcode::log>()>("log", {1}, [](double v) { return std::log(v); });
  check<one<opcode::log1p>()>("log1p", {2.5}, [](double v) { return std::log1p(v); });
}
TEST(math, erf) {
  check<one<opcode::erf>()>("erf", {8, 5e-7}, [](double v) { return std::erf(v); });
  // Its tail below 0 is a difference of numbers near 1: small, with few bits. Of -inf it is -inf * 0.
  check<gelu_program()>("gelu", {infinity, 1e-6}, [](double v) { return 0.5 * v * std::erfc(v * -0.70710678118654752440); },
                        {0.70710678118654752440f, 1.f, 0.5f});
}
TEST(math, trigonometry) {
#if defined(__MINGW32__)
  GTEST_SKIP() << "the C library's own are the processor's fsin and fcos, which are no measure for large arguments";
#endif
  check<one<opcode::sin>()>("sin", {1}, [](double v) { return std::sin(v); });
  check<one<opcode::cos>()>("cos", {1}, [](double v) { return std::cos(v); });
}
TEST(math, roots) {
  check<one<opcode::sqrt>()>("sqrt", {0.5}, [](double v) { return std::sqrt(v); });
  check<one<opcode::rsqrt>()>("rsqrt", {1.5}, [](double v) { return 1 / std::sqrt(v); });
}
// A function of two floats: every 13th of one for some of the other.
TEST(math, powers) {
  for (const float y :
       {0.f, 1.f, 2.f, -1.f, 0.5f, 3.f, -2.5f, 1.5e-3f, 17.f, -std::numeric_limits<float>::infinity(), std::numeric_limits<float>::infinity()}) {
    char name[32];
    std::snprintf(name, sizeof name, "pow %g", double(y));
    check<one<opcode::pow>()>(name, {1}, [y](double v) { return std::pow(v, double(y)); }, {y}, IGATA_SWEEP_STEP == 1 ? 13 : 5 * IGATA_SWEEP_STEP);
  }
}

}  // namespace
