// log and log1p: with s = f / (2 + f), log(1 + f) = 2 atanh(s) = f - (f^2 / 2 - s (f^2 / 2 + R)), R = 2 s^2 / 3 + 2 s^4 / 5 + …
// Text: see ../vectors.text.hpp.

// R / s^2, of s^2
inline constexpr double log_of[] = {0.666666666666667, 0.3999999999989819, 0.28571428626570206, 0.2222221103781659, 0.18182896183483085,
                                    0.15331487235865734, 0.14619343453512615};

struct split_number {
  vec mantissa, exponent;
};
// For finite positive x: x = 2^exponent * mantissa, in [sqrt 1/2, sqrt 2). Subnormals are scaled up first.
IGATA_INLINE split_number split(vec x) {
  const ivec tiny = x < 0x1p-1022;
  const uvec word = as<uvec>(select(tiny, x * 0x1p54, x)) - 0x3fe6a09e667f3bcdu;  // minus sqrt 1/2: the exponent rounds at it
  const vec exponent = as<vec>((word + (std::uint64_t{1024} << 52)) >> 52 | 0x4330000000000000u);  // + 2^52 + 1024
  return {from_bits(as<ivec>((word & 0x000fffffffffffffu) + 0x3fe6a09e667f3bcdu)),
          exponent - select(tiny, splat(0x1p52 + 1078), splat(0x1p52 + 1024))};
}

// log(x) + more, for finite positive x
IGATA_INLINE vec log_positive(vec x, vec more = vec{}) {
  const split_number a = split(x);
  const vec f = a.mantissa - 1., half_square = 0.5 * f * f, s = f / (f + 2.), z = s * s;
  const two_parts sum = ordered_sum(a.exponent * ln2_high, f);
  const vec curve = half_square - s * fma(z, polynomial(log_of, z), half_square);
  return sum.high + (sum.low + (fma(a.exponent, splat(ln2_low), more) - curve));
}

// What log gives outside (0, inf): NaN bits for x < 0 and NaN.
IGATA_INLINE vec log_special(vec x, vec y) {
  y = select(x == 0., minus_infinity(), y);
  y = select(x == infinity(), x, y);
  return select((x < 0.) | is_nan(x), not_a_number(), y);
}
IGATA_INLINE vec log(vec x) { return log_special(x, log_positive(x)); }

// log(u + c) = log(u) + c / u, where u + c = 1 + x exactly
[[gnu::noinline]] inline vec log1p(vec x) {
  const two_parts u = exact_sum(splat(1.), x);
  return select(x == 0., x, log_special(u.high, log_positive(u.high, u.low / u.high)));
}
