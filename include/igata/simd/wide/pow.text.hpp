// pow: exp(y log x), of a logarithm in two parts: log m = 2 s + s^3 (2 / 3 + s^2 (2 / 5 + …)), s = (m - 1) / (m + 1). Text: see ../vectors.text.hpp.

// 2 / 5 + 2 / 7 s^2 + …, of s^2
inline constexpr double log_tail_of[] = {0.4, 0.2857142857142938, 0.2222222222164882, 0.1818181833699257, 0.15384594791762352, 0.13334813971292003,
                                         0.11705988156500907, 0.11725771221811145};

IGATA_INLINE two_parts product(two_parts a, two_parts b) {
  const two_parts p = exact_product(a.high, b.high);
  return {p.high, p.low + (a.high * b.low + a.low * b.high)};
}
IGATA_INLINE two_parts log_in_parts(vec x) {
  const split_number a = split(x);
  const vec f = a.mantissa - 1.;
  const two_parts d = exact_sum(a.mantissa, splat(1.));
  const vec quotient = f / d.high;
  const two_parts back = exact_product(quotient, d.high);
  const two_parts s{quotient, (((f - back.high) - back.low) - quotient * d.low) / d.high};
  const two_parts z = product(s, s);
  const vec tail = polynomial(log_tail_of, z.high);
  const two_parts more = exact_product(z.high, tail), sum = ordered_sum(splat(0.6666666666666666), more.high);
  const two_parts cube = product(s, product(z, {sum.high, sum.low + (more.low + fma(z.low, tail, splat(3.700743415417188e-17)))}));
  const two_parts log = ordered_sum(s.high + s.high, cube.high), all = ordered_sum(a.exponent * ln2_high, log.high);
  return ordered_sum(all.high, all.low + (fma(a.exponent, splat(ln2_low), log.low) + (s.low + s.low + cube.low)));
}

// C99's special cases: pow(x, 0) = pow(1, y) = 1; x < 0 needs a whole y, whose parity gives the sign.
[[gnu::noinline]] inline vec pow(vec x, vec y) {
  const vec size = abs(x);
  const two_parts log = log_in_parts(size);
  const vec factor = clamp(-0x1p66, y, 0x1p66);  // of a size other than 1, more makes no difference
  const two_parts p = exact_product(factor, log.high);
  const vec exponent = clamp(-800., p.high, 800.);
  const exp_parts e = parts_of_exp(exponent, select(abs(p.high) < 800., fma(factor, log.low, p.low), vec{}));
  const two_powers power = halves_of_power(e.n);
  vec r = e.value.high * power.of[0] * power.of[1];
  const ivec grows = (size > 1.) ^ (y < 0.);
  r = select((size == 0.) | (size == infinity()), select(grows, infinity(), vec{}), r);
  const ivec whole = floor(y) == y;
  const ivec odd = whole & (abs(y) < 0x1p53) & (floor(y * 0.5) != y * 0.5);
  r = from_bits(bits(r) ^ (bits(x) & sign_bit & odd));
  r = select((x < 0.) & ~whole & (size != infinity()), not_a_number(), r);
  r = select((size == 1.) & (abs(y) == infinity()), splat(1.), r);
  r = select(is_nan(x) | is_nan(y), x + y, r);
  return select((y == 0.) | (x == 1.), splat(1.), r);
}
