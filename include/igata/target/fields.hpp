// What a kernel is told has two forms, which one template of its fields gives:
//
//   template <class As> struct table_fields {
//     typename As::template address<const float> from{};
//     typename As::extent count{};
//     …
//     typename As::shared part{};
//     template <class P, class B, class F> static constexpr void each(P& p, B& b, F f) { f(p.from, b.from), f(p.count, b.count); }
//   };
//
// planned: what the planner fills in by name, and a plan stores: integers, without padding. bound: what the kernel is called with: addresses and
// numbers. `each` walks over the fields of both, in the order of the members; what a plan is printed, checked and bound by.
#pragma once
#include <bit>               // bit_cast
#include <cstddef>           // ptrdiff_t
#include <initializer_list>  // initializer_list

#include "../core/shape.hpp"
#include "pointwise.hpp"
#include "share.hpp"
#include "step_kind.hpp"

namespace igata::inline IGATA_ABI::plan {

// Memory of a program. `index` names the input, output, variable or bound value. rows: what symbols are in this call, as f32, n the first. host: the
// program's function of the host.
enum class space : std::uint8_t { none, arena, input, output, variable, bound, constant, rows, host };

struct place {
  space where = space::none;
  std::uint8_t size = 4;      // of an element, in bytes
  std::uint16_t unused = 0;
  int index = 0, offset = 0;  // in elements

  constexpr place() = default;
  constexpr place(space of, int i = 0, int first = 0, int bytes = 4) : where(of), size(static_cast<std::uint8_t>(bytes)), index{i}, offset(first) {}
};

struct planned_extent {
  int count = 0;
  symbol times = no_symbol;
};
template <class T>
struct planned_address : place {
  constexpr planned_address() = default;
  constexpr planned_address(const place& p) : place(p) {}
};
// Memory that nobody reads after the step; no result.
struct planned_scratch : place {
  constexpr planned_scratch() = default;
  constexpr planned_scratch(const place& p) : place(p) {}
};

// A pointwise program, the step's, with its operands, which stand behind the fields: of its inputs but the first `given`, which the kernel itself
// has, then of its outputs; each a place, two strides, and those of the axes outside of rows and columns. Of no inputs there is none.
struct planned_loop {
  int inputs = 0, given = 0, outputs = 0, outer = 0;
  planned_extent rows, cols;
  int index_row = 0;

  constexpr bool is_there() const { return inputs > 0; }
  constexpr int operands() const { return inputs - given + outputs; }
};
struct planned_operand {
  place at;
  int row = 0, column = 0;
};

struct planned {
  using number = int;
  using extent = planned_extent;
  using flag = int;
  template <class T>
  using address = planned_address<T>;
  using scratch = planned_scratch;
  using loop = planned_loop;
  using shared = int;  // nothing: who does it is not planned
};

// A pointwise program run on each finished block of a contraction kernel, while that block is in the first cache level: in[0] is the block
// of results itself; the other inputs and the outputs are given for row 0, column 0 of the whole result and moved to the block by
// the kernel. A null `fn` stores the result as it is.
struct epilogue {
  pointwise_fn fn;
  int inputs, outputs;           // of the program
  pointwise_args args;           // of more inputs or outputs nothing is set
  const std::ptrdiff_t* strides; // of the axes outside of rows and columns: [operand][axis], of the inputs, then of the outputs; or null
};

struct bound {
  using number = std::ptrdiff_t;
  using extent = std::ptrdiff_t;
  using flag = bool;
  template <class T>
  using address = T*;
  using scratch = float*;        // at a line
  using loop = const epilogue*;  // or null
  using shared = share;
};

// The same for kernels of lanes of 64 bits, whose addresses of floats are of doubles.
template <class T>
struct wide_element {
  using type = T;
};
template <>
struct wide_element<float> {
  using type = double;
};
template <>
struct wide_element<const float> {
  using type = const double;
};
struct wide_bound : bound {
  template <class T>
  using address = typename wide_element<T>::type*;
  using scratch = double*;
};

// Fields as the integers of a plan.
template <class Fields>
inline constexpr int words_of = static_cast<int>(sizeof(Fields) / sizeof(int));
template <int N>
struct word_list {
  int items[N];
};
template <class Fields>
constexpr word_list<words_of<Fields>> words(const Fields& f) {
  return std::bit_cast<word_list<words_of<Fields>>>(f);
}
template <class Fields>
constexpr Fields read_fields(const int* from) {
  word_list<words_of<Fields>> list{};
  for (int i = 0; i < words_of<Fields>; ++i) list.items[i] = from[i];
  return std::bit_cast<Fields>(list);
}
template <class Fields>
struct bound_form_of;
template <template <class> class Fields>
struct bound_form_of<Fields<planned>> {
  using type = Fields<bound>;
};
template <class Fields>
using bound_form = typename bound_form_of<Fields>::type;

// Fields as the kernel gets them in a call of these sizes, but for all addresses: what scratch memory depends on.

}  // namespace igata::inline IGATA_ABI::plan

namespace igata::inline IGATA_ABI::detail {

struct field_sizer {
  const symbol_sizes& sizes;
  constexpr void operator()(const planned_extent& from, std::ptrdiff_t& to) const { to = std::ptrdiff_t{from.count} * sizes.of[from.times]; }
  template <class T>
  constexpr void operator()(const place&, T*&) const {}
  constexpr void operator()(const planned_loop&, const epilogue*&) const {}
  template <class T, class U>
    requires std::is_arithmetic_v<T>
  constexpr void operator()(const T& from, U& to) const { to = static_cast<U>(from); }
  template <class T>
    requires std::is_enum_v<T>
  constexpr void operator()(const T& from, T& to) const { to = from; }
  template <class T, class U, std::size_t N>
  constexpr void operator()(const T (&from)[N], U (&to)[N]) const {
    for (std::size_t i = 0; i < N; ++i) (*this)(from[i], to[i]);
  }
};

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::plan {

template <template <class> class Fields>
constexpr Fields<bound> sized(const Fields<planned>& f, const symbol_sizes& sizes) {
  Fields<bound> b{};
  Fields<planned>::each(f, b, detail::field_sizer{sizes});
  return b;
}

// What a kernel touches of memory, in a call that `s` was sized for: each_touched(kind, planned, sized, t) beside the fields tells t.reads and
// t.writes where elements lie - a place, and axes of so many elements at a stride - and t.loop its loop, with its rows and columns. A plan is
// verified by it; scratch memory is known from its fields.
struct touched_axis {
  std::ptrdiff_t count = 1, stride = 1;
};
struct touched_axes {
  touched_axis list[8];
  int count = 0;
  constexpr touched_axes(std::initializer_list<touched_axis> axes) : touched_axes(axes.begin(), axes.size()) {}
  constexpr touched_axes(const touched_axis* axes, std::size_t size) {
    for (; count < static_cast<int>(size); ++count) list[count] = axes[count];
  }
};

// Whether `each` meets every member. What walks over fields is a struct, not a lambda: all kernels share what it is for each type of field.

}  // namespace igata::inline IGATA_ABI::plan

namespace igata::inline IGATA_ABI::detail {

struct field_counter {
  std::size_t& bytes;
  template <class T>
  constexpr void operator()(const T&, const T&) const { bytes += sizeof(T); }
};

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::plan {

template <template <class> class Fields>
inline constexpr bool walks_all = [] {
  const Fields<planned> p{};
  std::size_t bytes = sizeof p.part;
  Fields<planned>::each(p, p, detail::field_counter{bytes});
  return bytes == sizeof(Fields<planned>);
}();

}  // namespace igata::inline IGATA_ABI::plan
