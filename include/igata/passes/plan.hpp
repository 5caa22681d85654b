// The plan: what a program does at run time, as flat arrays. Steps in order, each with its geometry as integers; where every operand lies;
// the distinct pointwise programs; constants; the size of the arena.
//
// A step's integers are the record of its kernel's arguments, field by field as the structs of target/kernel_args.hpp give them: written by
// loop_writer.hpp and kernel_writer.hpp, made into records of addresses and numbers by engine/records.hpp when a program is bound.
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

// What a field of a record is: an address, of which `space` says where, then its index and offset; or one of these, then its numbers.
enum class field : std::uint8_t {
  word = 7,    // a number of the size of an address: itself
  words,       // several of them: how many, then each
  rows_word,   // a number of that size that is multiplied by n: k
  bits,        // 32 bits
  byte,        // 8 bits
  program,     // the function of a block program: its index
  inside,      // the address of a byte of this record: its offset
  skipped,     // words that stay zero: how many
  whole,       // the share of who does all
};
// A field's integers, of those that begin with what it is.
constexpr int length_of_field(const int* at) {
  if (at[0] < static_cast<int>(field::word)) return 3;
  switch (static_cast<field>(at[0])) {
    case field::words: return 2 + at[1];
    case field::whole: return 1;
    default: return 2;
  }
}

enum class step_kind : std::uint8_t {
  pointwise,           // epilogue
  long_pointwise,      // epilogue, of arrays larger than the caches
  nested_pointwise,    // nested_loop_args, strides
  reduce,              // reduce_args, epilogue
  reduce_sum,          // the same, of sums only
  gemm,                // gemm_args, epilogue
  batched_gemm,        // batched_gemm_args, epilogue
  conv2d,              // conv2d_args, epilogue
  direct_conv2d,       // finished_conv2d_args, epilogue
  winograd2_conv2d,
  winograd4_conv2d,
  winograd2_filters,   // winograd_filters_args
  winograd4_filters,
  depthwise_conv2d,    // finished_conv2d_args, epilogue
  conv2d_filter_grad,  // conv2d_filter_grad_args
  winograd4_filter_grad,
  conv2d_input_grad,   // conv2d_input_grad_args
  depthwise_filter_grad,
  depthwise_input_grad,
  max_pool2d,          // pool2d_args
  avg_pool2d,
  max_pool2d_grad,     // pool2d_grad_args
  avg_pool2d_grad,
  gather,              // gather_args
  scatter_add,         // scatter_add_args
  copy,                // copy_args
  fill,                // fill_args
};
// Bytes of what a kernel is called with; where there is an epilogue or there are strides, they lie behind it.
constexpr int arguments_size(step_kind kind) {
  switch (kind) {
    case step_kind::pointwise:
    case step_kind::long_pointwise: return sizeof(epilogue);
    case step_kind::nested_pointwise: return sizeof(nested_loop_args);
    case step_kind::reduce:
    case step_kind::reduce_sum: return sizeof(reduce_args);
    case step_kind::gemm: return sizeof(gemm_args);
    case step_kind::batched_gemm: return sizeof(batched_gemm_args);
    case step_kind::conv2d: return sizeof(conv2d_args);
    case step_kind::direct_conv2d:
    case step_kind::winograd2_conv2d:
    case step_kind::winograd4_conv2d:
    case step_kind::depthwise_conv2d: return sizeof(finished_conv2d_args);
    case step_kind::winograd2_filters:
    case step_kind::winograd4_filters: return sizeof(winograd_filters_args);
    case step_kind::conv2d_filter_grad:
    case step_kind::winograd4_filter_grad:
    case step_kind::depthwise_filter_grad: return sizeof(conv2d_filter_grad_args);
    case step_kind::conv2d_input_grad:
    case step_kind::depthwise_input_grad: return sizeof(conv2d_input_grad_args);
    case step_kind::max_pool2d:
    case step_kind::avg_pool2d: return sizeof(pool2d_args);
    case step_kind::max_pool2d_grad:
    case step_kind::avg_pool2d_grad: return sizeof(pool2d_grad_args);
    case step_kind::gather: return sizeof(gather_args);
    case step_kind::scatter_add: return sizeof(scatter_add_args);
    case step_kind::copy: return sizeof(copy_args);
    case step_kind::fill: return sizeof(fill_args);
  }
  return 0;
}

inline constexpr int most_together = 16;  // steps; the search compares all arrays of one such run with each other
inline constexpr std::ptrdiff_t row_block_floats = 64 << 10;  // of all arrays that steps touch together: a quarter of a second cache level

struct plan_step {
  step_kind kind = step_kind::pointwise;
  int program = -1;   // of the block program, or -1
  int first = 0;      // of its integers
  int record = 0;     // where they are made into one: bytes from the begin of all records
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
  int records = 64;            // bytes of all records; the number of rows, as a float, lies before the first
  int scratch = 0;             // elements of it that the step with the largest scratch needs for each further thread
  long long arena_without_reuse = 0;
  int max_batch = 1;
  text failure;
};

}  // namespace igata::inline IGATA_ABI
