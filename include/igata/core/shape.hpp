// The extents of a tensor. The first may be k·s, where s is a number that is known when a program is called: n, the rows of its batch, or another
// one, of which a builder keeps the name and the maximum. All others are numbers.
//
//   shape{2, 3}  [2,3]     rows({28, 28, 1})  [n,28,28,1]     rows({2}, b.dim("points", 64))  [n2,2]
#pragma once
#include <cstddef>           // ptrdiff_t
#include <initializer_list>  // initializer_list

#include "text.hpp"

namespace igata::inline IGATA_ABI {

inline constexpr int max_rank = 6;

// What an extent is a multiple of: 1, n, or another number that a call has. A number itself: a class would be one more object in each shape of a
// constant evaluation.
enum symbol : int { no_symbol, batch_symbol };
inline constexpr int max_symbols = 5;  // with 1 and n

// What they are in a call, or at the most.
struct symbol_sizes {
  int of[max_symbols] = {1, 1, 1, 1, 1};
  constexpr symbol_sizes() = default;
  constexpr symbol_sizes(int n) : of{1, n, 1, 1, 1} {}
  constexpr int operator[](symbol s) const { return of[s]; }
};

struct shape {
  int rank = 0;
  symbol rows_of = no_symbol;  // the first extent is d[0] times it
  int d[max_rank]{};

  constexpr shape() = default;
  constexpr shape(std::initializer_list<int> extents) {
    for (const int e : extents) push(e);
  }
  constexpr int operator[](int i) const { return d[i]; }
  constexpr int& operator[](int i) { return d[i]; }
  constexpr void push(int extent) {
    if (rank < max_rank) d[rank] = extent;
    ++rank;  // one too many is an error that the caller reports
  }
  // With so many rows, where it has rows.
  constexpr std::ptrdiff_t count(std::ptrdiff_t n = 1) const {
    std::ptrdiff_t total = rows_of ? n : 1;
    for (int i = 0; i < rank; ++i) total *= d[i];
    return total;
  }
  constexpr std::ptrdiff_t count(const symbol_sizes& sizes) const { return count(std::ptrdiff_t{sizes.of[rows_of]}); }
  // Of a row, where there are rows; of sizes that count() cannot hold too.
  constexpr double elements() const {
    return (rank < 1 ? 1.0 : d[0]) * (rank < 2 ? 1.0 : d[1]) * (rank < 3 ? 1.0 : d[2]) * (rank < 4 ? 1.0 : d[3]) * (rank < 5 ? 1.0 : d[4]) *
           (rank < 6 ? 1.0 : d[5]);
  }
  friend constexpr bool operator==(const shape& a, const shape& b) {  // one expression: a loop costs constant evaluation ten times as much
    return a.rank == b.rank && a.rows_of == b.rows_of && (a.rank < 1 || a.d[0] == b.d[0]) && (a.rank < 2 || a.d[1] == b.d[1]) &&
           (a.rank < 3 || a.d[2] == b.d[2]) && (a.rank < 4 || a.d[3] == b.d[3]) && (a.rank < 5 || a.d[4] == b.d[4]) &&
           (a.rank < 6 || a.d[5] == b.d[5]);
  }
};

// [n, extents…]
constexpr shape rows(const shape& extents, symbol of = batch_symbol) {
  shape s;
  s.rows_of = of;
  s.push(1);
  for (int i = 0; i < extents.rank; ++i) s.push(i < max_rank ? extents[i] : 0);
  return s;
}

[[gnu::cold]] constexpr text& operator<<(text& t, const shape& s) {
  t << '[';
  for (int i = 0; i < s.rank; ++i) {
    if (i) t << ',';
    if (i == max_rank) return t << "...]";  // of what is refused
    if (i == 0 && s.rows_of) {
      if (s[0] != 1) t << s[0];
      t << 'n';
      if (s.rows_of > 1) t << static_cast<int>(s.rows_of);
    } else if (s[i] == -1) {
      t << '?';  // known at run time only
    } else {
      t << s[i];
    }
  }
  return t << ']';
}
constexpr text& operator<<(text&& t, const shape& s) { return t << s; }

}  // namespace igata::inline IGATA_ABI
