// To whole numbers, where no instruction does. Text: see vectors.text.hpp.

// Half to even. Adding whole_from leaves no bits behind the point; above it every number is whole.
inline constexpr real whole_from = static_cast<real>(sizeof(real) == 4 ? 0x1p23 : 0x1p52);
IGATA_INLINE vec round(vec a) {
  const vec size = abs(a);
  const vec shifted = size + whole_from;
  return select(size < whole_from, copy_sign(shifted - whole_from, a), a);
}
IGATA_INLINE vec floor(vec a) {
  const vec nearest = round(a);
  return select(nearest > a, nearest - real{1}, nearest);
}
// Keeps the zero's sign: ceil(-0.5) is -0.
IGATA_INLINE vec ceil(vec a) {
  const vec nearest = round(a);
  return copy_sign(select(nearest < a, nearest + real{1}, nearest), a);
}
