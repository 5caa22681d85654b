// The vector types of one target, on the compiler's vector extensions, and what these say by themselves. Text: included once per target, inside its
// region and namespace, by the target's own file (sse2/vec.text.hpp), which says vector_bytes before and adds what has an instruction of its own:
//
//   lane_numbers, store_past; part, first, load, store: the first n lanes; columns, columns_of: the same where a target without masks is given whole
//   vectors fma, raw_max, raw_min (x86's: the second operand if either is NaN), sqrt, round, floor, ceil, unfused ones_low, ones_high, twos_low,
//   twos_high, even_quarters, odd_quarters: what transposes are made of has_masks, free_masks, pins_loads, most_sums, most_vectors, fetched_columns,
//   has_narrower: what kernels ask
//
// A register holds `lanes` lanes of the element that the namespace says (real, integer, natural: see kernels/lanes.text.hpp): vec, ivec, uvec are the
// same bits.

inline constexpr int lanes = vector_bytes / static_cast<int>(sizeof(real));

typedef real vec __attribute__((vector_size(vector_bytes)));
typedef integer ivec __attribute__((vector_size(vector_bytes)));
typedef natural uvec __attribute__((vector_size(vector_bytes)));
typedef real vec_in_memory __attribute__((vector_size(vector_bytes), aligned(4), may_alias));
typedef real float_in_memory __attribute__((may_alias));
typedef integer int_in_memory __attribute__((may_alias));

// The same bits, and the same numbers, as another type.
template <class To, class From>
IGATA_INLINE To as(From v) {
  return reinterpret_cast<To>(v);
}
template <class To, class From>
IGATA_INLINE To convert(From v) {
  return __builtin_convertvector(v, To);
}

// x - 0 keeps -0, which 0 + x would not.
IGATA_INLINE vec splat(real x) { return x - vec{}; }
IGATA_INLINE vec splat_bits(integer x) { return as<vec>(x + ivec{}); }
IGATA_INLINE ivec bits(vec v) { return as<ivec>(v); }
IGATA_INLINE ivec wrapping_sum(ivec a, ivec b) { return as<ivec>(as<uvec>(a) + as<uvec>(b)); }
IGATA_INLINE vec from_bits(ivec v) { return as<vec>(v); }
IGATA_INLINE vec select(ivec mask, vec a, vec b) { return mask ? a : b; }
IGATA_INLINE ivec select(ivec mask, ivec a, ivec b) { return mask ? a : b; }

IGATA_INLINE vec load(const void* p) { return *static_cast<const vec_in_memory*>(p); }
IGATA_INLINE void store(void* p, vec v) { *static_cast<vec_in_memory*>(p) = v; }

// Lane by lane; n is less than the bits of a lane.
IGATA_INLINE ivec divided(ivec a, ivec b) { return a / b; }
IGATA_INLINE uvec divided(uvec a, uvec b) { return a / b; }
IGATA_INLINE uvec left_by(uvec a, uvec n) { return a << n; }
IGATA_INLINE uvec right_by(uvec a, uvec n) { return a >> n; }
IGATA_INLINE ivec right_by(ivec a, uvec n) { return a >> as<ivec>(n); }

struct all_lanes {};
IGATA_INLINE vec load(const void* p, all_lanes) { return load(p); }

// Lane i from p[i * stride], for the first n lanes.
[[gnu::noinline]] inline vec load_strided(const void* p, index stride, index n) {
  alignas(vec) int_in_memory buffer[lanes] = {};
  const int_in_memory* source = static_cast<const int_in_memory*>(p);
  for (index i = 0; i < n && i < lanes; ++i) buffer[i] = source[i * stride];
  return load(buffer);
}

inline constexpr integer sign_bit = static_cast<integer>(natural{1} << (8 * sizeof(integer) - 1));
IGATA_INLINE vec abs(vec a) { return from_bits(bits(a) & ~sign_bit); }
IGATA_INLINE vec copy_sign(vec magnitude, vec sign) { return from_bits((bits(magnitude) & ~sign_bit) | (bits(sign) & sign_bit)); }

struct lane_pairs {
  std::uint64_t pair[vector_bytes / 8];
};
IGATA_INLINE bool any(ivec mask) {
  const auto p = __builtin_bit_cast(lane_pairs, mask);
  std::uint64_t all = 0;
  for (int i = 0; i < vector_bytes / 8; ++i) all |= p.pair[i];
  return all != 0;
}
