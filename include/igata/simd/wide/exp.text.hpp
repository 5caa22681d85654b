// exp and its family: exp(x) = 2^n * exp(r), n = round(x / ln 2), |r| <= ln 2 / 2. Coefficients are minimal in the largest error (Chebyshev).
// Text: see ../vectors.text.hpp.

// (exp(r) - 1 - r - r^2 / 2) / r^3
inline constexpr double exp_tail_of[] = {0.1666666666666667, 0.04166666666666667, 0.0083333333333259, 0.0013888888888883581, 0.00019841269875637497,
                                         2.4801587326131077e-05, 2.755725436822675e-06, 2.755727290616548e-07, 2.510564479145537e-08,
                                         2.091499245327924e-09};

// x + more, of a small `more`: its n, and exp(r + low) - 1 as r + square / 2 + rest.
struct reduced {
  ivec n;
  vec r, square, rest;
};
IGATA_INLINE reduced reduce_ln2(vec x, vec more = vec{}) {
  const vec sum = fma(x, splat(1.4426950408889634), splat(round_bias)), n = sum - round_bias;
  const vec most = fma(n, splat(-ln2_high), x), least = fma(n, splat(-ln2_low), more);
  const vec r = most + least, square = r * r;
  return {bits(sum) - round_bias_bits, r, square, fma(square * r, polynomial(exp_tail_of, r), least - (r - most))};
}
// Twice by half of 2^n, so that results below the normal range are rounded once: n in [-2044, 2046].
struct two_powers {
  vec of[2];
};
IGATA_INLINE two_powers halves_of_power(ivec n) {
  const ivec half = as<ivec>(as<uvec>(n + 4096) >> 1) - 2048;
  return {{power_of_two(half), power_of_two(n - half)}};
}

// exp(x + more) = 2^n * (high + low)
struct exp_parts {
  ivec n;
  two_parts value;
};
IGATA_INLINE exp_parts parts_of_exp(vec x, vec more = vec{}) {
  const reduced a = reduce_ln2(clamp(-746., x, 710.), more);
  const two_parts sum = ordered_sum(splat(1.), a.r);
  return {a.n, ordered_sum(sum.high, sum.low + fma(a.square, splat(0.5), a.rest))};
}
IGATA_INLINE vec exp(vec x) {
  const exp_parts e = parts_of_exp(x);
  const two_powers power = halves_of_power(e.n);
  return e.value.high * power.of[0] * power.of[1];
}

// (exp(x) - 1) / 2 of x in [-745, 710]
IGATA_INLINE two_parts half_expm1(vec x) {
  const reduced a = reduce_ln2(x);
  const two_parts square = exact_product(a.r, a.r), curve = ordered_sum(a.r, 0.5 * square.high);
  const two_parts p{curve.high, curve.low + fma(square.low, splat(0.5), a.rest)};
  const vec power = power_of_two(a.n - 1);
  const two_parts shifted = exact_sum(power, splat(-0.5)), sum = exact_sum(shifted.high, power * p.high);
  return ordered_sum(sum.high, sum.low + (shifted.low + power * p.low));
}
[[gnu::noinline]] inline vec expm1(vec x) {
  const vec result = half_expm1(clamp(-45., x, 710.)).high;
  return select(abs(x) < 0x1p-54, x, result + result);
}

// (numerator.high + numerator.low) / (1 + e.high + e.low): the quotient, and what its operands' low parts change, for which some bits of 1 / d are
// enough: a line.
IGATA_INLINE vec divided_by_sum(two_parts numerator, two_parts e, double reciprocal_at_0, double reciprocal_slope) {
  const two_parts d = ordered_sum(splat(1.), e.high);
  const vec quotient = numerator.high / d.high;
  return quotient + (numerator.low - quotient * (d.low + e.low)) * (reciprocal_at_0 + reciprocal_slope * d.high);
}
// Through exp(-|x|), which cannot overflow; small results keep all their bits.
IGATA_INLINE vec sigmoid(vec x) {
  const exp_parts e = parts_of_exp(from_bits(bits(x) | sign_bit));
  const two_powers power = halves_of_power(e.n);
  const two_parts scaled{e.value.high * power.of[0] * power.of[1], e.value.low * power.of[0] * power.of[1]};
  const ivec low = x < 0.;
  const vec q = divided_by_sum({select(low, e.value.high, splat(1.)), select(low, e.value.low, vec{})}, scaled, 24. / 17, -8. / 17);
  return q * select(low, power.of[0], splat(1.)) * select(low, power.of[1], splat(1.));
}
// -h / (1 + h), h = (exp(-2|x|) - 1) / 2
[[gnu::noinline]] inline vec tanh(vec x) {
  const vec size = abs(x);
  const two_parts h = half_expm1(clamp(-45., -2. * size, 0.));
  const vec result = divided_by_sum(h, h, 48. / 17, -32. / 17);
  return select(size < 0x1p-28, x, copy_sign(result, x));  // of zeros too
}
