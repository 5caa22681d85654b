// Trigonometric and hyperbolic functions of f32 and f64, made of primitives. sin, cos and tanh are primitives themselves.
//
//   value angle = atan(y / x);      value y = asinh(x);
#pragma once
#include "../ops/state.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {
// By Horner's rule, from the highest power.
template <int N>
constexpr value polynomial(value x, const double (&terms)[N]) {
  value y = x * terms[0] + terms[1];
  for (int i = 2; i < N; ++i) y = y * x + terms[i];
  return y;
}
// Chebyshev fits of (atan(sqrt(z)) / sqrt(z) - 1) / z from 0 to tan(pi / 8)^2: relative errors of atan 2.7e-9 and 5.5e-18.
inline constexpr double atan_f32[] = {-0.0645192621167, 0.107437308884, -0.142639555423, 0.19999540482, -0.333333317612};
inline constexpr double atan_f64[] = {-0.019176872981101353, 0.039231646751325574, -0.050854493383409804, 0.058581488364406176,
                                      -0.066645114385916433, 0.076921831902020421, -0.090909045780970398, 0.11111111015255701,
                                      -0.14285714284666535,  0.19999999999995521,  -0.3333333333333333};
// An odd function from its value of abs(x): 0 keeps its sign.
constexpr value odd(value x, value of_abs) { return select(x < 0, -of_abs, select(x == 0, x, of_abs)); }
}  // namespace detail

constexpr value tan(value x, source at = source::here()) {
  const ir::library_call call(x, at);
  return sin(x) / cos(x);
}
// From -pi / 2 to pi / 2, which it is of the infinities.
constexpr value atan(value x, source at = source::here()) {
  const ir::library_call call(x, at);
  const value a = abs(x), far = a > 2.41421356237309504880, middle = a > 0.41421356237309504880;
  // pi / 2 - atan(1 / a), pi / 4 + atan((a - 1) / (a + 1)), or atan(a): of something below tan(pi / 8)
  const value m = minimum(a, 3), r = select(far, -1 / maximum(a, 1), select(middle, (m - 1) / (m + 1), a)), z = r * r;
  const value p = x.type() == f64 ? detail::polynomial(z, detail::atan_f64) : detail::polynomial(z, detail::atan_f32), y = r + r * z * p;
  return detail::odd(x, select(far, y + 1.57079632679489661923, select(middle, y + 0.78539816339744830962, y)));
}
// Of -1 to 1, where its slope is infinite; NaN of others.
constexpr value asin(value x, source at = source::here()) {
  const ir::library_call call(x, at);
  return atan(x / (1 + sqrt(1 - x) * sqrt(1 + x))) * 2;
}
// Of -1 to 1, where its slope is infinite; NaN of others.
constexpr value acos(value x, source at = source::here()) {
  const ir::library_call call(x, at);
  const value below = x < 0, a = select(below, -x, x), y = atan(sqrt(1 - a) / sqrt(1 + a)) * 2;
  return select(below, 3.14159265358979323846 - y, y);
}

constexpr value sinh(value x, source at = source::here()) {
  const ir::library_call call(x, at);
  const value a = abs(x), t = expm1(minimum(a, 1)), half = exp(a * 0.5);  // exp(a) overflows before exp(a) / 2 does
  return detail::odd(x, select(a < 1, (t + t / (t + 1)) * 0.5, half * 0.5 * half - exp(-a) * 0.5));
}
constexpr value cosh(value x, source at = source::here()) {
  const ir::library_call call(x, at);
  const value a = abs(x), half = exp(a * 0.5);
  return half * 0.5 * half + exp(-a) * 0.5;
}
constexpr value asinh(value x, source at = source::here()) {
  const ir::library_call call(x, at);
  const value a = abs(x), m = minimum(a, 1e9), square = m * m;
  return detail::odd(x, select(a < 1e9, log1p(m + square / (1 + sqrt(1 + square))), log(maximum(a, 1)) + 0.69314718055994530942));
}
// Of 1 and more; NaN below.
constexpr value acosh(value x, source at = source::here()) {
  const ir::library_call call(x, at);
  const value t = minimum(x, 1e9) - 1;
  return select(x > 1e9, log(maximum(x, 1)) + 0.69314718055994530942, log1p(t + sqrt(t) * sqrt(t + 2)));
}
// Of -1 to 1, which give the infinities, and infinite slopes; NaN of others.
constexpr value atanh(value x, source at = source::here()) {
  const ir::library_call call(x, at);
  const value a = abs(x);
  return detail::odd(x, (log1p(a) - log1p(-a)) * 0.5);
}

}  // namespace igata::inline IGATA_ABI
