// What is decided about a product or a convolution when groups are made: which kernel runs it, how its weights are stored, in which order its sums
// are added, and what the kernel does to them before they are stored. Nobody finds it again from what was decided.
#pragma once
#include <limits>  // numeric_limits

#include "../target/step_kind.hpp"
#include "../target/winograd.hpp"

namespace igata::inline IGATA_ABI::plan {

// What follows the sums: first a vector along the columns, which they begin with; then, of kernels that finish their results in registers, a matrix
// is added, and they are clamped. What is left of the group is a program.
struct ending {
  int members = 0;       // of the group, that are this; the first ones
  bool whole = true;     // nothing is left, and there is one result
  int bias = -1;         // nodes
  int addend = -1, addend_row = 0;  // its stride from row to row
  bool clamped = false;
  float low = -std::numeric_limits<float>::infinity(), high = std::numeric_limits<float>::infinity();
};

struct choice {
  step_kind kernel = step_kind::count_;
  weight_form form = weight_form::plain;
  int tile_each_run = 0;  // 2 or 4: weights are transformed for Winograd's method in every run
  int splits = 1;         // sums that are added up to one: product k is in sum k % splits; their second half is added to the first until one is left
  ending last;
};

}  // namespace igata::inline IGATA_ABI::plan
