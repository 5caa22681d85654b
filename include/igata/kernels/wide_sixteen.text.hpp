// The last sixteen columns of a folded row, of lanes of 64 bits. Text: see simd/vectors.text.hpp.

template <bool Sum>
IGATA_INLINE real combine_two(real so_far, real a) {
  if constexpr (Sum) return so_far + a;
  else return drivers::is_nan(a) || a > so_far ? a : so_far;
}
// 16 columns to one, by halves.
template <bool Sum>
IGATA_INLINE real fold_sixteen(const vec* v) {
  real of[16], quad[4];
  __builtin_memcpy(of, v, sizeof of);
  for (int i = 0; i < 4; ++i) quad[i] = combine_two<Sum>(combine_two<Sum>(of[i], of[i + 8]), combine_two<Sum>(of[i + 4], of[i + 12]));
  return combine_two<Sum>(combine_two<Sum>(quad[0], quad[2]), combine_two<Sum>(quad[1], quad[3]));
}
