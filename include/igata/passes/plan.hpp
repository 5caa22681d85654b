// The plan: what a program does at run time, as flat arrays. Steps in order, each with its geometry as integers; where every operand lies;
// the distinct pointwise programs; constants; the size of the arena.
//
// A step's integers are written by loop_writer.hpp and kernel_writer.hpp and read by engine/run_step.hpp, in the order that the step kinds give.
#pragma once
#include "../target/kernel_args.hpp"
#include "../ir/graph.hpp"

namespace igata::inline IGATA_ABI {

// Memory that an operand may lie in. `index` names the input, output, variable or bound value.
enum class space : std::uint8_t { arena, input, output, variable, bound, constant, rows };

struct place {
  space where = space::arena;
  int index = 0, offset = 0;  // in elements of 4 bytes
};

// extent: two integers, k and whether it is multiplied by n. place: three. block inputs: a count, then place, row stride, column stride
// of each; block outputs: a count, then place, row stride of each.
enum class step_kind : std::uint8_t {
  pointwise,           // rank, extents; count, then place and `rank` strides of each input; the same of each output
  long_pointwise,      // as pointwise, of arrays larger than the caches
  reduce,              // o, r, i; count, kinds, places; outputs of the program; block inputs; block outputs; in; floats of pieces; scratch
  reduce_sum,          // as reduce, of sums only
  gemm,                // m, n, k; a: place, row, k; b: place, k, n, mode; has bias, place; c: place, row; block inputs; block outputs; batches, steps of a, b, c; scratch
  conv2d,              // geometry (n, 16 numbers), o, groups; x; w, packed; has bias, place; y; block inputs; block outputs; scratch
  direct_conv2d,       // geometry, o; x; w; has bias, place; y: place, row; finish: has addend, place, row, is clamped, low, high; block inputs; block outputs; scratch
  winograd2_conv2d,    // as direct_conv2d
  winograd4_conv2d,
  winograd2_filters,   // c, o; turned; w; out
  winograd4_filters,
  depthwise_conv2d,
  conv2d_filter_grad,  // geometry, o, groups; x; dy; dw; floats of pieces; scratch
  winograd4_filter_grad,
  conv2d_input_grad,   // geometry, o, groups; w; dy; dx; scratch
  depthwise_filter_grad,  // as conv2d_filter_grad, conv2d_input_grad
  depthwise_input_grad,
  max_pool2d,          // geometry; include padding; x; y
  avg_pool2d,
  max_pool2d_grad,     // geometry; include padding; x; dy; dx
  avg_pool2d_grad,     // geometry; include padding; (x); dy; dx
  gather,              // count, width, rows; table; index; out
  scatter_add,         // count, width, rows; values; index; out
  copy,                // rank, extents; in: place, strides; out: place, strides
  fill,                // count; out; bits
};

enum class b_mode : std::uint8_t { in_place, panels, pack_first };

inline constexpr int most_together = 16;  // steps; the search compares all arrays of one such run with each other
inline constexpr std::ptrdiff_t row_block_floats = 64 << 10;  // of all arrays that steps touch together: a quarter of a second cache level

struct plan_step {
  step_kind kind = step_kind::pointwise;
  int program = -1;   // of the block program, or -1
  int first = 0;      // of its integers
  int group = -1;     // that it comes from; -1: final copies
  int work = 0;       // thousands of operations for max_batch rows: whether several threads are worth while
  int together = 0;   // so many steps from here on go through blocks of rows one after the other
  int row = 0;        // floats that they touch for each row
};

struct plan {
  vec<plan_step> steps;
  vec<int> ints;
  vec<pointwise_program> programs;
  vec<std::uint32_t> constants;
  int arena = 0;               // elements, for max_batch rows
  int scratch = 0;             // elements of it that the step with the largest scratch needs for each further thread
  long long arena_without_reuse = 0;
  int max_batch = 1;
  text failure;
};

}  // namespace igata::inline IGATA_ABI
