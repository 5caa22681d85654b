// What a plan is made of: a graph whose nodes are grouped, for so many rows at the most, and what its other symbols may be; and what follows from
// that about a group.
#pragma once
#include "../ops/reduce.hpp"
#include "fusion.hpp"
#include "plan.hpp"

namespace igata::inline IGATA_ABI::detail {

struct planning {
  const graph& g;
  const fusion& f;
  int max_batch;
  symbol_sizes most = largest_of(g, max_batch);

  constexpr long long size_of(int id) const { return g.nodes.items[id].dims.count(most); }

  struct extents {
    int o = 1, r = 1, i = 1;
    symbol o_batched = no_symbol, r_batched = no_symbol;
  };
  constexpr extents reduction_extents(int index) const {
    const node_group& of = f.groups.items[index];
    const int mask = reduced_axes(g, g.nodes.items[of.reductions[0]]);
    extents e;
    bool behind = false;
    for (int axis = 0; axis < of.dims.rank; ++axis) {
      if (!varies(of.dims, axis)) continue;
      if (mask >> axis & 1) {
        e.r *= of.dims[axis];
        if (axis == 0) e.r_batched = of.dims.rows_of;
        behind = true;
      } else if (behind) {
        e.i *= of.dims[axis];
      } else {
        e.o *= of.dims[axis];
        if (axis == 0) e.o_batched = of.dims.rows_of;
      }
    }
    return e;
  }

  // See row_blocks.hpp.
  constexpr bool is_loop_over_rows(int index) const {
    const node_group& of = f.groups.items[index];
    if ((of.kind != group_kind::reduce && of.kind != group_kind::pointwise) || of.random || of.dims.rows_of != batch_symbol) return false;
    return of.kind == group_kind::pointwise || (reduction_extents(index).o_batched != no_symbol);
  }
  constexpr bool begins_row_blocks(int index) const {
    const node_group& of = f.groups.items[index];
    return of.kind == group_kind::reduce && max_batch > 1 && of.dims.count(max_batch) > row_block_floats && is_loop_over_rows(index);
  }
};

// A group that has a kernel of its own, and the node that the kernel is for.
struct anchored {
  const planning& in;
  int index;

  constexpr const node_group& of() const { return in.f.groups.items[index]; }
  constexpr const node& anchor() const { return in.g.nodes.items[of().anchor]; }
  constexpr int operand_id(int i) const { return in.g.operand(anchor(), i); }
  constexpr const shape& dims(int i) const { return in.g.operand_node(anchor(), i).dims; }
  // What lies below an operand in memory.
  constexpr const node& source(int i) const { return in.g.nodes.items[in.f.seen_by(index, operand_id(i)).base]; }
};
template <op Code>
constexpr attributes_for<Code> attributes_of(const anchored& a) {
  return attributes_of<Code>(a.in.g, a.anchor());
}

}  // namespace igata::inline IGATA_ABI::detail
