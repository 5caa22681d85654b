// Numbers in two parts, whose sum has about 106 bits. Text: see ../vectors.text.hpp.

struct two_parts {
  vec high, low;
};
// a + b, exactly: of |a| >= |b| or a = 0; of any two. (Dekker 1971, Knuth 1969.)
IGATA_INLINE two_parts ordered_sum(vec a, vec b) {
  const vec sum = a + b;
  return {sum, b - (sum - a)};
}
IGATA_INLINE two_parts exact_sum(vec a, vec b) {
  const vec sum = a + b, part = sum - a;
  return {sum, (a - (sum - part)) + (b - part)};
}
// a * b, within 2^-105 of it. Where products and sums are not fused, of halves of 26 and 27 bits.
IGATA_INLINE two_parts exact_product(vec a, vec b) {
  const vec product = unfused(a * b);
  if constexpr (fuses) return {product, fma(a, b, -product)};
  constexpr integer upper = static_cast<integer>(0xfffffffff8000000u);
  const vec a_high = from_bits(bits(a) & upper), b_high = from_bits(bits(b) & upper), a_low = a - a_high, b_low = b - b_high;
  return {product, (((a_high * b_high - product) + a_high * b_low) + a_low * b_high) + a_low * b_low};
}

// c[0] + c[1] x + c[2] x^2 …, its even and its odd powers beside each other.
template <int N>
IGATA_INLINE vec polynomial(const double (&c)[N], vec x) {
  constexpr int last_even = (N - 1) / 2 * 2, last_odd = N / 2 * 2 - 1;
  const vec square = x * x;
  vec even = splat(c[last_even]), odd = splat(c[last_odd]);
  IGATA_UNROLL_ALL
  for (int i = last_even - 2; i >= 0; i -= 2) even = fma(even, square, splat(c[i]));
  IGATA_UNROLL_ALL
  for (int i = last_odd - 2; i >= 1; i -= 2) odd = fma(odd, square, splat(c[i]));
  return fma(odd, x, even);
}

// Rounds to a whole number, which stands in the low bits of the sum. |x| < 2^51.
inline constexpr double round_bias = 0x1.8p52;
inline constexpr integer round_bias_bits = 0x4338000000000000;

// 2^n for whole n in [-1022, 1023]
IGATA_INLINE vec power_of_two(ivec n) { return from_bits((n + 1023) << 52); }

// raw_min and raw_max pass their second operand when it is NaN.
IGATA_INLINE vec clamp(double low, vec x, double high) { return raw_max(splat(low), raw_min(splat(high), x)); }

// ln 2 in two parts; the first has 40 bits, so that its products with exponents are exact.
inline constexpr double ln2_high = 0x1.62e42fefa2p-1, ln2_low = 7.371002565167799e-13;
