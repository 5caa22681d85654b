// What a kernel for one step of a small plan is told by its type: everything but the addresses and the number of rows. Integers only and
// no padding, as in pointwise.hpp.
#pragma once
#include "pointwise.hpp"

namespace igata::inline IGATA_ABI::plan {

inline constexpr int max_fixed_inputs = 8, max_fixed_outputs = 4;

// An extent that is `count`, or count * n of at most max * n.
struct fixed_extent {
  int count, batched;
};

// How far a program's operands move with a row: of the inputs behind the block, then of the outputs. Along it they move as its kinds say.
struct fixed_rows {
  int in[max_fixed_inputs], out[max_fixed_outputs];
};

// Addresses: inputs, then outputs.
struct fixed_pointwise {
  fixed_extent rows, cols;
  fixed_rows step;
};

// c[m][n] = program(bias[n] + sum over k of a[m * a_row + k * a_k] * b[k][n]); addresses: a, b, the bias if there is one, then
// the program's inputs without the block and its outputs. Without a program (of no outputs) the sum itself goes to c, whose address is there instead.
struct fixed_gemm {
  fixed_extent m;
  int max_m, n, k, a_row, a_k;
  int b_k, b_packed;  // rows of a B that is not packed
  int splits;         // as in gemm_fields
  int has_bias, c_row;
  fixed_rows step;
};

}  // namespace igata::inline IGATA_ABI::plan
