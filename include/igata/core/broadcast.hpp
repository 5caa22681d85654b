// NumPy's rule, for models and for expressions: shapes are aligned from the right, and extents are equal or one of them is 1.
#pragma once
#include "shape.hpp"

namespace igata::inline IGATA_ABI {

enum class broadcast_mistake { none, extents, symbols };  // symbols: rows of n, or of a dim, meet something else than themselves or 1

// `a` becomes the common shape of both; where they do not fit it stays. An extent of -1, known at run time only, fits any other.
constexpr broadcast_mistake broadcast_into(shape& a, const shape& b) {
  shape common = a.rank >= b.rank ? a : b;
  const shape& shorter = a.rank >= b.rank ? b : a;
  const int shift = common.rank - shorter.rank;
  if (shorter.rows_of && shift > 0) return broadcast_mistake::symbols;
  for (int i = 0; i < shorter.rank; ++i) {
    const int p = common[i + shift], q = shorter[i];
    const symbol pn = i + shift == 0 ? common.rows_of : no_symbol, qn = i == 0 ? shorter.rows_of : no_symbol;
    if ((p == q && pn == qn) || (q == 1 && !qn)) continue;
    if (p == 1 && !pn) {
      common[i + shift] = q;
      if (qn) common.rows_of = qn;
    } else if (pn != qn) {
      return broadcast_mistake::symbols;
    } else if (p == -1) {
      common[i + shift] = q;
    } else if (q != -1) {
      return broadcast_mistake::extents;
    }
  }
  a = common;
  return broadcast_mistake::none;
}

}  // namespace igata::inline IGATA_ABI
