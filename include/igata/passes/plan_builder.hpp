// From groups and places to a plan: the integers of every step.
#pragma once
#include "../core/hash_table.hpp"
#include "finishing.hpp"
#include "placement.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

// A plan whose last groups are to be written yet.
struct plan_begun {
  plan written;
  vec<int> iota;  // by node: where its numbers are in the constants
};

class planner : group_facts {
 public:
  constexpr planner(const graph& g, const fusion& f, int max_batch, const vec<weight_form>& forms, const placement& placed)
      : group_facts(g, f, max_batch, forms), placed_(placed), places_(placed.places), scratch_(placed.scratch), lowering_(g, f), programs_(64), iota_(g.nodes.size(), -1) {
    plan_.max_batch = max_batch;
    plan_.scratch = placed.largest_scratch;
    if (placed.arena > 2147483647 - 64)  // places are int
      plan_.failure << "plan: the arena of " << max_batch << " rows has " << placed.arena << " elements, more than 2^31; use a smaller max_batch";
  }

  // Goes on where another planner of the same groups ended.
  constexpr void resume(const plan_begun& begun) {
    plan_ = begun.written;
    iota_ = begun.iota;
    iota_.own();
    for (int i = 0; i < plan_.programs.size(); ++i) programs_.find_or_add(hash_of(plan_.programs[i]), i, [](int) { return false; });
  }
  // The steps of groups [begin, end), in order.
  constexpr void write(int begin, int end) {
    for (int i = begin; i < end && plan_.failure.empty(); ++i) write_group(i);
  }
  constexpr plan_begun begun() { return {std::move(plan_), std::move(iota_)}; }
  constexpr plan finish() {
    if (!plan_.failure.empty()) return std::move(plan_);
    for (const output_entry& o : g_.outputs) {
      const int index = static_cast<int>(&o - g_.outputs.begin());
      if (!(places_[o.id].at.where == space::output && places_[o.id].at.index == index)) copy_to(o.id, {space::output, index, 0});
    }
    for (const assignment& a : g_.assigns)
      if (!(places_[a.id].at.where == space::variable && places_[a.id].at.index == a.variable)) copy_to(a.id, {space::variable, a.variable, 0});
    plan_.arena = static_cast<int>(placed_.arena) + 64;  // kernels may read a vector past the end
    plan_.arena_without_reuse = placed_.arena_without_reuse + 64;
    return std::move(plan_);
  }

 private:
  // Where the elements of a stored node lie.
  constexpr view stored_view(int id) const { return contiguous_view(id, g_.nodes[places_[id].part_of >= 0 ? places_[id].part_of : id].dims); }

  // Writing integers.
  constexpr void put(int i) { plan_.ints.push(i); }
  constexpr void put(const place& p) {
    int* const to = plan_.ints.extend(3);
    to[0] = static_cast<int>(p.where);
    to[1] = p.index;
    to[2] = p.offset;
  }
  constexpr void put_extent(int k, bool batched) {
    int* const to = plan_.ints.extend(2);
    to[0] = k;
    to[1] = batched;
  }
  // A view's strides along the last axes of the loop's.
  constexpr void put_strides(const view& v, const int* axes, int rank) {
    int* const to = plan_.ints.extend(rank);
    for (int k = 0; k < rank; ++k) to[k] = v.stride[axes[k]];
  }
  // An element of a loop over memory takes as long as some operations of a contraction.
  constexpr int work_of(int index) const {
    if (index >= f_.groups.size()) return 0;
    constexpr int loop_cost = 16;
    const group& of = f_.groups[index];
    long long work = of.anchor >= 0 ? flops_of(g_, g_.nodes[of.anchor], plan_.max_batch) : 0;
    if (work == 0) work = loop_cost * of.dims.count(plan_.max_batch);
    else if (of.kind == group_kind::dense) work *= loop_cost;
    for (const int id : of.members) work += loop_cost * size_of(id);
    return work < 2147483647000 ? static_cast<int>(work / 1000) : 2147483647;
  }
  constexpr int begin_step(step_kind kind, int group, int program = -1) {
    plan_.steps.push({kind, program, plan_.ints.size(), group, work_of(group)});
    return plan_.steps.size() - 1;
  }

