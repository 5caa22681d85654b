// The plan: what a program does at run time, as flat arrays. Steps in order, each with its geometry as integers; where every operand lies;
// the distinct pointwise programs; constants; the size of the arena. Nothing of it is an address.
//
// A step's integers are the planned form of its kernel's fields (target/fields.hpp), then the operands of its loop: written by lowerings (ops/), made
// into what the kernel is called with by engine/records.hpp when a program is bound.
#pragma once
#include "../ir/graph.hpp"
#include "../target/kernels.hpp"

namespace igata::inline IGATA_ABI::plan {

inline constexpr int most_together = 16;  // steps; the search compares all arrays of one such run with each other
inline constexpr std::ptrdiff_t row_block_floats = 64 << 10;  // of all arrays that steps touch together: a quarter of a second cache level

struct plan_step {
  step_kind kind = step_kind::loop;
  bool wide = false;  // its lanes have 64 bits: of the other table of kernels
  int program = -1;   // of its loop, or -1
  int first = 0;      // of its integers
  int record = 0;     // where they are bound: bytes from the begin of all records
  int group = -1;     // that it comes from; -1: final copies
  int work = 0;       // thousands of operations for max_batch rows: whether several threads are worth while
  int together = 0;   // so many steps from here on go through blocks of rows one after the other
  int row = 0;        // floats that they touch for each row
};

struct execution_plan {
  vec<plan_step> steps;
  vec<int> ints;
  vec<pointwise_program> programs;
  vec<std::uint32_t> constants;
  int arena = 0;               // elements, of symbols at the most
  int records = 64;            // bytes of all records; what symbols are, as floats, lies before the first
  int scratch = 0;             // elements of it that the step with the largest scratch needs for each further thread
  long long arena_without_reuse = 0;
  int max_batch = 1;
  text failure;
};

// Calls f with a step's fields, read from its integers, which begin at `from`.
template <class F>
constexpr decltype(auto) with_planned(step_kind kind, const int* from, F f) {
  return with_fields<planned>(kind, [&]<class Fields>(const Fields&) -> decltype(auto) { return f(read_fields<Fields>(from)); });
}

}  // namespace igata::inline IGATA_ABI::plan

namespace igata::inline IGATA_ABI::detail {

struct loop_finder {
  planned_loop& found;
  constexpr void operator()(const planned_loop& field, const planned_loop&) const { found = field; }
  template <class T>
  constexpr void operator()(const T&, const T&) const {}
};

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::plan {

template <class Fields>
constexpr planned_loop loop_in(const Fields& fields) {
  planned_loop found;
  Fields::each(fields, fields, detail::loop_finder{found});
  return found;
}

// Behind a step's fields: an operand of its loop, and its strides along the outer axes.
inline constexpr int operand_words = words_of<planned_operand>;
constexpr const int* operand_at(const int* behind, const planned_loop& loop, int i) { return behind + i * (operand_words + loop.outer); }
// Of a loop the integers behind a step's fields, and the bytes behind its record.
constexpr int loop_words(const planned_loop& loop) { return loop.operands() * (operand_words + loop.outer); }
constexpr int loop_bytes(const planned_loop& loop) {
  return loop.is_there() ? static_cast<int>(sizeof(epilogue)) + loop.operands() * loop.outer * static_cast<int>(sizeof(std::ptrdiff_t)) : 0;
}

}  // namespace igata::inline IGATA_ABI::plan
