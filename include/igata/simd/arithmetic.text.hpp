// Lane-wise arithmetic that has an instruction of its own on most targets, and the same meaning on all.
// raw_min and raw_max are x86's: the second operand if either is NaN. Text: see vec.text.hpp.

#if defined(__has_builtin)
#if __has_builtin(__builtin_elementwise_fma) && defined(__clang__)
#define IGATA_ELEMENTWISE_FMA 1
#endif
#if __has_builtin(__builtin_elementwise_sqrt) && defined(__clang__)
#define IGATA_ELEMENTWISE_SQRT 1
#endif
#endif

IGATA_INLINE vec fma(vec a, vec b, vec c) {
#if IGATA_LEVEL > 0 && defined(IGATA_ELEMENTWISE_FMA)
  return __builtin_elementwise_fma(a, b, c);
#elif IGATA_LEVEL == 2
  return __builtin_ia32_vfmaddps512_mask(a, b, c, static_cast<unsigned short>(-1), 4);
#elif IGATA_LEVEL == 1
  return __builtin_ia32_vfmaddps256(a, b, c);
#elif defined(__aarch64__)
  asm("fmla %0.4s, %1.4s, %2.4s" : "+w"(c) : "w"(a), "w"(b));
  return c;
#else
  const vec product = a * b;
  return product + c;
#endif
}

IGATA_INLINE vec raw_max(vec a, vec b) {
#if IGATA_LEVEL == 2 && defined(__clang__)
  return __builtin_ia32_maxps512(a, b, 4);
#elif IGATA_LEVEL == 2
  return __builtin_ia32_maxps512_mask(a, b, a, static_cast<unsigned short>(-1), 4);
#elif IGATA_LEVEL == 1
  return __builtin_ia32_maxps256(a, b);
#elif defined(__SSE2__)
  return __builtin_ia32_maxps(a, b);
#else
  return a > b ? a : b;
#endif
}
IGATA_INLINE vec raw_min(vec a, vec b) {
#if IGATA_LEVEL == 2 && defined(__clang__)
  return __builtin_ia32_minps512(a, b, 4);
#elif IGATA_LEVEL == 2
  return __builtin_ia32_minps512_mask(a, b, a, static_cast<unsigned short>(-1), 4);
#elif IGATA_LEVEL == 1
  return __builtin_ia32_minps256(a, b);
#elif defined(__SSE2__)
  return __builtin_ia32_minps(a, b);
#else
  return a < b ? a : b;
#endif
}
// By bits on clang: under a user's -ffast-math its back end takes a != a for false, whatever the region says. Bits that come out of an `asm` it does
// not see through: clang 18 and later know a test of bits for one of NaN or infinity, and take that for false too.
#if defined(__clang__)
IGATA_INLINE ivec is_nan(vec a) {
  ivec size = reinterpret_cast<ivec>(a) & 0x7fffffff;
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

// By its instruction under a user's -ffast-math on clang, whose back end makes an estimate of a square root, whatever the region says.
IGATA_INLINE vec sqrt(vec a) {
#if defined(__clang__) && __FINITE_MATH_ONLY__ && defined(__SSE2__)
  vec root;
#if IGATA_LEVEL > 0 || defined(__AVX__)
  asm("vsqrtps %1, %0" : "=v"(root) : "v"(a));
#else
  asm("sqrtps %1, %0" : "=x"(root) : "x"(a));
#endif
  return root;
#elif defined(IGATA_ELEMENTWISE_SQRT) && defined(__SSE2__)
  return __builtin_elementwise_sqrt(a);
#elif IGATA_LEVEL == 2 && defined(__clang__)
  return __builtin_ia32_sqrtps512(a, 4);
#elif IGATA_LEVEL == 2
  return __builtin_ia32_sqrtps512_mask(a, a, static_cast<unsigned short>(-1), 4);
#elif IGATA_LEVEL == 1
  return __builtin_ia32_sqrtps256(a);
#elif defined(__SSE2__)
  return __builtin_ia32_sqrtps(a);
#elif defined(__aarch64__)
  vec root;
  asm("fsqrt %0.4s, %1.4s" : "=w"(root) : "w"(a));
  return root;
#elif defined(IGATA_ELEMENTWISE_SQRT)
  return __builtin_elementwise_sqrt(a);
#else
  for (int i = 0; i < lanes; ++i) a[i] = __builtin_sqrtf(a[i]);
  return a;
#endif
}

inline constexpr std::int32_t sign_bit = static_cast<std::int32_t>(0x80000000u);
IGATA_INLINE vec abs(vec a) { return from_bits(bits(a) & 0x7fffffff); }
IGATA_INLINE vec copy_sign(vec magnitude, vec sign) { return from_bits((bits(magnitude) & 0x7fffffff) | (bits(sign) & sign_bit)); }

// Half to even. Adding 2^23 leaves no bits behind the point; above it every float is whole.
IGATA_INLINE vec round(vec a) {
#if IGATA_LEVEL == 2
  return __builtin_ia32_rndscaleps_mask(a, 8, a, static_cast<unsigned short>(-1), 4);
#elif IGATA_LEVEL == 1
  return __builtin_ia32_roundps256(a, 8);
#else
  const vec size = abs(a);
  const vec shifted = size + 8388608.f;
  return select(size < 8388608.f, copy_sign(shifted - 8388608.f, a), a);
#endif
}
IGATA_INLINE vec floor(vec a) {
#if IGATA_LEVEL == 2
  return __builtin_ia32_rndscaleps_mask(a, 9, a, static_cast<unsigned short>(-1), 4);
#elif IGATA_LEVEL == 1
  return __builtin_ia32_roundps256(a, 9);
#else
  const vec whole = round(a);
  return select(whole > a, whole - 1.f, whole);
#endif
}
// Keeps the zero's sign: ceil(-0.5) is -0.
IGATA_INLINE vec ceil(vec a) {
#if IGATA_LEVEL == 2
  return __builtin_ia32_rndscaleps_mask(a, 10, a, static_cast<unsigned short>(-1), 4);
#elif IGATA_LEVEL == 1
  return __builtin_ia32_roundps256(a, 10);
#else
  const vec whole = round(a);
  return copy_sign(select(whole < a, whole + 1.f, whole), a);
#endif
}

IGATA_INLINE vec to_float(ivec a) { return __builtin_convertvector(a, vec); }
// Truncates, saturates, NaN gives 0. The conversion itself only sees values in range.
IGATA_INLINE ivec to_int(vec a) {
  const vec inside = raw_min(raw_max(a, splat(-2147483648.f)), splat(2147483520.f));
  const ivec whole = __builtin_convertvector(inside, ivec);
  const ivec saturated = a >= 2147483648.f ? 0x7fffffff + ivec{} : whole;
  return saturated & ~is_nan(a);
}
