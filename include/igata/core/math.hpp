// Elementary functions that work in constant evaluation (clang has none of std's there), in double.
//
// For constant folding, initialisers and the scalar reference; accuracy about 1e-15 relative, not correctly rounded.
// At run time they are the C library's, through compiler builtins.
#pragma once
#include <limits>       // numeric_limits
#include <type_traits>  // is_constant_evaluated

#include "../version.hpp"

namespace igata::inline IGATA_ABI::math {

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();
inline constexpr double pi = 3.14159265358979323846;
inline constexpr double ln2 = 0.693147180559945309417;

// By bits: under a user's -ffast-math the compiler takes every number for finite. clang 18 and later know a test of bits, too, where they see it.
constexpr unsigned long long bits_without_sign(double x) {
  unsigned long long size = __builtin_bit_cast(unsigned long long, x) & 0x7fffffffffffffff;
#if __FINITE_MATH_ONLY__ && !defined(__i386__)
  if (!std::is_constant_evaluated()) asm("" : "+r"(size));
#endif
  return size;
}
constexpr bool is_nan(double x) { return bits_without_sign(x) > 0x7ff0000000000000; }
constexpr bool is_finite(double x) { return bits_without_sign(x) < 0x7ff0000000000000; }
constexpr double abs(double x) { return x <= 0 ? 0 - x : x; }

constexpr double floor(double x) {
  if (!std::is_constant_evaluated()) return __builtin_floor(x);
  if (is_nan(x) || abs(x) >= 0x1p52) return x;
  const double whole = static_cast<double>(static_cast<long long>(x));
  return whole > x ? whole - 1 : whole;
}
constexpr double ceil(double x) { return -floor(-x); }
// Half to even.
constexpr double round(double x) {
  if (!std::is_constant_evaluated()) return __builtin_nearbyint(x);
  if (is_nan(x) || abs(x) >= 0x1p52) return x;
  const double low = floor(x), rest = x - low;
  if (rest != 0.5) return rest < 0.5 ? low : low + 1;
  return floor(low / 2) * 2 == low ? low : low + 1;
}

constexpr double sqrt(double x) {
  if (!std::is_constant_evaluated()) return __builtin_sqrt(x);
  if (!(x > 0) || x == infinity) return x < 0 ? nan : x;
  double scale = 1;
  while (x > 4) x /= 4, scale *= 2;
  while (x < 1) x *= 4, scale /= 2;
  double root = x / 2 + 0.5;
  for (int i = 0; i < 6; ++i) root = (root + x / root) / 2;
  return root * scale;
}

constexpr double exp(double x) {
  if (!std::is_constant_evaluated()) return __builtin_exp(x);
  if (is_nan(x)) return x;
  if (x > 709.8) return infinity;
  if (x < -745.2) return 0;
  const double k = floor(x / ln2 + 0.5);
  const double r = (x - k * 0x1.62e42fee00000p-1) - k * 1.90821492927058770002e-10;
  double term = 1, sum = 1;
  for (int i = 1; i < 20; ++i) sum += term *= r / i;
  int e = static_cast<int>(k);
  for (; e > 0; --e) sum *= 2;
  for (; e < 0; ++e) sum /= 2;
  return sum;
}

// Of numbers that are drawn into graphs: the same bits at compile time and at run time, whatever library there is.
constexpr double drawn_log(double x) {
  if (is_nan(x) || x == infinity) return x;
  if (x <= 0) return x == 0 ? -infinity : nan;
  int e = 0;
  while (x > 1.4142135623730951) x /= 2, ++e;
  while (x < 0.7071067811865476) x *= 2, --e;
  const double s = (x - 1) / (x + 1), s2 = s * s;
  double power = s, sum = 0;
  for (int i = 1; i < 40; i += 2, power *= s2) sum += power / i;
  return 2 * sum + e * ln2;
}
constexpr double log(double x) {
  if (!std::is_constant_evaluated()) return __builtin_log(x);
  return drawn_log(x);
}

constexpr double expm1(double x) {
  if (!std::is_constant_evaluated()) return __builtin_expm1(x);
  if (abs(x) > 0.5) return exp(x) - 1;
  double term = 1, sum = 0;
  for (int i = 1; i < 20; ++i) sum += term *= x / i;
  return sum;
}
constexpr double log1p(double x) {
  if (!std::is_constant_evaluated()) return __builtin_log1p(x);
  const double y = 1 + x;
  return y == 1 ? x : log(y) * (x / (y - 1));
}
constexpr double tanh(double x) {
  if (!std::is_constant_evaluated()) return __builtin_tanh(x);
  if (abs(x) > 20) return x > 0 ? 1 : -1;
  const double e = expm1(2 * x);
  return e / (e + 2);
}
constexpr double sigmoid(double x) { return 1 / (1 + exp(-x)); }

constexpr double erf(double x) {
  if (!std::is_constant_evaluated()) return __builtin_erf(x);
  if (is_nan(x)) return x;
  if (x < 0) return -erf(-x);
  if (x > 6) return 1;
  if (x < 3) {  // Maclaurin series
    double term = x, sum = x;
    for (int i = 1; i < 80; ++i) {
      term *= -x * x / i;
      sum += term / (2 * i + 1);
    }
    return sum * 1.12837916709551257390;
  }
  double fraction = 0;  // continued fraction of erfc
  for (int i = 60; i > 0; --i) fraction = i / 2.0 / (x + fraction);
  return 1 - exp(-x * x) / 1.77245385090551602730 / (x + fraction);
}

constexpr double sin(double x) {
  if (!std::is_constant_evaluated()) return __builtin_sin(x);
  if (is_nan(x) || abs(x) == infinity) return nan;
  const double r = x - floor(x / (2 * pi) + 0.5) * 2 * pi;
  double term = r, sum = r;
  for (int i = 1; i < 16; ++i) sum += term *= -r * r / (2 * i * (2 * i + 1));
  return sum;
}
constexpr double cos(double x) { return std::is_constant_evaluated() ? sin(x + pi / 2) : __builtin_cos(x); }

// C99's pow.
constexpr double pow(double x, double y) {
  if (!std::is_constant_evaluated()) return __builtin_pow(x, y);
  if (y == 0 || x == 1) return 1;
  if (is_nan(x) || is_nan(y)) return nan;
  const bool whole = floor(y) == y, odd = whole && floor(y / 2) * 2 != y;
  if (whole && abs(y) <= 64) {
    double result = 1;
    for (int i = 0; i < static_cast<int>(abs(y)); ++i) result *= x;
    return y > 0 ? result : 1 / result;
  }
  if (x == 0) return y > 0 ? 0 : infinity;
  if (x < 0 && !whole) return nan;
  const double magnitude = exp(y * log(abs(x)));
  return x < 0 && odd ? -magnitude : magnitude;
}

}  // namespace igata::inline IGATA_ABI::math