  constexpr place place_of(int index, int x) {  // of the memory below x, as group `index` sees it
    const view& v = f_.seen_by(index, x);
    place p = leaf_place(v.base, f_.copied_for(index, v.base));
    p.offset += v.offset;
    return p;
  }
  constexpr place leaf_place(int base, bool copied) {
    const node& v = g_.nodes[base];
    if (copied) return places_[base].at;
    switch (v.code) {
      case op::input: return {space::input, g_.attribute(v, 0), 0};
      case op::variable: return {space::variable, g_.attribute(v, 0), 0};
      case op::bound: return {space::bound, g_.attribute(v, 0), 0};
      case op::batch_size: return {space::rows, 0, 0};
      case op::constant: return constant_place(v.type == i32 ? static_cast<std::uint32_t>(static_cast<std::int32_t>(v.number))
                                                             : std::bit_cast<std::uint32_t>(static_cast<float>(v.number)));
      case op::iota: {
        if (iota_[base] < 0) {
          iota_[base] = plan_.constants.size();
          for (int i = 0; i < v.dims[0]; ++i)
            plan_.constants.push(v.type == i32 ? static_cast<std::uint32_t>(i) : std::bit_cast<std::uint32_t>(static_cast<float>(i)));
        }
        return {space::constant, 0, iota_[base]};
      }
      default: return places_[base].at;
    }
  }
  constexpr place constant_place(std::uint32_t bits) {
    const std::uint32_t* const known = plan_.constants.items;
    const int count = plan_.constants.count;
    for (int i = 0; i < count && i < 64; ++i)
      if (known[i] == bits) return {space::constant, 0, i};
    plan_.constants.push(bits);
    return {space::constant, 0, count};
  }

  // The used parts only: the rest is zeros.
  static constexpr bool same(const pointwise_program& p, const pointwise_program& q) {
    if (p.inputs != q.inputs || p.outputs != q.outputs || p.length != q.length || p.has_random != q.has_random) return false;
    for (int i = 0; i < p.inputs; ++i)
      if (p.kind[i] != q.kind[i]) return false;
    for (int i = 0; i < p.outputs; ++i)
      if (p.result[i] != q.result[i]) return false;
    for (int i = 0; i < p.length; ++i)
      if (p.code[i] != q.code[i]) return false;
    return true;
  }
  static constexpr std::uint64_t hash_of(const pointwise_program& p) {
    hasher h;
    h << (p.inputs | p.outputs << 8 | p.length << 16 | p.has_random << 24);
    for (int i = 0; i < p.outputs; ++i) h << p.result[i];
    for (int i = 0; i < p.length; ++i) h << p.code[i];
    return h.state;
  }
  constexpr int intern(const pointwise_program& p) {
    const int fresh = plan_.programs.size();
    const int found = programs_.find_or_add(hash_of(p), fresh, [&](int i) { return same(plan_.programs[i], p); });
    if (found == fresh) plan_.programs.push(p);
    return found;
  }
  static constexpr access access_of(int column_stride) { return column_stride == 1 ? access::contiguous : column_stride == 0 ? access::scalar : access::strided; }

  constexpr lowered lower(int index, int accumulator, int skip) {
    lowered l = lowering_.run(index, accumulator, skip);
    const int bad = lowering_.failed();
    if (bad >= 0 && plan_.failure.empty())
      plan_.failure << "plan: " << name_of(g_.nodes[bad].code) << " of " << name_of(g_.nodes[bad].type) << " has no kernel; use f32";
    return l;
  }
  // A program's input as rows and columns.
  constexpr void put_block_input(const program_input& in, int index, const shape& dims, int split, access& kind) {
    if (in.id < 0) {
      put(constant_place(in.bits));
      put(0);
      put(0);
      kind = access::scalar;
      return;
    }
    const view v = broadcast_view(f_.seen_by(index, in.id), g_.nodes[in.id].dims, dims);
    const int row = collapse(v, dims, 0, split).stride, column = collapse(v, dims, split, dims.rank).stride;
    put(place_of(index, in.id));
    put(row);
    put(column);
    kind = access_of(column);
  }
  // Inputs behind `skip` and the first `outputs` outputs, which are stored with rows of `columns` elements.
  constexpr void put_block(lowered& l, int index, int skip, int outputs, int columns) {
    const group& of = f_.groups[index];
    put(l.inputs.size() - skip);
    if (skip) l.program.kind[0] = access::contiguous;
    for (int i = skip; i < l.inputs.size(); ++i) put_block_input(l.inputs[i], index, of.dims, of.split, l.program.kind[i]);
    put(outputs);
    for (int i = 0; i < outputs; ++i) {
      put(places_[l.outputs[i]].at);
      put(row_stride(l.outputs[i], of, columns));
    }
  }
  constexpr int row_stride(int id, const group& of, int columns) const {
    return places_[id].part_of < 0 ? columns : collapse(stored_view(id), of.dims, 0, of.split).stride;
  }

