// The user's xsimd (IGATA_USE_XSIMD): its batches for what the unit's flags say. Text: see ../vectors.text.hpp, whose names these are, on a class.

// One lane type; T = float, int32_t, uint32_t, double, int64_t. Comparisons give integers of all bits or none, as the compiler's vectors do.
template <class T>
struct batch_of {
  using batch = ::xsimd::batch<T>;
  batch v = batch(T(0));
  batch_of() = default;
  IGATA_INLINE batch_of(T x) : v(x) {}
  IGATA_INLINE batch_of(batch x) : v(x) {}

  using mask = batch_of<std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>>;
  IGATA_INLINE static mask all_bits(typename batch::batch_bool_type b) {
    const batch ones = ::xsimd::bitwise_cast<batch>(typename mask::batch(-1));
    return ::xsimd::bitwise_cast<typename mask::batch>(::xsimd::select(b, ones, batch(T(0))));
  }

#define IGATA_BATCH_OPERATOR(op)                                                                          \
  IGATA_INLINE friend batch_of operator op(batch_of a, batch_of b) { return a.v op b.v; }                 \
  IGATA_INLINE friend batch_of& operator op##=(batch_of& a, batch_of b) { return a = batch_of(a.v op b.v); }
  IGATA_BATCH_OPERATOR(+)
  IGATA_BATCH_OPERATOR(-)
  IGATA_BATCH_OPERATOR(*)
  IGATA_BATCH_OPERATOR(&)
  IGATA_BATCH_OPERATOR(|)
  IGATA_BATCH_OPERATOR(^)
#undef IGATA_BATCH_OPERATOR
#if defined(__ARM_NEON)  // xsimd's of floats is an estimate there (8.1)
  IGATA_INLINE friend batch_of operator/(batch_of a, batch_of b) { return batch(a.v.data / b.v.data); }
#else
  IGATA_INLINE friend batch_of operator/(batch_of a, batch_of b) { return batch(a.v / b.v); }
#endif
#define IGATA_BATCH_COMPARISON(op) \
  IGATA_INLINE friend mask operator op(batch_of a, batch_of b) { return all_bits(a.v op b.v); }
  IGATA_BATCH_COMPARISON(==)
  IGATA_BATCH_COMPARISON(<)
  IGATA_BATCH_COMPARISON(<=)
  IGATA_BATCH_COMPARISON(>)
  IGATA_BATCH_COMPARISON(>=)
#undef IGATA_BATCH_COMPARISON
  // Not xsimd's, which finds NaN equal to itself with AVX (8.1).
  IGATA_INLINE friend mask operator!=(batch_of a, batch_of b) { return ~(a == b); }
  IGATA_INLINE friend batch_of operator<<(batch_of a, int n) { return batch(a.v << n); }
  IGATA_INLINE friend batch_of operator>>(batch_of a, int n) { return batch(a.v >> n); }
  IGATA_INLINE friend batch_of operator-(batch_of a) { return batch(-a.v); }
  IGATA_INLINE friend batch_of operator~(batch_of a) { return batch(~a.v); }
};

using vec = batch_of<float>;
using ivec = batch_of<std::int32_t>;
using uvec = batch_of<std::uint32_t>;
using dvec = batch_of<double>;
using lvec = batch_of<std::int64_t>;
typedef float float_in_memory __attribute__((may_alias));
typedef std::int32_t int_in_memory __attribute__((may_alias));

inline constexpr int lanes = static_cast<int>(::xsimd::batch<float>::size), vector_bytes = 4 * lanes;
static_assert(sizeof(vec) == vector_bytes && lanes % 4 == 0 && lanes <= 16, "igata: xsimd's batches of float have 4, 8 or 16 lanes");

template <class To, class From>
IGATA_INLINE To as(From a) {
  return ::xsimd::bitwise_cast<typename To::batch>(a.v);
}
// vec to ivec and back.
template <class To, class From>
IGATA_INLINE To convert(From a) {
  if constexpr (std::is_same_v<To, vec>) return ::xsimd::to_float(a.v);
  else return ::xsimd::to_int(a.v);
}

