// exp. Overflow gives inf, results below the normal range are rounded once, NaN passes. Text: see vectors.text.hpp.

// p * 2^n for whole n in [-252, 254]
IGATA_INLINE vec scale(vec p, vec n) {
  const ivec whole = convert<ivec>(n);
  const ivec half = whole >> 1;
  return p * power_of_two(half) * power_of_two(whole - half);
}

IGATA_INLINE vec exp(vec x) {
  const reduced a = reduce_ln2(clamp(-105.f, x, 89.f));
  const vec square = a.r * a.r;
  const vec rest = fma(square, exp_tail(a.r), a.r);
  return scale(rest + 1.f, a.n);
}
IGATA_INLINE vec exp_for_quotient(vec x) { return exp(x); }
