// one_hot: indices as rows of zeros with a one.
//
//   value y = one_hot(tokens, 10);      [n, t] of whole numbers becomes [n, t, 10] f32
#pragma once
#include "index.hpp"
#include "reduce.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {
// Whether k is the index, for each k < count, in a new last axis.
constexpr value hits(value index, int count, source at = source::here()) {
  shape column = index.dims();
  column.push(1);
  return reshape_to(index, column, at) == iota(index.owner(), count, i32, at);
}
}  // namespace detail

// An index outside of [0, count) gives zeros.
constexpr value one_hot(value index, int count, dtype type = f32, source at = source::here()) {
  if (!index.valid()) return index;
  ir::graph& g = index.owner();
  index = as_index(index, false, at);
  if (index.type() != i32)
    return g.fail("one_hot", text() << "the index must be whole numbers, got " << name_of(index.type()) << "; cast(x, i32)", at), poison(g);
  if (index.rank() == max_rank)
    return g.fail("one_hot", text() << index.dims() << " has no room for another axis; at most " << max_rank << " are possible", at), poison(g);
  if (count < 1) return g.fail("one_hot", text() << count << " classes; must be 1 or more", at), poison(g);
  return cast(detail::hits(index, count, at), type, at);
}

}  // namespace igata::inline IGATA_ABI
