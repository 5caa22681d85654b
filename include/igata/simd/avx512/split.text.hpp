// A float's mantissa and exponent. Text: see ../vectors.text.hpp.

struct split_float {
  vec mantissa, exponent;
};
// x = 2^exponent * mantissa, in [sqrt 1/2, sqrt 2); also the exponents of 0 and inf, -inf and inf, and the mantissa of x < 0, NaN.
inline constexpr bool splits_all = true;
IGATA_INLINE split_float split(vec x) {
  constexpr unsigned short all = 0xffff;
  const vec mantissa = __builtin_ia32_getmantps512_mask(x, 8, vec{}, all, 4);  // in [1, 2)
  const vec exponent = __builtin_ia32_getexpps512_mask(x, vec{}, all, 4);
  const ivec high = mantissa >= 1.41421354f;
  return {select(high, mantissa * 0.5f, mantissa), select(high, exponent + 1.f, exponent)};
}
