// Loops over elements: of elementwise primitives, and of movement that no view can tell.
#pragma once
#include "../step_writer.hpp"

namespace igata::inline IGATA_ABI::plan {

struct loop_lowering : own_kernel {
  static constexpr place input_place(detail::step_writer& w, const program_input& in) {
    if (in.id < 0) return w.constant_place(in.bits, w.is_wide());
    if (w.of().kind != group_kind::copy) return w.place_of(in.id);
    const fusion& f = w.in.f;
    place p = w.leaf_place(f.original(in.id).base, f.copied_for(w.group_index(), f.original(in.id).base));
    p.offset += f.original(in.id).offset;
    return p;
  }

  static constexpr void write(detail::step_writer& w) {
    if (!w.writes()) return;
    const node_group& of = w.of();
    const fusion& f = w.in.f;
    lowered l = w.lower();
    // Neighbouring axes become one where every operand allows it.
    vec<view> views;
    for (const program_input& in : l.inputs) {
      view v;
      if (in.id >= 0)
        v = broadcast_view(of.kind == group_kind::copy ? f.original(in.id) : f.seen_by(w.group_index(), in.id), w.in.g.nodes[in.id].dims, of.dims);
      views.push(v);
    }
    vec<view> out_views;
    for (const int id : l.outputs) out_views.push(w.stored_view(id));
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
    if (l.program.length == 0 && l.inputs.size() == 1 && l.outputs.size() == 1 && l.inputs[0].id >= 0 &&
        w.in.g.nodes[l.inputs[0].id].type == w.in.g.nodes[l.outputs[0]].type) {  // nothing is computed
      return w.add_copy(extent, of.dims.rows_of, views[0], input_place(w, l.inputs[0]), out_views[0], w.home_of(l.outputs[0]).at, last_axis, rank);
    }
    long long elements = static_cast<long long>(views.size() + out_views.size());
    for (int i = 0; i < rank; ++i) elements *= extent[i];
    elements *= w.in.most[of.dims.rows_of];
    const int axes = rank > 2 ? rank - 2 : 0;
    const auto last = [&](int back) { return w.extent(rank >= back ? extent[rank - back] : 1, rank == back ? of.dims.rows_of : no_symbol); };
    const auto stride = [&](const view& v, int back) { return rank >= back ? v.stride[last_axis[rank - back]] : 0; };
    const auto add = [&](const place& at, const view& v) {
      int* const outer = w.add_operand({at, stride(v, 2), stride(v, 1)}, axes);
      for (int k = 0; k < axes; ++k) outer[k] = v.stride[last_axis[k]];
    };
    for (int i = 0; i < l.inputs.size(); ++i) {
      add(input_place(w, l.inputs[i]), views[i]);
      l.program.kind[i] = w.kind_of(l.inputs[i], rank ? stride(views[i], 1) : 0);
    }
    for (int i = 0; i < l.outputs.size(); ++i) add(w.home_of(l.outputs[i]).at, out_views[i]);
    planned_loop loop = w.end_loop(l.program, 0, l.outputs.size(), axes);
    loop.rows = last(2);
    loop.cols = last(1);
    loop.index_row = rank >= 2 ? extent[rank - 1] : 0;
    if (rank <= 2) return w.add_step(elements < (4 << 20) ? step_kind::loop : step_kind::long_loop, loop_fields<planned>{loop});
    nested_loop_fields<planned> nest;
    nest.loop = loop;
    nest.axes = axes;
    for (int i = 0; i < axes; ++i) nest.extent[i] = w.extent(extent[i], i == 0 ? of.dims.rows_of : no_symbol);
    w.add_step(step_kind::nested_loop, nest);
  }
};
template <op Code>
struct lowering<Code, family::elementwise> : loop_lowering {};
template <op Code>
struct lowering<Code, family::movement> : loop_lowering {};
// Somebody else's memory, or numbers of the plan: only a copy is a step.
template <op Code>
struct lowering<Code, family::leaf> : loop_lowering {};

}  // namespace igata::inline IGATA_ABI::plan
