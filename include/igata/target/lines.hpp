// Memory of kernels is counted in lines: what a cache fetches and the widest register holds. Arrays begin at one.
#pragma once
#include <cstddef>  // ptrdiff_t

#include "../version.hpp"

namespace igata::inline IGATA_ABI::plan {

inline constexpr bool is_small_target = IGATA_SMALL_TARGET;
inline constexpr int line_floats = is_small_target ? 4 : 16;
inline constexpr int readable_behind = 64;  // floats behind an array that a kernel may read, never write

template <class T>
[[gnu::always_inline]] constexpr T lines_of(T floats) {
  return (floats + (line_floats - 1)) / line_floats;
}
// So many floats, rounded up to whole lines; of columns: the row of a matrix whose rows begin at lines.
template <class T>
[[gnu::always_inline]] constexpr T whole_lines(T floats) {
  return (floats + (line_floats - 1)) / line_floats * line_floats;
}
// The same with what may be read behind.
template <class T>
[[gnu::always_inline]] constexpr T readable_lines(T floats) {
  return (floats + (readable_behind + line_floats - 1)) / line_floats * line_floats;
}

}  // namespace igata::inline IGATA_ABI::plan
