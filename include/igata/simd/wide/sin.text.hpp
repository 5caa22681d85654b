// sin and cos: of x less whole quarter turns, in two parts. Text: see ../vectors.text.hpp.

// (sin r - r) / r^3 and (cos r - 1 + r^2 / 2) / r^4, of r^2
inline constexpr double sin_of[] = {-0.16666666666666666, 0.008333333333333331, -0.0001984126984126474, 2.755731921908908e-06,
                                    -2.505210614614823e-08, 1.6058518030197686e-10, -7.585901341559535e-13};
inline constexpr double cos_of[] = {0.041666666666666664, -0.0013888888888888887, 2.4801587301584466e-05, -2.7557319221263784e-07,
                                    2.0876755743099744e-09, -1.1470453332483415e-11, 4.745429462726575e-14};

struct angles {
  two_parts r;
  ivec quarters;
};
// What is large or not finite, one by one; the drivers know how.
[[gnu::noinline]] inline void turn_all(vec x, angles& a) {
  alignas(vec) double from[lanes], high[lanes], low[lanes];
  alignas(vec) integer quarters[lanes];
  store(from, x);
  store(high, a.r.high);
  store(low, a.r.low);
  store(quarters, from_bits(a.quarters));
  for (int i = 0; i < lanes; ++i)
    if ((__builtin_bit_cast(natural, from[i]) & ~natural(sign_bit)) >= drivers::far_bits) drivers::turn_far(from[i], high[i], low[i], quarters[i]);
  a.r = {load(high), load(low)};
  a.quarters = bits(load(quarters));
}

// sin of x + quarters * pi / 2. pi / 2 in four parts, three of them of 33 bits: exact products up to 2^20 quarter turns.
[[gnu::noinline]] inline vec sin_turned(vec x, integer quarters) {
  const vec sum = x * 0.6366197723675814 + round_bias, n = sum - round_bias;
  const two_parts second = exact_sum(fma(n, splat(-0x1.921fb544p+0), x), unfused(n * -0x1.0b4611a6p-34)),
                  third = exact_sum(second.high, unfused(n * -0x1.3198a2ep-69));
  angles a{exact_sum(third.high, third.low + (second.low - n * 8.4784276603689e-32)), bits(sum) - round_bias_bits};
  if (any((bits(x) & ~sign_bit) >= drivers::far_bits)) [[unlikely]] turn_all(x, a);
  const ivec quadrant = a.quarters + quarters;
  const vec r = a.r.high, z = r * r;
  const vec s = r + fma(z * r, polynomial(sin_of, z), a.r.low * (1. - 0.5 * z));
  const vec half = 0.5 * z, most = 1. - half;
  const vec c = most + (((1. - most) - half) + fma(z * z, polynomial(cos_of, z), -(r * a.r.low)));
  const ivec odd = -(quadrant & 1), value = (bits(c) & odd) | (bits(s) & ~odd);
  return from_bits(value ^ as<ivec>(as<uvec>(quadrant & 2) << 62));
}
IGATA_INLINE vec sin(vec x) { return select(x == 0., x, sin_turned(x, 0)); }
IGATA_INLINE vec cos(vec x) { return sin_turned(x, 1); }
