// sin, cos and pow go through double, half a register at a time: the reduction of the argument needs more than 24 bits, and so
// does y * log x. Each is a function of its own, never inlined into a loop. Text: see vec.text.hpp.

typedef double dvec __attribute__((vector_size(IGATA_VECTOR_BYTES)));
typedef std::int64_t lvec __attribute__((vector_size(IGATA_VECTOR_BYTES)));
typedef float half_vec __attribute__((vector_size(IGATA_VECTOR_BYTES / 2)));

IGATA_INLINE dvec dsplat(double x) { return x - dvec{}; }
struct two_halves {
  half_vec half[2];
};
IGATA_INLINE dvec widen(vec v, int which) { return __builtin_convertvector(__builtin_bit_cast(two_halves, v).half[which], dvec); }
IGATA_INLINE vec narrow(dvec low, dvec high) {
  return __builtin_bit_cast(vec, two_halves{{__builtin_convertvector(low, half_vec), __builtin_convertvector(high, half_vec)}});
}

// Rounds to a whole number, which stands in the low bits of the sum.
inline constexpr double round_bias_double = 6755399441055744.;

// sin of x + quadrants * pi / 2. pi / 2 in three parts of 33 bits: exact products up to 2^20 quarter turns; beyond |x| = 1.6e6
// the error grows with x, within [-1, 1].
IGATA_INLINE dvec sin_double(dvec x, double quadrants) {
  const dvec sum = x * 0.63661977236758134308 + round_bias_double;
  const dvec n = sum - round_bias_double;
  dvec r = x - n * 1.57079632673412561417e+00;
  r = r - n * 6.07710050630396597660e-11;
  r = r - n * 2.02226624879595063154e-21;
  const lvec quadrant = reinterpret_cast<lvec>(sum + quadrants);
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
  const lvec value = (reinterpret_cast<lvec>(c) & odd) | (reinterpret_cast<lvec>(s) & ~odd);
  return reinterpret_cast<dvec>(value ^ (quadrant << 62 & static_cast<std::int64_t>(0x8000000000000000u)));
}
[[gnu::noinline]] inline vec sin(vec x) {
  const vec y = narrow(sin_double(widen(x, 0), 0.), sin_double(widen(x, 1), 0.));
  return select(x == 0.f, x, clamp(-1.f, y, 1.f));
}
[[gnu::noinline]] inline vec cos(vec x) {
  return clamp(-1.f, narrow(sin_double(widen(x, 0), 1.), sin_double(widen(x, 1), 1.)), 1.f);
}

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
  t = t < -400. ? dsplat(-400.) : t;
  t = t > 400. ? dsplat(400.) : t;
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
  return reinterpret_cast<dvec>(reinterpret_cast<lvec>(e) + (reinterpret_cast<lvec>(sum) << 52));
}

// C99's special cases: pow(x, 0) = pow(1, y) = 1; x < 0 needs a whole y, whose parity gives the sign.
[[gnu::noinline]] inline vec pow(vec x, vec y) {
  const vec size = abs(x);
  const split_float s = split(size);
  vec exponent = select(size == 0.f, splat(-__builtin_inff()), s.exponent);
  exponent = select(size == __builtin_inff(), splat(__builtin_inff()), exponent);
  vec r = narrow(pow_double(widen(s.mantissa, 0), widen(exponent, 0), widen(y, 0)),
                 pow_double(widen(s.mantissa, 1), widen(exponent, 1), widen(y, 1)));
  const ivec whole = floor(y) == y;
  const ivec odd = whole & (abs(y) < 16777216.f) & (floor(y * 0.5f) != y * 0.5f);
  r = from_bits(bits(r) ^ (bits(x) & sign_bit & odd));
  r = select((x < 0.f) & ~whole & (size != __builtin_inff()), from_bits(0x7fc00000 + ivec{}), r);
  r = select((size == 1.f) & (abs(y) == __builtin_inff()), splat(1.f), r);
  r = select(is_nan(x) | is_nan(y), x + y, r);
  return select((y == 0.f) | (x == 1.f), splat(1.f), r);
}
