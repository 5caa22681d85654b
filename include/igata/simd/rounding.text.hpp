// To whole numbers, where no instruction does. Text: see vectors.text.hpp.

// Half to even. Adding 2^23 leaves no bits behind the point; above it every float is whole.
IGATA_INLINE vec round(vec a) {
  const vec size = abs(a);
  const vec shifted = size + 8388608.f;
  return select(size < 8388608.f, copy_sign(shifted - 8388608.f, a), a);
}
IGATA_INLINE vec floor(vec a) {
  const vec whole = round(a);
  return select(whole > a, whole - 1.f, whole);
}
// Keeps the zero's sign: ceil(-0.5) is -0.
IGATA_INLINE vec ceil(vec a) {
  const vec whole = round(a);
  return copy_sign(select(whole < a, whole + 1.f, whole), a);
}