IGATA_INLINE vec splat(float x) { return x; }
IGATA_INLINE vec splat_bits(std::int32_t x) { return as<vec>(ivec(x)); }
IGATA_INLINE dvec dsplat(double x) { return x; }
IGATA_INLINE ivec bits(vec a) { return as<ivec>(a); }
IGATA_INLINE ivec wrapping_sum(ivec a, ivec b) { return as<ivec>(as<uvec>(a) + as<uvec>(b)); }
IGATA_INLINE vec from_bits(ivec a) { return as<vec>(a); }
IGATA_INLINE ivec select(ivec mask, ivec a, ivec b) { return (mask & a) | (~mask & b); }
IGATA_INLINE vec select(ivec mask, vec a, vec b) { return from_bits(select(mask, bits(a), bits(b))); }
IGATA_INLINE dvec select(lvec mask, dvec a, dvec b) { return as<dvec>((mask & as<lvec>(a)) | (~mask & as<lvec>(b))); }

// Numbers of other types than float, too: the bits are what counts.
IGATA_INLINE vec load(const void* p) {
  vec a;
  __builtin_memcpy(&a.v, p, sizeof a.v);
  return a;
}
IGATA_INLINE void store(void* p, vec a) { __builtin_memcpy(p, &a.v, sizeof a.v); }
IGATA_INLINE void store_past(void* p, vec a) { store(p, a); }

// Lane by lane, by way of memory: xsimd divides and shifts so on some targets only.
#define IGATA_BY_LANE(name, vector, element, other, expression)                          \
  [[gnu::noinline]] inline vector name(vector p, other q) {                              \
    element first[lanes];                                                                \
    std::uint32_t second[lanes];                                                         \
    store(first, as<vec>(p)), store(second, as<vec>(q));                                 \
    for (int i = 0; i < lanes; ++i) {                                                    \
      const element a = first[i], b = static_cast<element>(second[i]);                   \
      first[i] = expression;                                                             \
    }                                                                                    \
    return as<vector>(load(first));                                                      \
  }
IGATA_BY_LANE(divided, ivec, std::int32_t, ivec, a / b)
IGATA_BY_LANE(divided, uvec, std::uint32_t, uvec, a / b)
IGATA_BY_LANE(left_by, uvec, std::uint32_t, uvec, a << b)
IGATA_BY_LANE(right_by, uvec, std::uint32_t, uvec, a >> b)
IGATA_BY_LANE(right_by, ivec, std::int32_t, uvec, a >> b)
#undef IGATA_BY_LANE

struct all_lanes {};
IGATA_INLINE vec load(const void* p, all_lanes) { return load(p); }

[[gnu::noinline]] inline vec load_strided(const void* p, index stride, index n) {
  int_in_memory buffer[lanes] = {};
  const int_in_memory* source = static_cast<const int_in_memory*>(p);
  for (index i = 0; i < n && i < lanes; ++i) buffer[i] = source[i * stride];
  return load(buffer);
}

template <class T>
IGATA_INLINE ivec widened_from(const void* p) {
  T elements[lanes];
  __builtin_memcpy(elements, p, sizeof elements);
  std::int32_t numbers[lanes];
  for (int i = 0; i < lanes; ++i) numbers[i] = elements[i];
  return bits(load(numbers));
}
template <storage From>
IGATA_INLINE ivec widened(const void* p) {
  if constexpr (From == storage::u8) return widened_from<std::uint8_t>(p);
  if constexpr (From == storage::i8) return widened_from<std::int8_t>(p);
  if constexpr (From == storage::u16) return widened_from<std::uint16_t>(p);
  if constexpr (From == storage::i16) return widened_from<std::int16_t>(p);
}

template <class T>
IGATA_INLINE void store_lower_as(void* p, ivec v) {
  std::int32_t numbers[lanes];
  store(numbers, from_bits(v));
  T elements[lanes];
  for (int i = 0; i < lanes; ++i) elements[i] = static_cast<T>(numbers[i]);
  __builtin_memcpy(p, elements, sizeof elements);
}
template <int Bytes>
IGATA_INLINE void store_lower(void* p, ivec v) {
  if constexpr (Bytes == 1) return store_lower_as<std::uint8_t>(p, v);
  else return store_lower_as<std::uint16_t>(p, v);
}

inline constexpr std::int32_t sign_bit = static_cast<std::int32_t>(0x80000000u);
IGATA_INLINE vec abs(vec a) { return from_bits(bits(a) & 0x7fffffff); }
IGATA_INLINE vec copy_sign(vec magnitude, vec sign) { return from_bits((bits(magnitude) & 0x7fffffff) | (bits(sign) & sign_bit)); }