  constexpr void write_group(int index) {
    const group& of = f_.groups[index];
    switch (of.kind) {
      case group_kind::pointwise:
      case group_kind::copy: return write_pointwise(index);
      case group_kind::reduce: return write_reduce(index);
      case group_kind::contraction: return g_.nodes[of.anchor].code == op::matmul ? write_gemm(index) : write_conv2d(index);
      case group_kind::dense: return write_dense(index);
    }
  }

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
    const int first = begin_step(step_kind::pointwise, index);
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

  // The first member adds a vector along the columns: the kernel starts from it.
  constexpr int bias_member(int index, int& bias) const {
    const group& of = f_.groups[index];
    if (of.members.empty() || f_.stored(of.anchor) || f_.uses[of.anchor] != 1) return -1;
    const node& v = g_.nodes[of.members[0]];
    if (v.code != op::add || v.type != f32) return -1;
    const int p = g_.operand(v, 0), q = g_.operand(v, 1);
    if (p != of.anchor && q != of.anchor) return -1;
    bias = p == of.anchor ? q : p;
    if (bias == of.anchor || g_.nodes[bias].code == op::constant) return -1;
    const view b = broadcast_view(f_.seen_by(index, bias), g_.nodes[bias].dims, of.dims);
    const collapsed rows = collapse(b, of.dims, 0, of.split), columns = collapse(b, of.dims, of.split, of.dims.rank);
    return rows.ok && columns.ok && rows.stride == 0 && columns.stride == 1 ? of.members[0] : -1;
  }

  // Bias, result and epilogue of a contraction. Returns the block program, or -1.
  constexpr int put_results(int index, int columns) {
    const group& of = f_.groups[index];
    int bias = -1;
    const int skip = bias_member(index, bias);
    put(skip >= 0);
    put(skip >= 0 ? place_of(index, bias) : place{});
    lowered l = lower(index, of.anchor, skip);
    bool direct = l.program.length == 0 && l.outputs.size() == 1 && l.program.result[0] == 0;
    if (direct && g_.nodes[of.anchor].code == op::conv2d) direct = places_[l.outputs[0]].part_of < 0;  // its rows are its channels
    put(direct ? places_[l.outputs[0]].at : place{});
    put(direct ? row_stride(l.outputs[0], of, columns) : columns);
    if (direct) {
      put(0);
      put(0);
      return -1;
    }
    put_block(l, index, 1, l.outputs.size(), columns);
    return intern(l.program);
  }

  // Bias, result, finish and epilogue of an inference convolution. Returns the block program, or -1.
  constexpr int put_finished_results(int index, int columns) {
    const group& of = f_.groups[index];
    int bias = -1;
    const int skip = bias_member(index, bias);
    put(skip >= 0);
    put(skip >= 0 ? place_of(index, bias) : place{});
    lowered l = lower(index, of.anchor, skip);
    finishing f;
    const bool finished = find_finishing(g_, f_, index, l, f);
    if (!finished) f = {};
    put(finished ? places_[l.outputs[0]].at : place{});
    put(finished ? row_stride(l.outputs[0], of, columns) : columns);
    put(f.add);
    put(f.add ? place_of(index, f.addend) : place{});
    put(f.row);
    put(f.clamped);
    put(std::bit_cast<int>(f.low));
    put(std::bit_cast<int>(f.high));
    if (finished) {
      put(0);
      put(0);
      return -1;
    }
    put_block(l, index, 1, l.outputs.size(), columns);
    return intern(l.program);
  }

