// Whole quarter turns in large angles, and what is left. Text: see kernels/primitives.text.hpp.

inline constexpr integer far_bits = 0x4130000000000000;  // 2^20

// 2 / pi, behind 64 bits of nothing
inline constexpr std::uint32_t two_over_pi[] = {
    0,           0,           0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu, 0xdebbc561u,
    0xb7246e3au, 0x424dd2e0u, 0x06492eeau, 0x09d1921cu, 0xfe1deb1cu, 0xb129a73eu, 0xe88235f5u, 0x2ebb4484u, 0xe99c7026u, 0xb45f7e41u,
    0x3991d639u, 0x835339f4u, 0x9c845f8bu, 0xbdf9283bu, 0x1ff897ffu, 0xde05980fu, 0xef2f118bu, 0x5a0a6d1fu, 0x6d367ecfu, 0x27cb09b7u,
    0x4f463f66u, 0x9e5fea2du, 0x7527bac7u, 0xebe5f17bu, 0x3d0739f7u, 0x8a5292eau, 0x6bfb5fb1u, 0x1f8d5d08u, 0x56033046u, 0xfc7b6babu};

// x = (high + low) + quarters * pi / 2, quarters modulo 4, of a size from 2^20 on; of what is not finite NaN. By as many bits of 2 / pi as matter:
// those that give multiples of 4 do not, and 192 behind them are enough. (Payne and Hanek 1983.)
[[gnu::noinline]] inline void turn_far(double x, double& high, double& low, integer& quarters) {
  const natural word = __builtin_bit_cast(natural, x);
  const int exponent = static_cast<int>(word >> 52 & 2047);
  if (exponent == 2047) {
    high = low = by_bits(0x7ff8000000000000u);
    return;
  }
  const int first = exponent - 1075 - 1 + 63;  // the place of the first bit that matters
  const std::uint64_t m[2] = {word & 0xffffffffu, (word >> 32 & 0xfffffu) | 0x100000u};
  std::uint32_t turn[6] = {};  // x * 2 / pi modulo 4, in units of 2^-190, the lowest 32 bits first
  std::uint64_t carry = 0, carry_too = 0;
  std::uint32_t before = 0;
  for (int i = 0; i < 6; ++i) {
    const std::uint32_t* const w = two_over_pi + (first + 32 * (5 - i)) / 32;
    const auto bits = static_cast<std::uint32_t>((std::uint64_t{w[0]} << 32 | w[1]) >> (32 - first % 32));
    const std::uint64_t product = m[0] * bits + carry, product_too = m[1] * before + carry_too;
    const std::uint64_t sum = (product & 0xffffffffu) + (product_too & 0xffffffffu);
    turn[i] = static_cast<std::uint32_t>(sum);
    carry = (product >> 32) + (sum >> 32);
    carry_too = product_too >> 32;
    before = bits;
  }
  std::uint32_t whole = turn[5] >> 30;
  const bool back = turn[5] >> 29 & 1;  // half a quarter or more is left: one turns on, and back
  if (back) ++whole;
  double sum = 0, rest = 0, unit = 0x1p-32;
  for (int i = 5; i >= 0; --i, unit *= 0x1p-32) {
    std::uint32_t part = turn[i] << 2 | (i > 0 ? turn[i - 1] >> 30 : 0);
    if (back) part = ~part;
    const double some = static_cast<double>(part) * unit, more = sum + some;
    rest += some - (more - sum);
    sum = more;
  }
  // times pi / 2, in two parts
  constexpr double quarter = 1.5707963267948966, quarter_low = 6.123233995736766e-17;
  const auto upper = [](double a) { return __builtin_bit_cast(double, __builtin_bit_cast(natural, a) & 0xfffffffff8000000u); };
  const double a = sum + rest, a_low = (sum - a) + rest, a_upper = upper(a), a_lower = a - a_upper, q_upper = upper(quarter),
               q_lower = quarter - q_upper;
  const double product = a * quarter;
  const double error = (((a_upper * q_upper - product) + a_upper * q_lower) + a_lower * q_upper) + a_lower * q_lower;
  low = error + (a * quarter_low + a_low * quarter);
  high = product;
  if (back != (x < 0)) high = -high, low = -low;
  quarters = static_cast<integer>(x < 0 ? 4 - whole : whole);
}
