// The vector types of one target, on the compiler's vector extensions, and how they meet memory.
// A register holds `lanes` 32-bit lanes: vec (f32), ivec (i32), uvec (u32) are the same bits.
// Only what the extensions cannot say is a builtin. Text: included once per target, inside its region and namespace.

#undef IGATA_VECTOR_BYTES
#if IGATA_LEVEL == 2
#define IGATA_VECTOR_BYTES 64
#elif IGATA_LEVEL == 1
#define IGATA_VECTOR_BYTES 32
#else
#define IGATA_VECTOR_BYTES 16
#endif

inline constexpr int lanes = IGATA_VECTOR_BYTES / 4;

typedef float vec __attribute__((vector_size(IGATA_VECTOR_BYTES)));
typedef int ivec __attribute__((vector_size(IGATA_VECTOR_BYTES)));
typedef unsigned uvec __attribute__((vector_size(IGATA_VECTOR_BYTES)));
typedef float vec_in_memory __attribute__((vector_size(IGATA_VECTOR_BYTES), aligned(4), may_alias));
typedef float float_in_memory __attribute__((may_alias));
typedef std::int32_t int_in_memory __attribute__((may_alias));

#if IGATA_LEVEL == 2
inline constexpr ivec iota{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
#elif IGATA_LEVEL == 1
inline constexpr ivec iota{0, 1, 2, 3, 4, 5, 6, 7};
#else
inline constexpr ivec iota{0, 1, 2, 3};
#endif

// x - 0 keeps -0, which 0 + x would not.
IGATA_INLINE vec splat(float x) { return x - vec{}; }
IGATA_INLINE vec splat_bits(std::int32_t x) { return reinterpret_cast<vec>(x + ivec{}); }
IGATA_INLINE ivec bits(vec v) { return reinterpret_cast<ivec>(v); }
IGATA_INLINE vec from_bits(ivec v) { return reinterpret_cast<vec>(v); }
IGATA_INLINE vec select(ivec mask, vec a, vec b) { return mask ? a : b; }

IGATA_INLINE vec load(const void* p) { return *static_cast<const vec_in_memory*>(p); }
IGATA_INLINE void store(void* p, vec v) { *static_cast<vec_in_memory*>(p) = v; }

// Past the caches, to memory aligned to a vector.
IGATA_INLINE void store_past(void* p, vec v) {
#if !defined(__SSE2__)
  store(p, v);
#elif defined(__clang__)
  __builtin_nontemporal_store(v, static_cast<vec*>(p));
#elif IGATA_LEVEL == 2
  __builtin_ia32_movntps512(static_cast<float*>(p), v);
#elif IGATA_LEVEL == 1
  __builtin_ia32_movntps256(static_cast<float*>(p), v);
#else
  __builtin_ia32_movntps(static_cast<float*>(p), v);
#endif
}

// The first n lanes of a vector (all when n >= lanes, none when n <= 0): part of a load or store that touches nothing else.
#if IGATA_LEVEL == 2
struct part {
  unsigned short mask;
};
IGATA_INLINE part first(index n) { return {static_cast<unsigned short>(n >= lanes ? 0xffffu : n <= 0 ? 0u : (1u << n) - 1)}; }
IGATA_INLINE vec load(const void* p, part t) { return __builtin_ia32_loadups512_mask(static_cast<const float*>(p), vec{}, t.mask); }
IGATA_INLINE void store(void* p, vec v, part t) { __builtin_ia32_storeups512_mask(static_cast<float*>(p), v, t.mask); }
#elif IGATA_LEVEL == 1
struct part {
  ivec mask;
  bool whole;
};
IGATA_INLINE part first(index n) { return {static_cast<std::int32_t>(n < lanes ? n : lanes) > iota, n >= lanes}; }
IGATA_INLINE vec load(const void* p, part t) { return __builtin_ia32_maskloadps256(static_cast<const vec*>(p), t.mask); }
IGATA_INLINE void store(void* p, vec v, part t) {  // masked stores are slow on some CPUs
  if (t.whole) [[likely]] store(p, v);
  else __builtin_ia32_maskstoreps256(static_cast<vec*>(p), t.mask, v);
}
#else
struct part {
  int count;
};
IGATA_INLINE part first(index n) { return {n >= lanes ? lanes : static_cast<int>(n)}; }
[[gnu::noinline]] inline vec load_some(const void* p, int n) {
  alignas(vec) float_in_memory buffer[lanes] = {};
  for (int i = 0; i < n; ++i) buffer[i] = static_cast<const float_in_memory*>(p)[i];
  return load(buffer);
}
[[gnu::noinline]] inline void store_some(void* p, vec v, int n) {
  alignas(vec) float_in_memory buffer[lanes];
  store(buffer, v);
  for (int i = 0; i < n; ++i) static_cast<float_in_memory*>(p)[i] = buffer[i];
}
IGATA_INLINE vec load(const void* p, part t) {
  if (t.count == lanes) [[likely]] return load(p);
  return load_some(p, t.count);
}
IGATA_INLINE void store(void* p, vec v, part t) {
  if (t.count == lanes) [[likely]] store(p, v);
  else store_some(p, v, t.count);
}
#endif

struct all_lanes {};
IGATA_INLINE vec load(const void* p, all_lanes) { return load(p); }

// The same where a target without masks is given whole vectors only.
#if IGATA_LEVEL > 0
using columns = part;
IGATA_INLINE columns columns_of(index n) { return first(n); }
#else
struct columns {};
IGATA_INLINE columns columns_of(index) { return {}; }
IGATA_INLINE vec load(const void* p, columns) { return load(p); }
IGATA_INLINE void store(void* p, vec v, columns) { store(p, v); }
#endif

// Lane i from p[i * stride], for the first n lanes.
[[gnu::noinline]] inline vec load_strided(const void* p, index stride, index n) {
  alignas(vec) int_in_memory buffer[lanes] = {};
  const int_in_memory* source = static_cast<const int_in_memory*>(p);
  for (index i = 0; i < n && i < lanes; ++i) buffer[i] = source[i * stride];
  return load(buffer);
}