  constexpr void write_gemm(int index) {
    const group& of = f_.groups[index];
    const node& v = g_.nodes[of.anchor];
    const int a = g_.operand(v, 0), b = g_.operand(v, 1);
    const bool ta = g_.attribute(v, 0), tb = g_.attribute(v, 1);
    const shape p = g_.nodes[a].dims, q = g_.nodes[b].dims;
    const int n = v.dims[v.dims.rank - 1], k = p[ta ? p.rank - 2 : p.rank - 1];
    const bool shared = q.rank == 2;
    int m = v.dims[v.dims.rank - 2], batches = 1;
    for (int i = 0; i + 2 < v.dims.rank; ++i) (shared ? m : batches) *= v.dims[i];
    const bool batched_rows = v.dims.batched && (shared || v.dims.rank == 2);
    const int first = begin_step(step_kind::gemm, index);
    put_extent(m, batched_rows);
    put(n);
    put_extent(k, ta && p.batched && p.rank == 2);
    put(place_of(index, a));
    put(ta ? 1 : k);
    put(ta ? p[p.rank - 1] : 1);
    put(place_of(index, b));
    put(tb ? 1 : n);
    put(tb ? k : 1);
    put(static_cast<int>(form_of(index, b) == weight_form::panels ? b_mode::panels : b_mode::in_place));
    if (of.kind == group_kind::contraction) {
      plan_.steps[first].program = put_results(index, n);
    } else {
      put(0);
      put(place{});
      put(places_[of.anchor].at);
      put(n);
      put(0);
      put(0);
    }
    put_extent(batches, v.dims.batched && !batched_rows);
    put(shared ? 0 : m * k);
    put(shared ? 0 : k * n);
    put(m * n);
    put(place{space::arena, 0, scratch_[index]});
  }

  constexpr void put_geometry(const node& v, const shape& x, const shape& y) {
    const window_geometry w = geometry(v, x, y);
    put_extent(static_cast<int>(w.n), x.batched);
    for (const std::ptrdiff_t i : {w.h, w.w, w.c, w.oh, w.ow, w.kh, w.kw, w.stride_h, w.stride_w, w.dilation_h, w.dilation_w, w.pad_top, w.pad_left, w.pad_bottom, w.pad_right})
      put(static_cast<int>(i));
  }

  constexpr void write_conv2d(int index) {
    const node& v = g_.nodes[f_.groups[index].anchor];
    const step_kind kind = conv2d_kind(index, v);
    if (kind != step_kind::conv2d) {
      const int first = begin_step(kind, index);
      put_geometry(v, g_.operand_node(v, 0).dims, v.dims);
      put(v.dims[3]);
      put(place_of(index, g_.operand(v, 0)));
      put(place_of(index, g_.operand(v, 1)));
      plan_.steps[first].program = put_finished_results(index, v.dims[3]);
      put(place{space::arena, 0, scratch_[index]});
      return;
    }
    const int first = begin_step(step_kind::conv2d, index);
    put_geometry(v, g_.operand_node(v, 0).dims, v.dims);
    put(v.dims[3]);
    put(groups_of(v));
    put(place_of(index, g_.operand(v, 0)));
    put(place_of(index, g_.operand(v, 1)));
    put(form_of(index, g_.operand(v, 1)) == weight_form::panels);
    plan_.steps[first].program = put_results(index, v.dims[3]);
    put(place{space::arena, 0, scratch_[index]});
  }

