// Products of bytes by an instruction that multiplies pairs of 16 bits and adds both products. Text: see vectors.text.hpp.

// `parts` registers of factors from one of bytes, four of a column to a lane; `offset`: how much less than the left factor it is given.
struct byte_products {
  static constexpr int parts = 2, offset = 0;
  IGATA_INLINE static ivec part(ivec b, int p) {
    const pairs all = as<pairs>(b);
    return as<ivec>(p ? all >> 8 : (all << 8) >> 8);
  }
  IGATA_INLINE static ivec add(ivec sum, ivec a, ivec b) { return wrapping_sum(sum, pair_products(as<pairs>(a), as<pairs>(b))); }
};
