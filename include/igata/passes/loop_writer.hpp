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
      return put_copy(index, extent, of.dims.batched, views[0], input_place(index, l.inputs[0]), out_views[0], places_[l.outputs[0]].at, last_axis, rank);
    }
    long long elements = static_cast<long long>(views.size() + out_views.size());
    for (int i = 0; i < rank; ++i) elements *= extent[i];
    if (of.dims.batched) elements *= max_batch_;
    begin_step(rank > 2 ? step_kind::nested_pointwise : elements < (4 << 20) ? step_kind::pointwise : step_kind::long_pointwise, index);
    const auto stride = [&](const view& v, int back) { return rank >= back ? v.stride[last_axis[rank - back]] : 0; };
    operand inputs[max_pointwise_inputs], outputs[max_pointwise_outputs];
    for (int i = 0; i < l.inputs.size(); ++i) {
      inputs[i] = {input_place(index, l.inputs[i]), stride(views[i], 2), stride(views[i], 1)};
      l.program.kind[i] = rank ? access_of(inputs[i].column) : access::scalar;
    }
    for (int i = 0; i < l.outputs.size(); ++i) outputs[i] = {places_[l.outputs[i]].at, stride(out_views[i], 2)};
    put_epilogue(l.program, inputs, 0, outputs, l.outputs.size());
    const auto last = [&](int back) { put_extent(rank >= back ? extent[rank - back] : 1, rank == back && of.dims.batched); };
    last(2);
    last(1);
    put(field::bits, 0);
    put(field::bits, rank >= 2 ? extent[rank - 1] : 0);
    if (rank <= 2) return;
    const int axes = rank - 2, operands = views.size() + out_views.size();
    put(axes);
    for (int i = 0; i < axes; ++i) put_extent(extent[i], i == 0 && of.dims.batched);
    skip(max_outer_axes - axes);
    put_behind(axes * operands * static_cast<int>(sizeof(std::ptrdiff_t)));
    for (const view& v : views) put_strides(v, last_axis, axes, 0);
    for (const view& v : out_views) put_strides(v, last_axis, axes, 0);
  }

  constexpr void write_reduce(int index) {
    const group& of = f_.groups[index];
    lowered l = lower(index, -1, -1);
    const extents e = reduction_extents(index);
    const int count = of.reductions.size(), outputs = l.outputs.size();
    const int columns = e.i == 1 ? e.r : e.i;
    bool sums = true;
    for (const int id : of.reductions) sums &= g_.nodes[id].code == op::reduce_sum;
    begin_step(sums ? step_kind::reduce_sum : step_kind::reduce, index);
    put_extent(e.o, e.o_batched);
    put_extent(e.r, e.r_batched);
    put(e.i);
    put(field::bits, count);
    for (int i = 0; i < max_reductions; ++i) put(field::byte, i < count ? static_cast<int>(reduction_of(g_.nodes[of.reductions[i]].code)) : 0);
    // The plain case reads its operand in place.
    bool direct = l.program.length == 0 && outputs == 1 && l.inputs.size() == 1 && l.inputs[0].id >= 0;
    if (direct) direct = is_contiguous(broadcast_view(f_.seen_by(index, l.inputs[0].id), g_.nodes[l.inputs[0].id].dims, of.dims), of.dims);
    if (direct) {
      put(place_of(index, l.inputs[0].id));
      put_null();
    } else {
      put_null();
      put_behind(sizeof(epilogue));
    }
    put(field::bits, outputs);
    for (const int id : of.reductions) put(places_[id].at);
    skip(max_reductions - count);
    put_scratch(index, partial_of(index, e));
    put_whole();
    if (!direct) put_block(l, index, 0, outputs - count, e.r_batched && e.i == 1 ? 0 : columns);
  }

 private:
  static constexpr reduction reduction_of(op code) {
    return code == op::reduce_sum ? reduction::sum : code == op::reduce_max ? reduction::max : code == op::reduce_min ? reduction::min
           : code == op::argmax ? reduction::argmax : reduction::argmin;
  }
};

}  // namespace igata::inline IGATA_ABI::detail