  constexpr void write_dense(int index) {
    const int id = f_.groups[index].anchor;
    const node& v = g_.nodes[id];
    const place out = places_[id].at;
    const auto in = [&](int i) { return place_of(index, g_.operand(v, i)); };
    const auto in_dims = [&](int i) { return g_.operand_node(v, i).dims; };
    switch (v.code) {
      case op::matmul: return write_gemm(index);
      case op::conv2d_filter_grad:
      case op::conv2d_input_grad: {
        const bool filters = v.code == op::conv2d_filter_grad;
        const bool depthwise = is_depthwise(v, filters ? in_dims(0)[3] : v.dims[3], in_dims(1)[3]);
        begin_step(depthwise ? (filters ? step_kind::depthwise_filter_grad : step_kind::depthwise_input_grad)
                             : filters ? step_kind::conv2d_filter_grad : step_kind::conv2d_input_grad, index);
        put_geometry(v, filters ? in_dims(0) : v.dims, in_dims(1));
        put(in_dims(1)[3]);
        put(groups_of(v));
        put(in(0));
        put(in(1));
        put(out);
        if (filters) put(partial_of(v));
        put(place{space::arena, 0, scratch_[index]});
        return;
      }
      case op::max_pool2d:
      case op::avg_pool2d:
        begin_step(v.code == op::max_pool2d ? step_kind::max_pool2d : step_kind::avg_pool2d, index);
        put_geometry(v, in_dims(0), v.dims);
        put(g_.attribute(v, window::count));
        put(in(0));
        put(out);
        return;
      case op::max_pool2d_grad:
      case op::avg_pool2d_grad: {
        const int dy = v.code == op::max_pool2d_grad ? 1 : 0;
        begin_step(dy ? step_kind::max_pool2d_grad : step_kind::avg_pool2d_grad, index);
        put_geometry(v, v.dims, in_dims(dy));
        put(g_.attribute(v, window::count));
        put(in(0));
        put(in(dy));
        put(out);
        return;
      }
      case op::gather:
      case op::scatter_add: {
        const bool gathers = v.code == op::gather;
        const shape table = gathers ? in_dims(0) : v.dims, index_dims = in_dims(1);
        begin_step(gathers ? step_kind::gather : step_kind::scatter_add, index);
        put_extent(static_cast<int>(index_dims.count()), index_dims.batched);
        put(static_cast<int>(table.count()) / (table[0] ? table[0] : 1));
        put(table[0]);
        put(in(0));
        put(in(1));
        put(out);
        return;
      }
      case op::pad: {
        begin_step(step_kind::fill, index);
        put_extent(static_cast<int>(v.dims.count()), v.dims.batched);
        put(out);
        put(static_cast<int>(v.type == i32 ? static_cast<std::uint32_t>(static_cast<std::int32_t>(v.number)) : std::bit_cast<std::uint32_t>(static_cast<float>(v.number))));
        const view whole = contiguous_view(id, v.dims);
        place to = out;
        int strides[max_rank]{};
        for (int i = 0; i < v.dims.rank; ++i) {
          to.offset += g_.attribute(v, i) * whole.stride[i];
          strides[i] = whole.stride[i] * g_.attribute(v, 2 * v.dims.rank + i);
        }
        write_copy(index, g_.operand(v, 0), to, strides);
        return;
      }
      case op::concat: {
        const view whole = contiguous_view(id, v.dims);
        const int axis = g_.attribute(v, 0);
        place to = out;
        for (int i = 0; i < v.arity; ++i) {
          if (places_[g_.operand(v, i)].part_of != id) write_copy(index, g_.operand(v, i), to, whole.stride);
          to.offset += in_dims(i)[axis] * whole.stride[axis];
        }
        return;
      }
      default:
        if (plan_.failure.empty()) plan_.failure << "plan: " << name_of(v.code) << " has no kernel";
    }
  }

  constexpr void write_copy(int index, int x, const place& to, const int* strides) {
    const shape dims = g_.nodes[x].dims;
    begin_step(step_kind::copy, index);
    put(dims.rank);
    for (int i = 0; i < dims.rank; ++i) put_extent(dims[i], i == 0 && dims.batched);
    put(place_of(index, x));
    for (int i = 0; i < dims.rank; ++i) put(f_.seen_by(index, x).stride[i]);
    put(to);
    for (int i = 0; i < dims.rank; ++i) put(strides[i]);
  }
  constexpr void copy_to(int id, const place& to) {
    const view whole = contiguous_view(id, g_.nodes[id].dims);
    write_copy(f_.groups.size() + 1, id, to, whole.stride);
    plan_.steps.back().group = -1;
  }

  const placement& placed_;
  const vec<home>& places_;
  const vec<int>& scratch_;
  lowering lowering_;
  hash_table programs_;
  vec<int> iota_;  // by node: where its numbers are in the constants
  plan plan_;
};

}  // namespace detail

constexpr detail::placement place_groups(const graph& g, const fusion& f, int max_batch, const vec<weight_form>& forms = {}) { return detail::placer(g, f, max_batch, forms).run(); }
constexpr plan make_plan(const graph& g, const fusion& f, int max_batch, const vec<weight_form>& forms = {}) {
  const detail::placement placed = place_groups(g, f, max_batch, forms);
  detail::planner pass(g, f, max_batch, forms, placed);
  pass.write(0, f.groups.size());
  return pass.finish();
}

}  // namespace igata::inline IGATA_ABI
