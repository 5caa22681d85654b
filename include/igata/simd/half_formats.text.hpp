// Fractions of 16 bits, f16 and bf16: the bits of one in each lane become the lane's number, which has them all, and a number is rounded to them
// once, half to even, also to a subnormal one; what is too large becomes infinite, NaN a quiet one. As core/half.hpp says, and by whole numbers, so
// that all targets give the same bits; no operand of an addition is subnormal, which the processor may take for 0. Text: see vectors.text.hpp.

template <int Exponent, int Fraction>  // so many bits
struct half_format {
  static constexpr int fraction = sizeof(real) == 4 ? 23 : 52, shift = fraction - Fraction, sign_shift = 8 * static_cast<int>(sizeof(real)) - 16;
  static constexpr int lane_bias = sizeof(real) == 4 ? 127 : 1023, bias = (1 << (Exponent - 1)) - 1, above = lane_bias - bias;
  static constexpr integer exponents = static_cast<integer>(above) << fraction, least_normal = static_cast<integer>(above + 1) << fraction;
  static constexpr integer infinite = static_cast<integer>((1 << Exponent) - 1) << Fraction, fractions = (1 << Fraction) - 1;
  // Above it numbers are multiples of the smallest subnormal one.
  static constexpr integer one_of_least = static_cast<integer>(lane_bias + 1 - bias - Fraction + fraction) << fraction;

  IGATA_INLINE static vec number(ivec raw) {
    const ivec size = raw & 0x7fff, moved = size << shift;
    ivec number = moved + exponents + (as<ivec>(size >= infinite) & exponents);
    if constexpr (above > 0) {
      const vec subnormal = from_bits(moved + least_normal) - splat(__builtin_bit_cast(real, least_normal));
      number = select(as<ivec>(size <= fractions), bits(subnormal), number);
    }
    return from_bits(number | (as<ivec>(size > infinite) & quiet_bit) | ((raw << sign_shift) & sign_bit));
  }
  IGATA_INLINE static ivec rounded(vec x) {
    const ivec all = bits(x), size = all & ~sign_bit, odd = (size >> shift) & 1;
    const uvec up = as<uvec>(size) + as<uvec>(odd) + ((natural{1} << (shift - 1)) - 1);
    ivec half = as<ivec>(up >> shift) - (static_cast<integer>(above) << Fraction);
    if constexpr (above > 0) {
      const vec multiple = from_bits(size) + splat(__builtin_bit_cast(real, one_of_least));
      half = select(as<ivec>(size < least_normal), bits(multiple) - one_of_least, half);
    }
    half = select(as<ivec>(half > infinite), infinite + ivec{}, half);
    half = select(as<ivec>(size > infinite_bits), infinite | (fractions + 1) / 2 | ((size >> shift) & fractions), half);
    return half | ((all >> sign_shift) & 0x8000);
  }
};
using f16_format = half_format<5, 10>;
using bf16_format = half_format<8, 7>;
