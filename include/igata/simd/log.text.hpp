// log and log1p. x = 2^e * m, m in [sqrt 1/2, sqrt 2); the polynomial is Cephes' logf. Subnormals are scaled up first.
// log(0) = -inf, log(x < 0) = NaN. Text: see vec.text.hpp.

struct split_float {
  vec mantissa, exponent;
};
// For finite positive x; with AVX-512's instructions also the exponents of 0 and inf, -inf and inf, and the mantissa of x < 0, NaN.
IGATA_INLINE split_float split(vec x) {
#if IGATA_LEVEL == 2
  constexpr unsigned short all = 0xffff;
  const vec mantissa = __builtin_ia32_getmantps512_mask(x, 8, vec{}, all, 4);  // in [1, 2)
  const vec exponent = __builtin_ia32_getexpps512_mask(x, vec{}, all, 4);
  const ivec high = mantissa >= 1.41421354f;
  return {select(high, mantissa * 0.5f, mantissa), select(high, exponent + 1.f, exponent)};
#else
  const ivec tiny = x < 1.17549435e-38f;
  const uvec scaled = reinterpret_cast<uvec>(select(tiny, x * 8388608.f, x));
  const ivec word = reinterpret_cast<ivec>(scaled - 0x3f3504f3u);  // minus sqrt 1/2: the exponent rounds at it
  const ivec exponent = (word >> 23) - (tiny & 23);
  return {from_bits((word & 0x007fffff) + 0x3f3504f3), to_float(exponent)};
#endif
}

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

#if IGATA_LEVEL == 2  // split has done it
IGATA_INLINE vec log(vec x) { return log_positive(x); }
#else
IGATA_INLINE vec log(vec x) { return log_special(x, log_positive(x)); }
#endif

// log(u) + c / u, where u + c = 1 + x exactly
[[gnu::noinline]] inline vec log1p(vec x) {
  const vec u = x + 1.f;
  const vec part_of_x = u - 1.f;
  const vec part_of_one = u - part_of_x;
  const vec c = (1.f - part_of_one) + (x - part_of_x);
  const vec y = log_special(u, log_positive(u) + c / u);
  return select(abs(x) < 1e-10f, x, y);
}
