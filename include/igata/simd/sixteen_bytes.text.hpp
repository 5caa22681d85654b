// What targets with registers of 16 bytes and without masks share. Text: see vectors.text.hpp.

inline constexpr int vector_bytes = 16;
#include "vectors.text.hpp"
#include "halves.text.hpp"
#include "widen_quads.text.hpp"
#include "narrow.text.hpp"
#include "no_masks.text.hpp"
#include "no_rows.text.hpp"
#include "quads.text.hpp"

inline constexpr int most_sums = 8, most_vectors = 8, fetched_columns = 16;

// Kernels for half a register of columns are this target's own.
inline constexpr bool has_narrower = false;
namespace narrower = IGATA_TARGET;
