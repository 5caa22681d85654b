// A float's mantissa and exponent. Subnormals are scaled up first. Text: see vectors.text.hpp.

struct split_float {
  vec mantissa, exponent;
};
// For finite positive x: x = 2^exponent * mantissa, in [sqrt 1/2, sqrt 2).
inline constexpr bool splits_all = false;
IGATA_INLINE split_float split(vec x) {
  const ivec tiny = x < 1.17549435e-38f;
  const uvec scaled = as<uvec>(select(tiny, x * 8388608.f, x));
  const ivec word = as<ivec>(scaled - 0x3f3504f3u);  // minus sqrt 1/2: the exponent rounds at it
  const ivec exponent = (word >> 23) - (tiny & 23);
  return {from_bits((word & 0x007fffff) + 0x3f3504f3), to_float(exponent)};
}
