// Epilogues that an inference convolution does in its registers: add a matrix, then maximum, then minimum with a number, each of them or
// not. Anything else is a pointwise program of its own.
#pragma once
#include <limits>  // numeric_limits

#include "pointwise_lowering.hpp"

namespace igata::inline IGATA_ABI {

struct finishing {
  bool add = false, clamped = false;
  int addend = 0, row = 0;  // the node, its stride from pixel to pixel
  float low = -std::numeric_limits<float>::infinity(), high = std::numeric_limits<float>::infinity();
};

// Whether the program of a contraction's group is that.
constexpr bool find_finishing(const graph& g, const fusion& fused, int index, const lowered& l, finishing& f) {
  const group& of = fused.groups[index];
  if (l.outputs.size() != 1) return false;
  int current = 0, done = 0;
  for (int k = 0; k < l.program.length; ++k) {
    const instruction i = instruction::unpack(l.program.code[k]);
    const int other = i.a == current ? i.b : i.a;
    if ((i.a != current && i.b != current) || other == 0 || other >= l.inputs.size()) return false;
    const program_input& in = l.inputs[other];
    const float number = std::bit_cast<float>(in.bits);
    if (i.code == opcode::add && in.id >= 0 && done < 1) {
      const view v = broadcast_view(fused.seen_by(index, in.id), g.nodes[in.id].dims, of.dims);
      const collapsed rows = collapse(v, of.dims, 0, of.split), columns = collapse(v, of.dims, of.split, of.dims.rank);
      if (!rows.ok || !columns.ok || columns.stride != 1) return false;
      f.add = true;
      f.addend = in.id;
      f.row = rows.stride;
      done = 1;
    } else if ((i.code == opcode::max || i.code == opcode::max_of_number) && in.id < 0 && number == number && done < 2) {
      f.low = number;
      done = 2;
    } else if (i.code == opcode::min && in.id < 0 && number == number && done < 3) {
      f.high = number;
      done = 3;
    } else {
      return false;
    }
    current = l.inputs.size() + k;
  }
  f.clamped = done > 1;
  return l.program.result[0] == current;
}

}  // namespace igata::inline IGATA_ABI
