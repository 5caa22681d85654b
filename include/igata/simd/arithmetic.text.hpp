// Lane-wise arithmetic that means the same on all targets. Text: see vectors.text.hpp.

inline constexpr integer infinite_bits = sizeof(real) == 4 ? integer{0x7f800000} : static_cast<integer>(0x7ff0000000000000);
inline constexpr integer quiet_bit = sizeof(real) == 4 ? integer{0x00400000} : static_cast<integer>(0x0008000000000000);

// By bits on clang: under a user's -ffast-math its back end takes a != a for false, whatever the region says. Bits that come out of an `asm` it does
// not see through: clang 18 and later know a test of bits for one of NaN or infinity, and take that for false too.
#if defined(__clang__)
IGATA_INLINE ivec is_nan(vec a) {
  ivec size = as<ivec>(a) & ~sign_bit;
  IGATA_HIDE_VECTOR(size);
  return size > infinite_bits;
}
#else
IGATA_INLINE ivec is_nan(vec a) { return a != a; }
#endif
IGATA_INLINE vec by_bits(integer a) {
  IGATA_HIDE(a);
  return splat(__builtin_bit_cast(real, a));
}
IGATA_INLINE vec infinity() { return by_bits(infinite_bits); }
IGATA_INLINE vec minus_infinity() { return by_bits(infinite_bits | sign_bit); }
IGATA_INLINE vec not_a_number() { return by_bits(infinite_bits | quiet_bit); }
// NaN if either is NaN. Not called max and min: those are macros of <windows.h>.
IGATA_INLINE vec larger(vec a, vec b) { return select(is_nan(a), a, raw_max(a, b)); }
IGATA_INLINE vec smaller(vec a, vec b) { return select(is_nan(a), a, raw_min(a, b)); }

IGATA_INLINE vec to_float(ivec a) { return convert<vec>(a); }
// Truncates, saturates, NaN gives 0. The conversion itself only sees values in range.
inline constexpr real most_whole = sizeof(real) == 4 ? real{0x1p31f} : static_cast<real>(0x1p63),
                      below_most = most_whole - (sizeof(real) == 4 ? 128 : 1024);
IGATA_INLINE ivec to_int(vec a) {
  const vec inside = raw_min(raw_max(a, splat(-most_whole)), splat(below_most));
  const ivec truncated = convert<ivec>(inside);
  const ivec saturated = select(a >= most_whole, ~sign_bit + ivec{}, truncated);
  return saturated & ~is_nan(a);
}