#include "../no_masks.text.hpp"
#include "../no_rows.text.hpp"
#include "../rounding.text.hpp"

inline constexpr int most_sums = 8, most_vectors = 8, fetched_columns = 2 * lanes;

// Kernels for half a register of columns are this target's own.
inline constexpr bool has_narrower = false;
namespace narrower = IGATA_TARGET;

IGATA_INLINE vec fma(vec a, vec b, vec c) { return ::xsimd::fma(a.v, b.v, c.v); }
IGATA_INLINE vec raw_max(vec a, vec b) { return ::xsimd::select(a.v > b.v, a.v, b.v); }
IGATA_INLINE vec raw_min(vec a, vec b) { return ::xsimd::select(a.v < b.v, a.v, b.v); }
IGATA_INLINE vec sqrt(vec a) {
#if defined(__ARM_NEON)  // xsimd's is an estimate there (8.1): not rounded rightly, and NaN of infinity
  float numbers[lanes];
  store(numbers, a);
  for (int i = 0; i < lanes; ++i) numbers[i] = __builtin_sqrtf(numbers[i]);
  return load(numbers);
#else
  return ::xsimd::sqrt(a.v);
#endif
}
IGATA_INLINE vec unfused(vec product) { return product; }

// By way of the stack: what xsimd says of shuffles depends on the length of its batches.
struct lanes_in_memory {
  float of[lanes];
  IGATA_INLINE explicit lanes_in_memory(vec a) { store(of, a); }
  lanes_in_memory() = default;
};
IGATA_INLINE ivec lane_numbers() {
  std::int32_t numbers[lanes];
  for (int i = 0; i < lanes; ++i) numbers[i] = i;
  return bits(load(numbers));
}
template <class From>  // from(i): lane i of the result, as a place in a and b side by side
IGATA_INLINE vec shuffled(vec a, vec b, From from) {
  const lanes_in_memory x(a), y(b);
  lanes_in_memory r;
  for (int i = 0; i < lanes; ++i) r.of[i] = from(i) < lanes ? x.of[from(i)] : y.of[from(i) - lanes];
  return load(r.of);
}
struct ones {
  int begin;
  IGATA_INLINE int operator()(int i) const { return i / 4 * 4 + begin + i % 4 / 2 + i % 2 * lanes; }
};
struct twos {
  int begin;
  IGATA_INLINE int operator()(int i) const { return i / 4 * 4 + begin + i % 2 + i % 4 / 2 * lanes; }
};
struct quarters {
  int begin;
  IGATA_INLINE int operator()(int i) const { return i / 4 * 8 + begin + i % 4; }
};
IGATA_INLINE vec ones_low(vec a, vec b) { return shuffled(a, b, ones{0}); }
IGATA_INLINE vec ones_high(vec a, vec b) { return shuffled(a, b, ones{2}); }
IGATA_INLINE vec twos_low(vec a, vec b) { return shuffled(a, b, twos{0}); }
IGATA_INLINE vec twos_high(vec a, vec b) { return shuffled(a, b, twos{2}); }
IGATA_INLINE vec even_quarters(vec a, vec b) { return shuffled(a, b, quarters{0}); }
IGATA_INLINE vec odd_quarters(vec a, vec b) { return shuffled(a, b, quarters{4}); }

IGATA_INLINE dvec widen(vec a, int which) {
  const lanes_in_memory from(a);
  double to[lanes / 2];
  for (int i = 0; i < lanes / 2; ++i) to[i] = from.of[which * (lanes / 2) + i];
  dvec r;
  __builtin_memcpy(&r.v, to, sizeof r.v);
  return r;
}
IGATA_INLINE vec narrow(dvec low, dvec high) {
  double from[lanes];
  __builtin_memcpy(from, &low.v, sizeof low.v);
  __builtin_memcpy(from + lanes / 2, &high.v, sizeof high.v);
  lanes_in_memory to;
  for (int i = 0; i < lanes; ++i) to.of[i] = static_cast<float>(from[i]);
  return load(to.of);
}
IGATA_INLINE bool any(ivec mask) {
  std::uint32_t words[lanes], all = 0;
  store(words, from_bits(mask));
  for (int i = 0; i < lanes; ++i) all |= words[i];
  return all != 0;
}

#include "../byte_words.text.hpp"
