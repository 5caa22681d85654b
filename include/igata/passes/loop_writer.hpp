// Steps that are loops over elements: pointwise groups, copies and reductions.
#pragma once
#include "step_writer.hpp"

namespace igata::inline IGATA_ABI::detail {

class loop_writer : protected step_writer {
 protected:
  using step_writer::step_writer;

  constexpr place input_place(int index, const program_input& in) {
    if (in.id < 0) return constant_place(in.bits);
    if (f_.groups[index].kind != group_kind::copy) return place_of(index, in.id);
    place p = leaf_place(f_.original(in.id).base, f_.copied_for(index, f_.original(in.id).base));
    p.offset += f_.original(in.id).offset;
    return p;
  }

  constexpr void write_pointwise(int index) {
    const group& of = f_.groups[index];
    lowered l = lower(index, -1, -1);
    // Neighbouring axes become one where every operand allows it.
    vec<view> views;
    for (const program_input& in : l.inputs) {
      view v;
      if (in.id >= 0) v = broadcast_view(of.kind == group_kind::copy ? f_.original(in.id) : f_.seen_by(index, in.id), g_.nodes[in.id].dims, of.dims);
      views.push(v);
    }
    vec<view> out_views;
    for (const int id : l.outputs) out_views.push(stored_view(id));
    int extent[max_rank]{}, last_axis[max_rank]{}, rank = 0;
    for (int axis = 0; axis < of.dims.rank; ++axis) {
      if (!varies(of.dims, axis)) continue;
      bool joins = rank > 0;
      const int here = of.dims.d[axis];
      const view *const outs = out_views.items, *const ins = views.items;
      for (int i = 0, count = out_views.count; i < count && joins; ++i) joins = outs[i].stride[last_axis[rank - 1]] == outs[i].stride[axis] * here;
      for (int i = 0, count = views.count; i < count && joins; ++i) joins = ins[i].stride[last_axis[rank - 1]] == ins[i].stride[axis] * here;
      if (joins) {
        extent[rank - 1] *= here;
        last_axis[rank - 1] = axis;
      } else {
        extent[rank] = here;
        last_axis[rank++] = axis;
      }
    }
    if (l.program.length == 0 && l.inputs.size() == 1 && l.outputs.size() == 1 && l.inputs[0].id >= 0) {  // nothing is computed
      begin_step(step_kind::copy, index);
      put(rank);
      for (int i = 0; i < rank; ++i) put_extent(extent[i], i == 0 && of.dims.batched);
      put(input_place(index, l.inputs[0]));
      put_strides(views[0], last_axis, rank);
      put(places_[l.outputs[0]].at);
      put_strides(out_views[0], last_axis, rank);
      return;
    }
    long long elements = static_cast<long long>(views.size() + out_views.size());
    for (int i = 0; i < rank; ++i) elements *= extent[i];
    if (of.dims.batched) elements *= max_batch_;
    const int first = begin_step(elements < (4 << 20) ? step_kind::pointwise : step_kind::long_pointwise, index);
    put(rank);
    for (int i = 0; i < rank; ++i) put_extent(extent[i], i == 0 && of.dims.batched);
    put(l.inputs.size());
    for (int i = 0; i < l.inputs.size(); ++i) {
      put(input_place(index, l.inputs[i]));
      put_strides(views[i], last_axis, rank);
      l.program.kind[i] = rank ? access_of(views[i].stride[last_axis[rank - 1]]) : access::scalar;
    }
    put(l.outputs.size());
    for (int i = 0; i < l.outputs.size(); ++i) {
      put(places_[l.outputs[i]].at);
      put_strides(out_views[i], last_axis, rank);
    }
    plan_.steps[first].program = intern(l.program);
  }

  constexpr void write_reduce(int index) {
    const group& of = f_.groups[index];
    lowered l = lower(index, -1, -1);
    const extents e = reduction_extents(index);
    const int count = of.reductions.size(), outputs = l.outputs.size();
    const int columns = e.i == 1 ? e.r : e.i;
    bool sums = true;
    for (const int id : of.reductions) sums &= g_.nodes[id].code == op::reduce_sum;
    const int first = begin_step(sums ? step_kind::reduce_sum : step_kind::reduce, index);
    put_extent(e.o, e.o_batched);
    put_extent(e.r, e.r_batched);
    put(e.i);
    put(count);
    for (const int id : of.reductions) {
      const op code = g_.nodes[id].code;
      put(static_cast<int>(code == op::reduce_sum ? reduction::sum : code == op::reduce_max ? reduction::max : code == op::reduce_min ? reduction::min
                           : code == op::argmax ? reduction::argmax : reduction::argmin));
      put(places_[id].at);
    }
    put(outputs);
    put_block(l, index, 0, outputs - count, e.r_batched && e.i == 1 ? 0 : columns);
    // The plain case reads its operand in place.
    bool direct = l.program.length == 0 && outputs == 1 && l.inputs.size() == 1 && l.inputs[0].id >= 0;
    if (direct) direct = is_contiguous(broadcast_view(f_.seen_by(index, l.inputs[0].id), g_.nodes[l.inputs[0].id].dims, of.dims), of.dims);
    if (direct) put(place_of(index, l.inputs[0].id));
    else put(place{});
    put(partial_of(index, e));
    put(place{space::arena, 0, scratch_[index]});
    if (!direct) plan_.steps[first].program = intern(l.program);
  }
};

}  // namespace igata::inline IGATA_ABI::detail
