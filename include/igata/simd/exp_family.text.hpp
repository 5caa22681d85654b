// expm1 and sigmoid, of exp. Text: see vectors.text.hpp.

// exp(x) - 1 for x <= 60: 2^n (exp(r) - 1) + (2^n - 1), nothing cancels
IGATA_INLINE vec expm1_small(vec x) {
  const reduced a = reduce_ln2(x);
  const vec square = a.r * a.r;
  const vec p = fma(square, exp_tail(a.r), a.r);
  const vec power = power_of_two(convert<ivec>(a.n));
  return fma(power, p, power - 1.f);
}

[[gnu::noinline]] inline vec expm1(vec x) {
  const vec result = select(x > 60.f, exp(x), expm1_small(clamp(-20.f, x, 60.f)));
  return select(x == 0.f, x, result);
}

// Through exp(-|x|), which cannot overflow; small results keep all their bits.
IGATA_INLINE vec sigmoid(vec x) {
  const vec e = exp_for_quotient(from_bits(bits(x) | sign_bit));
  return select(x < 0.f, e, splat(1.f)) / (e + 1.f);
}
