// The extents of a concrete array: known to the compiler, or `dynamic`. And what an index may be besides a number.
//
//   a(2, slice(1, 5))      a(slice(0, to_end, 2))      a(slice(), new_axis)
#pragma once
#include <cstddef>  // ptrdiff_t
#include <limits>   // numeric_limits
#include <utility>  // index_sequence

#include "../core/shape.hpp"

namespace igata::inline IGATA_ABI {

inline constexpr int dynamic = -1;

template <int... E>
struct extents {
  static constexpr int rank = sizeof...(E);
  static_assert(rank <= max_rank, "tensor: at most 6 axes");
  static constexpr bool is_static = ((E != dynamic) && ...);
  static constexpr shape given{E...};  // with `dynamic` where it is not known

  int d[rank ? rank : 1]{(E == dynamic ? 0 : E)...};

  constexpr extents() = default;
  constexpr explicit extents(const shape& s) {
    for (int i = 0; i < rank; ++i) d[i] = s[i];
  }
  constexpr int operator[](int i) const { return d[i]; }
  constexpr shape dims() const {
    shape s;
    for (int i = 0; i < rank; ++i) s.push(d[i]);
    return s;
  }
  constexpr std::ptrdiff_t count() const {
    std::ptrdiff_t total = 1;
    for (int i = 0; i < rank; ++i) total *= d[i];
    return total;
  }
  // Whether this type can hold these extents.
  static constexpr bool holds(const shape& s) {
    bool fits = s.rank == rank;
    for (int i = 0; i < rank && fits; ++i) fits = given[i] == dynamic || given[i] == s[i];
    return fits;
  }
};

namespace detail {
// The extents type of a shape that Make::dims gives.
template <class Make, std::size_t... I>
extents<Make::dims.d[I]...> extents_from(std::index_sequence<I...>);
template <class Make>
using extents_of = decltype(extents_from<Make>(std::make_index_sequence<static_cast<std::size_t>(Make::dims.rank)>{}));
}  // namespace detail

inline constexpr int to_end = (std::numeric_limits<int>::max)();

// Elements begin, begin + step … before end; negative numbers count from the end.
struct slice_range {
  int begin, end, step;
};
struct whole_axis {};
struct new_axis_t {};
inline constexpr new_axis_t new_axis{};  // an axis of extent 1
constexpr slice_range slice(int begin, int end, int step = 1) { return {begin, end, step}; }
constexpr whole_axis slice() { return {}; }

}  // namespace igata::inline IGATA_ABI
