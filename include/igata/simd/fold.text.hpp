// Folding 64 partial results to one by halves: 64 -> 32 -> … -> 1, element i with element i + half. The same tree for every vector
// width, so that a sum has the same bits on every target. Text: see vec.text.hpp.

inline constexpr int fold_width = 64;
inline constexpr int fold_vectors = fold_width / lanes;

template <reduction Kind>
IGATA_INLINE vec combine(vec a, vec b) {
  if constexpr (Kind == reduction::sum) return a + b;
  else if constexpr (Kind == reduction::max) return max(a, b);
  else return min(a, b);
}

template <reduction Kind>
IGATA_INLINE vec identity() {
  return splat(Kind == reduction::sum ? 0.f : Kind == reduction::max ? -__builtin_inff() : __builtin_inff());
}

template <reduction Kind>
IGATA_INLINE float fold_lanes(vec v) {
#if IGATA_LEVEL == 2
  v = combine<Kind>(v, __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  v = combine<Kind>(v, __builtin_shufflevector(v, v, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7));
  v = combine<Kind>(v, __builtin_shufflevector(v, v, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3));
  v = combine<Kind>(v, __builtin_shufflevector(v, v, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1));
#elif IGATA_LEVEL == 1
  v = combine<Kind>(v, __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3));
  v = combine<Kind>(v, __builtin_shufflevector(v, v, 2, 3, 2, 3, 2, 3, 2, 3));
  v = combine<Kind>(v, __builtin_shufflevector(v, v, 1, 1, 1, 1, 1, 1, 1, 1));
#else
  v = combine<Kind>(v, __builtin_shufflevector(v, v, 2, 3, 0, 1));
  v = combine<Kind>(v, __builtin_shufflevector(v, v, 1, 1, 1, 1));
#endif
  return v[0];
}

// The fold of n floats; element i goes to partial result i % 64.
template <reduction Kind>
inline float fold_row(const float* values, index n) {
  vec partial[fold_vectors];
  IGATA_UNROLL16
  for (int j = 0; j < fold_vectors; ++j) partial[j] = identity<Kind>();
  for (; n >= fold_width; n -= fold_width, values += fold_width)
    IGATA_UNROLL16
    for (int j = 0; j < fold_vectors; ++j) partial[j] = combine<Kind>(partial[j], load(values + j * lanes));
  IGATA_UNROLL16
  for (int j = 0; j < fold_vectors; ++j) {
    const index left = n - j * lanes;
    if (left <= 0) break;
    const vec v = select(static_cast<std::int32_t>(left) > iota, load(values + j * lanes, first(left)), identity<Kind>());
    partial[j] = combine<Kind>(partial[j], v);
  }
  IGATA_UNROLL16
  for (int half = fold_vectors / 2; half > 0; half /= 2)
    IGATA_UNROLL16
    for (int j = 0; j < half; ++j) partial[j] = combine<Kind>(partial[j], partial[j + half]);
  return fold_lanes<Kind>(partial[0]);
}
