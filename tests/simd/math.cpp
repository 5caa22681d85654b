// The largest error of the vector functions over a strided subset of all float32, in units in the last place of the exact result.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <vector>

#include <igata/kernels/dispatch.hpp>

namespace {

using igata::opcode;

template <opcode Code>
constexpr igata::pointwise_program one() {
  igata::pointwise_program p{};
  p.inputs = 2;
  p.outputs = 1;
  p.kind[1] = igata::access::scalar;
  p.length = 1;
  p.code[0] = igata::instruction{Code, 0, 1, 0}.pack();
  p.result[0] = 2;
  return p;
}

double ulp_of(double exact) {
  int exponent = 0;
  std::frexp(exact, &exponent);
  return std::ldexp(1., exponent < -125 ? -149 : exponent - 24);
}

double error(float actual, double exact) {
  if (exact != exact || actual != actual) return (exact != exact) == (actual != actual) ? 0 : 1e30;
  const auto rounded = static_cast<float>(exact);
  if (actual == rounded) return std::isinf(rounded) ? 0 : std::fabs(double(actual) - exact) / ulp_of(exact);
  if (std::isinf(actual) || std::isinf(rounded)) {  // one side of the overflow's border
    const double limit = double(std::numeric_limits<float>::max());
    return std::fabs((std::isinf(actual) ? std::copysign(limit, double(actual)) : double(actual)) - std::fmin(std::fmax(exact, -limit), limit)) / ulp_of(limit);
  }
  return std::fabs(double(actual) - exact) / ulp_of(exact);
}

// Floats in parts of some hundred thousand: part(k, x) makes x the k-th, empty behind the last.
template <class Part, opcode Code, class F>
void check_parts(Part part, double limit, F exact, float second, bool absolute) {
  struct worst_case {
    double error = 0;
    float at = 0;
  } worst[3];
  std::vector<double> expected;
  std::vector<float> x, y;
  for (std::uint32_t k = 0;; ++k) {
    x.clear();
    part(k, x);
    if (x.empty()) break;
    expected.resize(x.size());
    y.resize(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) expected[i] = exact(double(x[i]));
    for (const igata::isa which : igata::compiled_isas) {
      if (!igata::detail::cpu_runs(which)) continue;
      igata::pointwise_args args{};
      args.in[0] = x.data(), args.in_col[0] = 1, args.in[1] = &second, args.out[0] = y.data();
      args.rows = 1, args.cols = static_cast<std::ptrdiff_t>(x.size());
      igata::pointwise_of<one<Code>()>(which)(args);
      worst_case& w = worst[static_cast<int>(which)];
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double e = absolute && expected[i] == expected[i] ? std::fabs(double(y[i]) - expected[i]) : error(y[i], expected[i]);
        if (!(e <= w.error)) w = {e, x[i]};
      }
    }
  }
  for (const igata::isa which : igata::compiled_isas) {
    if (!igata::detail::cpu_runs(which)) continue;
    const worst_case& w = worst[static_cast<int>(which)];
    const char* const name = igata::opcode_name[static_cast<int>(Code)];
    std::printf("%-8s %-7s %g at %g\n", name, igata::kernels_of(which).name, w.error, double(w.at));
    EXPECT_LE(w.error, limit) << name << " " << igata::kernels_of(which).name << " at " << w.at;
  }
}

// Every float whose bits are a multiple of `step`; 0 in place of those with |x| outside [low, high].
struct sweep {
  std::uint32_t step;
  float low, high;
  void operator()(std::uint32_t k, std::vector<float>& x) const {
    constexpr std::uint64_t all = 1ull << 32, values = 1 << 19;
    const std::uint64_t begin = k * values * step;
    for (std::uint64_t bits = begin; bits < all && bits < begin + values * step; bits += step) {
      const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
      x.push_back(std::fabs(value) < low || std::fabs(value) > high ? 0 : value);
    }
  }
};

template <opcode Code, class F>
void check(const sweep& x, double limit, F exact, float second = 0, bool absolute = false) {
  check_parts<sweep, Code>(x, limit, exact, second, absolute);
}
template <opcode Code, class F>
void check(const std::vector<float>& x, double limit, F exact) {
  const auto once = [&](std::uint32_t k, std::vector<float>& part) {
    if (k == 0) part = x;
  };
  check_parts<decltype(once), Code>(once, limit, exact, 0, false);
}

#ifndef IGATA_SWEEP_STEP
#define IGATA_SWEEP_STEP 4001  // 1: every float32, some ten minutes
#endif
constexpr float everything = std::numeric_limits<float>::infinity();

TEST(math, exponentials) {
  const sweep x{IGATA_SWEEP_STEP, 0, everything};
  check<opcode::exp>(x, 1.1, [](double v) { return std::exp(v); });
  check<opcode::expm1>(x, 2.5, [](double v) { return std::expm1(v); });
  check<opcode::tanh>(x, 1.5, [](double v) { return std::tanh(v); });
  check<opcode::sigmoid>(x, 3, [](double v) { return 1 / (1 + std::exp(-v)); });
}
TEST(math, logarithms) {
  const sweep x{IGATA_SWEEP_STEP, 0, everything};
  check<opcode::log>(x, 1, [](double v) { return std::log(v); });
  check<opcode::log1p>(x, 2.5, [](double v) { return std::log1p(v); });
}
TEST(math, erf) {
  check<opcode::erf>(sweep{4001, 0, 1e30f}, 1e-6, [](double v) { return std::erf(v); }, 0, true);
}
TEST(math, trigonometry) {
  const sweep x{2003, 0, 1e6f};
  check<opcode::sin>(x, 1, [](double v) { return std::sin(v); });
  check<opcode::cos>(x, 1, [](double v) { return std::cos(v); });
}
TEST(math, powers) {
  const sweep x{20011, 0, everything};
  for (const float y : {0.f, 1.f, 2.f, -1.f, 0.5f, 3.f, -2.5f, 1.5e-3f, 17.f, -everything, everything})
    check<opcode::pow>(x, 1, [y](double v) { return std::pow(v, double(y)); }, y);
}

// Dense sweeps where a polynomial's interval ends.
TEST(math, near_interesting_places) {
  std::vector<float> x;
  for (const float centre : {0.f, 0.34657f, 0.69315f, 1.f, 0.70711f, 1.41421f, 2.f, 9.f, 17.3f, 20.f, 60.f, 87.3f, 88.72f, 103.9f, 44.f})
    for (int i = -3000; i <= 3000; ++i) {
      x.push_back(centre + static_cast<float>(i) * 1e-6f * std::fmax(centre, 0.01f));
      x.push_back(-x.back());
    }
  check<opcode::exp>(x, 1.1, [](double v) { return std::exp(v); });
  check<opcode::expm1>(x, 2.5, [](double v) { return std::expm1(v); });
  check<opcode::tanh>(x, 1.5, [](double v) { return std::tanh(v); });
  check<opcode::sigmoid>(x, 3, [](double v) { return 1 / (1 + std::exp(-v)); });
  check<opcode::log>(x, 1, [](double v) { return std::log(v); });
  check<opcode::log1p>(x, 2.5, [](double v) { return std::log1p(v); });
}

}  // namespace
