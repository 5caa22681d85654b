// What transposes are made of, for registers of four lanes: numbers, or pairs, of both in turn. Text: see vectors.text.hpp.

inline constexpr ivec iota{0, 1, 2, 3};
IGATA_INLINE ivec lane_numbers() { return iota; }

IGATA_INLINE vec ones_low(vec a, vec b) { return __builtin_shufflevector(a, b, 0, 4, 1, 5); }
IGATA_INLINE vec ones_high(vec a, vec b) { return __builtin_shufflevector(a, b, 2, 6, 3, 7); }
IGATA_INLINE vec twos_low(vec a, vec b) { return __builtin_shufflevector(a, b, 0, 1, 4, 5); }
IGATA_INLINE vec twos_high(vec a, vec b) { return __builtin_shufflevector(a, b, 2, 3, 6, 7); }
IGATA_INLINE vec even_quarters(vec a, vec) { return a; }  // a register is one quarter
IGATA_INLINE vec odd_quarters(vec a, vec) { return a; }
