// A number beside n that calls of a program have: what the first extent of an input is, in the place of n.
//
//   inference<encoder{}, …, in<"set", dim<"points", 64>, 2>>     [points, 2], of 1 to 64 points
//   net.run({image, set}, {result});                             told by the sizes of arrays
//   net.run({p, q}, {r}, n, dim<"points", 64>(40));              of pointers by name
#pragma once
#include <concepts>  // integral

#include "../core/fixed_string.hpp"
#include "facts.hpp"

namespace igata::inline IGATA_ABI {

// What a dim is in one call.
template <fixed_string Name>
struct dim_size {
  int value;
};

namespace detail {

template <fixed_string Name, int Most>
struct dim_option {
  static constexpr std::string_view name = Name.view();
  static constexpr int most = Most;
  constexpr dim_size<Name> operator()(int size) const { return {size}; }
};
template <class T> inline constexpr bool is_dim = false;
template <fixed_string N, int M> inline constexpr bool is_dim<dim_option<N, M>> = true;

// Rows of what has rows by a symbol, in a call of n rows, or of these sizes.
constexpr int rows_in(int n, symbol s) { return s ? n : 1; }
constexpr int rows_in(const symbol_sizes& sizes, symbol s) { return sizes[s]; }

// A dim's number that is told nowhere.
inline constexpr int not_told = -1;

// All symbols of a call: what is given by name, or else what the sizes of inputs or results say.
template <class Runner, class In, class Out, fixed_string... Names>
constexpr symbol_sizes sizes_in_call(const In& in, const Out& out, int n, dim_size<Names>... given) {
  symbol_sizes sizes(n);
  for (int i = 0; i < Runner::symbol_count; ++i) {
    const symbol s{2 + i};
    int& size = sizes.of[s];
    size = in.rows_by(s);
    if (size == not_told) size = out.rows_by(s);
    (..., (Names.view() == Runner::symbols[i].name ? void(size = given.value) : void()));
  }
  return sizes;
}

// The first name that is none of a program's dims.
template <fixed_string Call, class Runner, fixed_string... Names>
struct unknown_dim {
  static constexpr text make() {
    text why;
    (..., one(why, Names.view()));
    return why;
  }

 private:
  static constexpr void one(text& why, std::string_view name) {
    for (int i = 0; i < Runner::symbol_count; ++i)
      if (Runner::symbols[i].name == name) return;
    if (!why.empty() || !Runner::is_sound) return;
    why << Call.view() << ": this program has no dim '" << name << "'; ";
    if (Runner::symbol_count == 0) why << "it has rows of n alone";
    for (int i = 0; i < Runner::symbol_count; ++i) why << (i ? ", " : "its dims are ") << '\'' << Runner::symbols[i].name << '\'';
  }
};

}  // namespace detail

// The first extent of an input, from 1 to Most; which it is, each call says: a second batch, a set, the length of a sequence. The same name is the
// same number.
template <fixed_string Name, int Most>
inline constexpr detail::dim_option<Name, Most> dim{};

// What an input's extents are given as: whole numbers, and in the first place a dim.
template <class T>
concept InputExtent = std::integral<T> || detail::is_dim<T>;
namespace detail {
template <class T>
concept TypeOrExtent = InputExtent<T> || std::is_same_v<T, dtype>;
}

}  // namespace igata::inline IGATA_ABI
