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

#if IGATA_LEVEL == 2
// Two registers are a table of 32 numbers; __builtin_shuffle's five bits of the index are the lowest.
struct register_pair {
  vec low, high;
};
IGATA_INLINE vec entry(const register_pair& table, ivec at) {
#if defined(__clang__)
  return __builtin_ia32_vpermi2varps512(table.low, at, table.high);
#else
  return __builtin_shuffle(table.low, table.high, at);
#endif
}

// exp(x) = 2^n * exp(r), n = round(x / ln 2 * 32) / 32, |r| <= ln 2 / 64. The lowest bits of the sum that rounds are n's behind the point; 2 to their
// power is a table, and scaling takes the others.
inline constexpr register_pair exp2_table{
    {1.f, 1.0218972f, 1.0442737f, 1.0671405f, 1.0905077f, 1.1143868f, 1.1387886f, 1.1637249f, 1.1892071f, 1.2152474f, 1.2418578f, 1.269051f,
     1.2968396f, 1.3252367f, 1.3542556f, 1.38391f},
    {1.4142135f, 1.4451808f, 1.4768262f, 1.5091645f, 1.5422108f, 1.5759809f, 1.6104903f, 1.6457555f, 1.6817929f, 1.7186193f, 1.7562522f,
     1.7947091f, 1.8340081f, 1.8741677f, 1.9152066f, 1.9571441f},
};
IGATA_INLINE vec exp(vec x) {
  const vec inside = clamp(-105.f, x, 89.f);
  const vec sum = fma(inside, splat(1.44269504088896341f), splat(393216.f));
  const vec n = sum - 393216.f;
  const vec r = fma(n, splat(1.90465421e-9f), fma(n, splat(-0.693147182f), inside));
  const vec rest = fma(r * r, fma(r, splat(1.f / 6), splat(0.5f)), r);
  const vec power = entry(exp2_table, bits(sum));
  return scale(fma(power, rest, power), n);
}
#else
IGATA_INLINE vec exp(vec x) {
  const reduced a = reduce_ln2(clamp(-105.f, x, 89.f));
  const vec square = a.r * a.r;
  const vec rest = fma(square, exp_tail(a.r), a.r);
  return scale(rest + 1.f, a.n);
}
#endif

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

// Through exp(-|x|), which cannot overflow; small results keep all their bits.
IGATA_INLINE vec sigmoid(vec x) {
  const vec e = exp(from_bits(bits(x) | sign_bit));
  return select(x < 0.f, e, splat(1.f)) / (e + 1.f);
}
