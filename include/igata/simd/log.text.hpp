// log and log1p, of split; the polynomial is Cephes' logf. log(0) = -inf, log(x < 0) = NaN. Text: see vectors.text.hpp.

IGATA_INLINE vec log_positive(vec x) {
  const split_float s = split(x);
  const vec f = s.mantissa - 1.f;
  vec p = fma(splat(7.0376836292e-2f), f, splat(-1.1514610310e-1f));
  p = fma(p, f, splat(1.1676998740e-1f));
  p = fma(p, f, splat(-1.2420140846e-1f));
  p = fma(p, f, splat(1.4249322787e-1f));
  p = fma(p, f, splat(-1.6668057665e-1f));
  p = fma(p, f, splat(2.0000714765e-1f));
  p = fma(p, f, splat(-2.4999993993e-1f));
  p = fma(p, f, splat(3.3333331174e-1f));
  const vec square = f * f;
  const vec cube = square * f;
  // ln 2 in two parts of one sign: the first has 15 bits, so that its products with exponents are exact.
  vec y = fma(s.exponent, splat(1.42860677e-6f), cube * p);
  y = fma(square, splat(-0.5f), y);
  return fma(s.exponent, splat(0.693145752f), f + y);
}

// What log gives outside (0, inf): NaN bits for x < 0 and NaN.
IGATA_INLINE vec log_special(vec x, vec y) {
  y = select(x == 0.f, minus_infinity(), y);
  y = select(x == infinity(), x, y);
  return select((x < 0.f) | is_nan(x), not_a_number(), y);
}

IGATA_INLINE vec log(vec x) {
  if constexpr (splits_all) return log_positive(x);
  else return log_special(x, log_positive(x));
}

// log(u) + c / u, where u + c = 1 + x exactly
[[gnu::noinline]] inline vec log1p(vec x) {
  const vec u = x + 1.f;
  const vec part_of_x = u - 1.f;
  const vec part_of_one = u - part_of_x;
  const vec c = (1.f - part_of_one) + (x - part_of_x);
  const vec y = log_special(u, log_positive(u) + c / u);
  return select(abs(x) < 1e-10f, x, y);
}
