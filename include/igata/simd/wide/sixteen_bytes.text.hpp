// What targets with registers of 16 bytes and without masks share, for two lanes of 64 bits. Text: see ../vectors.text.hpp.

inline constexpr int vector_bytes = 16;
#include "../vectors.text.hpp"
#include "widen.text.hpp"
#include "../no_masks.text.hpp"
#include "../no_rows.text.hpp"

inline constexpr ivec iota{0, 1};
IGATA_INLINE ivec lane_numbers() { return iota; }

inline constexpr int most_sums = 8, most_vectors = 8;
inline constexpr bool has_narrower = false;
namespace narrower = IGATA_TARGET;
