// One function per line of target/opcodes.inc: compute<opcode::add>(a, b). A missing one is a link error that names it in the program
// using it; tests/kernels/pointwise.cpp uses every one. Text: see vectors.text.hpp.

template <opcode> vec compute(vec);
template <opcode> vec compute(vec, vec);
template <opcode> vec compute(vec, vec, vec);

#define IGATA_COMPUTE1(name, expression) \
  template <> IGATA_INLINE vec compute<opcode::name>(vec a) { return expression; }
#define IGATA_COMPUTE2(name, expression) \
  template <> IGATA_INLINE vec compute<opcode::name>(vec a, vec b) { return expression; }
#define IGATA_COMPUTE3(name, expression) \
  template <> IGATA_INLINE vec compute<opcode::name>(vec a, vec b, vec c) { return expression; }

IGATA_INLINE ivec ibits(vec a) { return as<ivec>(a); }
IGATA_INLINE uvec ubits(vec a) { return as<uvec>(a); }
template <class Integers>  // a comparison gives vectors of long where long has 32 bits
IGATA_INLINE vec lanes_of(Integers a) {
  return as<vec>(a);
}

// `above`: 0 in a lane whose number a fraction holds.
IGATA_INLINE vec cut_to_odd(ivec a, ivec above) {
  constexpr integer cut = sizeof(real) == 4 ? 255 : 2047;
  const ivec low = a & cut;
  return select(as<ivec>(above == 0), as<vec>(a), as<vec>((a ^ low) | ((low + cut) & (cut + 1))));
}
inline constexpr int fraction_digits = sizeof(real) == 4 ? 24 : 53;

IGATA_COMPUTE1(neg, from_bits(bits(a) ^ sign_bit))
IGATA_COMPUTE1(abs, abs(a))
IGATA_COMPUTE1(sign, select(is_nan(a), a, from_bits((bits(splat(1)) & (a != 0)) | (bits(a) & sign_bit))))
IGATA_COMPUTE1(reciprocal, real{1} / a)
IGATA_COMPUTE1(sqrt, sqrt(a))
IGATA_COMPUTE1(rsqrt, real{1} / sqrt(a))
IGATA_COMPUTE1(exp, exp(a))
IGATA_COMPUTE1(expm1, expm1(a))
IGATA_COMPUTE1(log, log(a))
IGATA_COMPUTE1(log1p, log1p(a))
IGATA_COMPUTE1(tanh, tanh(a))
IGATA_COMPUTE1(sigmoid, sigmoid(a))
IGATA_COMPUTE1(erf, erf(a))
IGATA_COMPUTE1(sin, sin(a))
IGATA_COMPUTE1(cos, cos(a))
IGATA_COMPUTE1(floor, floor(a))
IGATA_COMPUTE1(ceil, ceil(a))
IGATA_COMPUTE1(round, round(a))
IGATA_COMPUTE2(add, a + b)
IGATA_COMPUTE2(sub, a - b)
IGATA_COMPUTE2(mul, unfused(a * b))
IGATA_COMPUTE2(div, a / b)
IGATA_COMPUTE2(max, larger(a, b))
IGATA_COMPUTE2(min, smaller(a, b))
IGATA_COMPUTE2(max_of_number, raw_max(a, b))
IGATA_COMPUTE2(pow, pow(a, b))
IGATA_COMPUTE3(fma, fma(a, b, c))
IGATA_COMPUTE2(eq, lanes_of(a == b))
IGATA_COMPUTE2(ne, lanes_of(a != b))
IGATA_COMPUTE2(lt, lanes_of(a < b))
IGATA_COMPUTE2(le, lanes_of(a <= b))
IGATA_COMPUTE2(iadd, lanes_of(ubits(a) + ubits(b)))
IGATA_COMPUTE2(isub, lanes_of(ubits(a) - ubits(b)))
IGATA_COMPUTE2(imul, lanes_of(ubits(a) * ubits(b)))
IGATA_COMPUTE2(imax, select(ibits(a) > ibits(b), a, b))
IGATA_COMPUTE2(imin, select(ibits(a) < ibits(b), a, b))
IGATA_COMPUTE2(idiv, lanes_of(quotient(ibits(a), ibits(b))))
IGATA_COMPUTE2(irem, lanes_of(ubits(a) - as<uvec>(quotient(ibits(a), ibits(b))) * ubits(b)))
IGATA_COMPUTE2(udiv, lanes_of(quotient(ubits(a), ubits(b))))
IGATA_COMPUTE2(urem, lanes_of(ubits(a) - quotient(ubits(a), ubits(b)) * ubits(b)))
IGATA_COMPUTE2(shl, lanes_of(shifted_left(ubits(a), ubits(b))))
IGATA_COMPUTE2(ishr, lanes_of(shifted_right(ibits(a), ubits(b))))
IGATA_COMPUTE2(ushr, lanes_of(shifted_right(ubits(a), ubits(b))))
IGATA_COMPUTE1(wrap_u8, lanes_of(ibits(a) & 255))
IGATA_COMPUTE1(wrap_i8, lanes_of((ibits(a) << (8 * drivers::lane_bytes - 8)) >> (8 * drivers::lane_bytes - 8)))
IGATA_COMPUTE1(wrap_u16, lanes_of(ibits(a) & 65535))
IGATA_COMPUTE1(wrap_i16, lanes_of((ibits(a) << (8 * drivers::lane_bytes - 16)) >> (8 * drivers::lane_bytes - 16)))
IGATA_COMPUTE1(odd, cut_to_odd(ibits(a), (ibits(a) >> fraction_digits) ^ (ibits(a) >> (8 * drivers::lane_bytes - 1))))
IGATA_COMPUTE1(uodd, cut_to_odd(ibits(a), as<ivec>(ubits(a) >> fraction_digits)))
IGATA_COMPUTE1(round_f16, f16_format::number(f16_format::rounded(a)))
IGATA_COMPUTE1(round_bf16, bf16_format::number(bf16_format::rounded(a)))
IGATA_COMPUTE2(ieq, lanes_of(ibits(a) == ibits(b)))
IGATA_COMPUTE2(ilt, lanes_of(ibits(a) < ibits(b)))
IGATA_COMPUTE2(bit_and, lanes_of(ibits(a) & ibits(b)))
IGATA_COMPUTE2(bit_or, lanes_of(ibits(a) | ibits(b)))
IGATA_COMPUTE2(bit_xor, lanes_of(ibits(a) ^ ibits(b)))
IGATA_COMPUTE3(select, select(ibits(a), b, c))
IGATA_COMPUTE1(to_i32, lanes_of(to_int(a)))
IGATA_COMPUTE1(to_f32, to_float(ibits(a)))
IGATA_COMPUTE1(mask_to_f32, lanes_of(ibits(a) & bits(splat(1))))
IGATA_COMPUTE1(mask_to_i32, lanes_of(ibits(a) & 1))

#undef IGATA_COMPUTE1
#undef IGATA_COMPUTE2
#undef IGATA_COMPUTE3
