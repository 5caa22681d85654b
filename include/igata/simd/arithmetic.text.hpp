// Lane-wise arithmetic that means the same on all targets. Text: see vectors.text.hpp.

// By bits on clang: under a user's -ffast-math its back end takes a != a for false, whatever the region says. Bits that come out of an `asm` it does
// not see through: clang 18 and later know a test of bits for one of NaN or infinity, and take that for false too.
#if defined(__clang__)
IGATA_INLINE ivec is_nan(vec a) {
  ivec size = as<ivec>(a) & 0x7fffffff;
  IGATA_HIDE_VECTOR(size);
  return size > 0x7f800000;
}
#else
IGATA_INLINE ivec is_nan(vec a) { return a != a; }
#endif
IGATA_INLINE vec by_bits(std::uint32_t a) {
  IGATA_HIDE(a);
  return splat(__builtin_bit_cast(float, a));
}
IGATA_INLINE vec infinity() { return by_bits(0x7f800000u); }
IGATA_INLINE vec minus_infinity() { return by_bits(0xff800000u); }
IGATA_INLINE vec not_a_number() { return by_bits(0x7fc00000u); }
// NaN if either is NaN. Not called max and min: those are macros of <windows.h>.
IGATA_INLINE vec larger(vec a, vec b) { return select(is_nan(a), a, raw_max(a, b)); }
IGATA_INLINE vec smaller(vec a, vec b) { return select(is_nan(a), a, raw_min(a, b)); }

IGATA_INLINE vec to_float(ivec a) { return convert<vec>(a); }
// Truncates, saturates, NaN gives 0. The conversion itself only sees values in range.
IGATA_INLINE ivec to_int(vec a) {
  const vec inside = raw_min(raw_max(a, splat(-2147483648.f)), splat(2147483520.f));
  const ivec whole = convert<ivec>(inside);
  const ivec saturated = select(a >= 2147483648.f, 0x7fffffff + ivec{}, whole);
  return saturated & ~is_nan(a);
}
