// Reductions, with the loop that makes what they reduce.
#pragma once
#include "../step_writer.hpp"

namespace igata::inline IGATA_ABI::plan {

struct reduction_lowering : own_kernel {
  static constexpr void write(detail::step_writer& w) {
    const node_group& of = w.of();
    const graph& g = w.in.g;
    const auto e = w.in.reduction_extents(w.group_index());
    const int count = of.reductions.size();
    const bool whole = is_whole(g.operand_node(g.nodes[of.reductions[0]], 0).type);
    bool sums = true, products = false;
    for (const int id : of.reductions) sums &= g.nodes[id].code == op::reduce_sum, products |= g.nodes[id].code == op::reduce_prod;
    reduce_fields<planned> r;
    r.o = w.extent(e.o, e.o_batched);
    r.r = w.extent(e.r, e.r_batched);
    r.i = e.i;
    r.count = count;
    for (int i = 0; i < count; ++i) {
      r.kind[i] = reduction_of(g.nodes[of.reductions[i]].code);
      r.out[i] = w.home_of(of.reductions[i]).at;
    }
    const step_kind kind = whole ? step_kind::reduce_whole : products ? step_kind::reduce_prod : sums ? step_kind::reduce_sum : step_kind::reduce;
    w.set_scratch(kind, r, !e.o_batched);  // pieces of one result: whether there is one must not depend on the number of rows
    if (!w.writes()) return;
    lowered l = w.lower();
    const int outputs = l.outputs.size(), columns = e.i == 1 ? e.r : e.i;
    r.pre_outputs = outputs;
    // The plain case reads its operand in place.
    bool direct = l.program.length == 0 && outputs == 1 && l.inputs.size() == 1 && l.inputs[0].id >= 0;
    if (direct) direct = detail::storage_of(g.nodes[l.inputs[0].id].type, of.wide) == storage::lane;
    if (direct)
      direct = is_contiguous(broadcast_view(w.in.f.seen_by(w.group_index(), l.inputs[0].id), g.nodes[l.inputs[0].id].dims, of.dims), of.dims);
    if (direct) r.in = w.place_of(l.inputs[0].id);
    else r.pre = w.block(l, 0, outputs - count, e.r_batched && e.i == 1 ? 0 : columns);
    w.add_step(kind, r);
  }

 private:
  static constexpr reduction reduction_of(op code) {
    return code == op::reduce_sum    ? reduction::sum
           : code == op::reduce_prod ? reduction::prod
           : code == op::reduce_max  ? reduction::max
           : code == op::reduce_min  ? reduction::min
           : code == op::argmax      ? reduction::argmax
                                     : reduction::argmin;
  }
};
template <op Code>
struct lowering<Code, family::reduction> : reduction_lowering {};

}  // namespace igata::inline IGATA_ABI::plan
