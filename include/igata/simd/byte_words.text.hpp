// Products of bytes by whole lanes, where no instruction multiplies less; as byte_pairs.text.hpp. Text: see vectors.text.hpp.

struct byte_products {
  static constexpr int parts = 4, offset = 0;
  IGATA_INLINE static ivec part(ivec b, int p) { return (b << (24 - 8 * p)) >> 24; }
  IGATA_INLINE static ivec add(ivec sum, ivec a, ivec b) { return wrapping_sum(sum, a * b); }
};
using byte_dots = byte_products;
inline bool has_byte_dots() noexcept { return false; }
