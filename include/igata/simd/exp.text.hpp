// exp and its family. exp(x) = 2^n * exp(r), n = round(x / ln 2), |r| <= ln 2 / 2; the polynomial is Cephes' expf.
// Overflow gives inf, results below the normal range are rounded once, NaN passes. Text: see vec.text.hpp.

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

IGATA_INLINE vec scale(vec p, vec n) {
#if IGATA_LEVEL == 2
  return __builtin_ia32_scalefps512_mask(p, n, p, static_cast<unsigned short>(-1), 4);
#else
  const ivec whole = __builtin_convertvector(n, ivec);
  const ivec half = whole >> 1;
  return p * power_of_two(half) * power_of_two(whole - half);
#endif
}

// raw_min and raw_max pass their second operand when it is NaN.
IGATA_INLINE vec clamp(float low, vec x, float high) { return raw_max(splat(low), raw_min(splat(high), x)); }

IGATA_INLINE vec exp(vec x) {
  const reduced a = reduce_ln2(clamp(-105.f, x, 89.f));
  const vec square = a.r * a.r;
  const vec rest = fma(square, exp_tail(a.r), a.r);
  return scale(rest + 1.f, a.n);
}

// exp(x) - 1 for x <= 60: 2^n (exp(r) - 1) + (2^n - 1), nothing cancels
IGATA_INLINE vec expm1_small(vec x) {
  const reduced a = reduce_ln2(x);
  const vec square = a.r * a.r;
  const vec p = fma(square, exp_tail(a.r), a.r);
  const vec power = power_of_two(__builtin_convertvector(a.n, ivec));
  return fma(power, p, power - 1.f);
}

[[gnu::noinline]] inline vec expm1(vec x) {
  const vec result = select(x > 60.f, exp(x), expm1_small(clamp(-20.f, x, 60.f)));
  return select(x == 0.f, x, result);
}

// Cephes' polynomial below 0.625, 1 - 2 / (exp(2|x|) + 1) above. There exp needs no reduction of its error: 2|x| = n ln 2 + 2r, and a
// polynomial of degree 6 for exp(2r), |r| <= ln 2 / 4, minimal in its relative error.
IGATA_INLINE vec tanh(vec x) {
  const vec square = x * x;
  vec p = fma(splat(-5.70498872745e-3f), square, splat(2.06390887954e-2f));
  p = fma(p, square, splat(-5.37397155531e-2f));
  p = fma(p, square, splat(1.33314422036e-1f));
  p = fma(p, square, splat(-3.33332819422e-1f));
  const vec near_zero = fma(p * square, x, x);
  const vec size = raw_min(splat(10.f), abs(x));  // NaN passes
  const vec n = fma(size, splat(2.88539008177792681f), splat(round_bias)) - round_bias;
  vec r = fma(n, splat(-0.3466796875f), size);
  r = fma(n, splat(1.06097220e-4f), r);
  const vec r_square = r * r;  // in pairs: the chain of operations is shorter
  vec e = fma(splat(8.841343108e-02f), r_square, fma(r, splat(2.677989402e-01f), splat(6.666942088e-01f)));
  e = fma(e, r_square, fma(r, splat(1.333321651e+00f), splat(1.999999738e+00f)));
  e = fma(e, r_square, fma(r, splat(2.f), splat(1.f)));
#if IGATA_LEVEL == 2
  e = scale(e, n);
#else
  e = e * power_of_two(__builtin_convertvector(n, ivec));
#endif
  const vec large = copy_sign(1.f - 2.f / (e + 1.f), x);
  return select(size < 0.625f, near_zero, large);
}

// Through exp(-|x|), which cannot overflow; small results keep all their bits.
IGATA_INLINE vec sigmoid(vec x) {
  const vec e = exp(from_bits(bits(x) | sign_bit));
  return select(x < 0.f, e, splat(1.f)) / (e + 1.f);
}
