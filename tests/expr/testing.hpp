// What the tests of expressions share: every instruction set, elements by index, and random arrays.
#pragma once
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <igata/expr.hpp>

#include "../isa_name.hpp"

namespace testing_expr {

using namespace igata;
using namespace igata::plan;

inline constexpr float quiet_nan = std::numeric_limits<float>::quiet_NaN();
inline constexpr float infinite = std::numeric_limits<float>::infinity();

template <class F>
void for_each_isa(F f) {
  for (const isa which : compiled_isas) {
    if (!igata::detail::cpu_runs(which)) continue;
    SCOPED_TRACE(isa_name(which));
    use_isa(which);
    f();
  }
  use_isa(best_isa());
}

// The element of an array at a place of a larger shape that it is broadcast to.
template <class A>
auto at(const A& a, const shape& whole, std::ptrdiff_t flat) {
  const auto v = igata::detail::view_of(a);
  std::ptrdiff_t offset = 0;
  for (int i = whole.rank; i-- > 0; flat /= whole[i]) {
    const int axis = i - (whole.rank - v.rank);
    if (axis >= 0 && v.extent(axis) != 1) offset += flat % whole[i] * v.stride(axis);
  }
  return v.data()[offset];
}

// Whole numbers in [-8, 8]: sums and products of a few are exact.
template <class T>
void fill_random(T* to, std::ptrdiff_t count, std::mt19937& random) {
  std::uniform_int_distribution<int> number(-8, 8);
  for (std::ptrdiff_t i = 0; i < count; ++i) to[i] = static_cast<T>(number(random));
}
template <class... N>
auto random_tensor(std::mt19937& random, N... extents) {
  tensor<float, ((void)extents, dynamic)...> t(extents...);
  fill_random(t.data(), t.size(), random);
  return t;
}

// result(i) == f(operands(i)…) for every place, NaN equal to NaN.
template <class R, class F, class... A>
void expect_elements(const R& result, F f, const A&... operands) {
  const shape whole = result.dims();
  for (std::ptrdiff_t i = 0; i < whole.count(); ++i) {
    const float got = static_cast<float>(at(result, whole, i)), expected = static_cast<float>(f(at(operands, whole, i)...));
    if (std::isnan(expected)) ASSERT_TRUE(std::isnan(got)) << "element " << i << " is " << got << ", not NaN";
    else ASSERT_FLOAT_EQ(got, expected) << "element " << i << " of " << std::string((text() << whole).view());
  }
}

template <class F>
std::string error_of(F f) {
  try {
    f();
  } catch (const error& e) {
    return e.what();
  }
  return "no error";
}

}  // namespace testing_expr
