// Division and shifts of whole numbers, with a meaning where C++ has none: by 0 all bits, the lowest number by -1 itself; what is shifted by less
// than 0 or as many bits as there are, and more, is what is shifted in. Text: see vectors.text.hpp.

// Both vectors are never divided by 0, nor by -1 where there is a sign.
[[gnu::noinline]] inline ivec quotient(ivec a, ivec b) {
  const ivec zero = as<ivec>(b == 0), minus = as<ivec>(b == -1);
  const ivec there = divided(a, select(zero | minus, as<ivec>(splat_bits(1)), b)), turned = as<ivec>(uvec{} - as<uvec>(a));
  return zero | select(minus, turned, there);
}
[[gnu::noinline]] inline uvec quotient(uvec a, uvec b) {
  const ivec zero = as<ivec>(as<ivec>(b) == 0);
  return as<uvec>(zero) | divided(a, as<uvec>(select(zero, as<ivec>(splat_bits(1)), as<ivec>(b))));
}

inline constexpr natural bits_of_lane = 8 * sizeof(real);
IGATA_INLINE ivec shifts_less(uvec n) { return as<ivec>(as<ivec>(n & ~(bits_of_lane - 1)) == 0); }
IGATA_INLINE uvec shifted_left(uvec a, uvec n) { return as<uvec>(shifts_less(n)) & left_by(a, n & (bits_of_lane - 1)); }
IGATA_INLINE uvec shifted_right(uvec a, uvec n) { return as<uvec>(shifts_less(n)) & right_by(a, n & (bits_of_lane - 1)); }
IGATA_INLINE ivec shifted_right(ivec a, uvec n) {
  const ivec most = as<ivec>(splat_bits(static_cast<integer>(bits_of_lane - 1)));
  return right_by(a, as<uvec>(select(shifts_less(n), as<ivec>(n), most)));
}
