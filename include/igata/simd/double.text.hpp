// sin, cos and pow go through double, half a register at a time: the reduction of the argument needs more than 24 bits, and so
// does y * log x. Each is a function of its own, never inlined into a loop. Text: see vectors.text.hpp.

// Rounds to a whole number, which stands in the low bits of the sum.
inline constexpr double round_bias_double = 6755399441055744.;

// Whole quarter turns modulo 4 in x, finite and at least 2^20 in size, and what is left, within 2^-60 of a quarter turn; by as many bits of 2 / pi as
// matter: those that give multiples of 4 do not, and 96 behind them are enough. (Payne and Hanek 1983.)
inline constexpr std::uint32_t two_over_pi[] = {0, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu};
[[gnu::noinline]] inline void turn_far(float x, double& rest, double& quarters) {
  const std::uint32_t word = __builtin_bit_cast(std::uint32_t, x), first = (word >> 23 & 255) - 120;  // the first bit that matters
  const std::uint32_t* const w = two_over_pi + first / 32;
  const std::uint64_t m = (word & 0x7fffff) | 0x800000;
  std::uint64_t bits[3];
  for (int i = 0; i < 3; ++i) bits[i] = (std::uint64_t{w[i]} << 32 | w[i + 1]) >> (32 - first % 32) & 0xffffffffu;
  const std::uint64_t turn = ((m * bits[0]) << 32) + m * bits[1] + (m * bits[2] >> 32);  // in units of 2^-62
  const std::uint64_t whole = (turn + (std::uint64_t{1} << 61)) >> 62;
  rest = static_cast<double>(static_cast<std::int64_t>(turn - (whole << 62))) * (0x1p-62 * 1.57079632679489661923);
  quarters = static_cast<double>(whole);
  if (x < 0) rest = -rest, quarters = -quarters;
}

// Angles as x + quarters * pi / 2, where x is small enough for sin_double.
struct angles {
  dvec x[2], quarters[2];
};
[[gnu::noinline]] inline void turn_all(vec x, angles& a) {
  alignas(vec) float from[lanes];
  alignas(vec) double rest[lanes], quarters[lanes];
  store(from, x);
  __builtin_memcpy(rest, a.x, sizeof rest);
  __builtin_memcpy(quarters, a.quarters, sizeof quarters);
  for (int i = 0; i < lanes; ++i) {
    const std::uint32_t size = __builtin_bit_cast(std::uint32_t, from[i]) & 0x7fffffffu;
    if (size < 0x49800000u || size >= 0x7f800000u) continue;
    double more = 0;
    turn_far(from[i], rest[i], more);
    quarters[i] += more;
  }
  __builtin_memcpy(a.x, rest, sizeof rest);
  __builtin_memcpy(a.quarters, quarters, sizeof quarters);
}

// sin of x + quadrants * pi / 2. pi / 2 in three parts of 33 bits: exact products up to 2^20 quarter turns.
IGATA_INLINE dvec sin_double(dvec x, dvec quadrants) {
  const dvec sum = x * 0.63661977236758134308 + round_bias_double;
  const dvec n = sum - round_bias_double;
  dvec r = x - n * 1.57079632673412561417e+00;
  r = r - n * 6.07710050630396597660e-11;
  r = r - n * 2.02226624879595063154e-21;
  const lvec quadrant = as<lvec>(sum + quadrants);
  const dvec z = r * r;
  dvec s = z * 2.75573136213857245213e-6 - 1.98412698295895385996e-4;
  s = s * z + 8.33333333332211858878e-3;
  s = s * z - 1.66666666666666307295e-1;
  s = r + r * z * s;
  dvec c = z * -2.75573141792967388112e-7 + 2.48015872888517045348e-5;
  c = c * z - 1.38888888888730564116e-3;
  c = c * z + 4.16666666666665929218e-2;
  c = 1. - z * 0.5 + z * z * c;
  const lvec odd = -(quadrant & 1);
  const lvec value = (as<lvec>(c) & odd) | (as<lvec>(s) & ~odd);
  return as<dvec>(value ^ (quadrant << 62 & static_cast<std::int64_t>(0x8000000000000000u)));
}
[[gnu::noinline]] inline vec sin_turned(vec x, double quarters) {
  angles a{{widen(x, 0), widen(x, 1)}, {dsplat(quarters), dsplat(quarters)}};
  if (any(abs(x) >= 1048576.f)) [[unlikely]] turn_all(x, a);
  return clamp(-1.f, narrow(sin_double(a.x[0], a.quarters[0]), sin_double(a.x[1], a.quarters[1])), 1.f);
}
IGATA_INLINE vec sin(vec x) { return select(x == 0.f, x, sin_turned(x, 0.)); }
IGATA_INLINE vec cos(vec x) { return sin_turned(x, 1.); }

// 2^(y * log2(2^exponent * mantissa)); log(m) = 2 atanh((m - 1) / (m + 1))
IGATA_INLINE dvec pow_double(dvec mantissa, dvec exponent, dvec y) {
  const dvec s = (mantissa - 1.) / (mantissa + 1.);
  const dvec z = s * s;
  dvec p = z * (1. / 15) + 1. / 13;
  p = p * z + 1. / 11;
  p = p * z + 1. / 9;
  p = p * z + 1. / 7;
  p = p * z + 1. / 5;
  p = p * z + 1. / 3;
  p = p * z + 1.;
  dvec t = (exponent + s * p * 2.88539008177792681472) * y;
  t = select(t < -400., dsplat(-400.), t);
  t = select(t > 400., dsplat(400.), t);
  const dvec sum = t + round_bias_double;
  const dvec f = (t - (sum - round_bias_double)) * 0.69314718055994530942;
  dvec e = f * (1. / 40320) + 1. / 5040;
  e = e * f + 1. / 720;
  e = e * f + 1. / 120;
  e = e * f + 1. / 24;
  e = e * f + 1. / 6;
  e = e * f + 0.5;
  e = e * f + 1.;
  e = e * f + 1.;
  return as<dvec>(as<lvec>(e) + (as<lvec>(sum) << 52));
}

// C99's special cases: pow(x, 0) = pow(1, y) = 1; x < 0 needs a whole y, whose parity gives the sign.
[[gnu::noinline]] inline vec pow(vec x, vec y) {
  const vec size = abs(x);
  const split_float s = split(size);
  vec exponent = select(size == 0.f, minus_infinity(), s.exponent);
  exponent = select(size == infinity(), infinity(), exponent);
  vec r = narrow(pow_double(widen(s.mantissa, 0), widen(exponent, 0), widen(y, 0)),
                 pow_double(widen(s.mantissa, 1), widen(exponent, 1), widen(y, 1)));
  const ivec whole = floor(y) == y;
  const ivec odd = whole & (abs(y) < 16777216.f) & (floor(y * 0.5f) != y * 0.5f);
  r = from_bits(bits(r) ^ (bits(x) & sign_bit & odd));
  r = select((x < 0.f) & ~whole & (size != infinity()), not_a_number(), r);
  r = select((size == 1.f) & (abs(y) == infinity()), splat(1.f), r);
  r = select(is_nan(x) | is_nan(y), x + y, r);
  return select((y == 0.f) | (x == 1.f), splat(1.f), r);
}
