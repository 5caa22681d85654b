// What exp and its family are made of: exp(x) = 2^n * exp(r), n = round(x / ln 2), |r| <= ln 2 / 2; the polynomial is Cephes' expf.
// Text: see vectors.text.hpp.

// Rounds to a whole number: the sum has no bits behind the point. |x| < 2^22.
inline constexpr float round_bias = 12582912.f;

// (exp(r) - 1 - r) / r^2
IGATA_INLINE vec exp_tail(vec r) {
  vec p = fma(splat(1.9875691500e-4f), r, splat(1.3981999507e-3f));
  p = fma(p, r, splat(8.3334519073e-3f));
  p = fma(p, r, splat(4.1665795894e-2f));
  p = fma(p, r, splat(1.6666665459e-1f));
  return fma(p, r, splat(5.0000001201e-1f));
}

struct reduced {
  vec n, r;
};
// ln 2 in two parts; the first has 9 bits, so n times it is exact even without FMA.
IGATA_INLINE reduced reduce_ln2(vec x) {
  const vec n = fma(x, splat(1.44269504088896341f), splat(round_bias)) - round_bias;
  const vec r = fma(n, splat(-0.693359375f), x);
  return {n, fma(n, splat(2.12194440e-4f), r)};
}

// 2^n for whole n in [-126, 127]
IGATA_INLINE vec power_of_two(ivec n) { return from_bits((n + 127) << 23); }

// raw_min and raw_max pass their second operand when it is NaN.
IGATA_INLINE vec clamp(float low, vec x, float high) { return raw_max(splat(low), raw_min(splat(high), x)); }
