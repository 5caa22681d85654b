// The integers of a plan's steps: extents, strides, places, constants and pointwise programs, as engine/run_step.hpp reads them. What is written
// first stays where it is: a plan may be handed on when only its first groups are written.
#pragma once
#include "../core/hash_table.hpp"
#include "lower.hpp"
#include "placement.hpp"

namespace igata::inline IGATA_ABI::detail {

class step_writer : protected group_facts {
 public:
  constexpr step_writer(const graph& g, const fusion& f, int max_batch, const weight_forms& forms, const placement& placed)
      : group_facts(g, f, max_batch, forms), placed_(placed), places_(placed.places), scratch_(placed.scratch), lowering_(g, f), programs_(64), iota_(g.nodes.size(), -1) {
    plan_.max_batch = max_batch;
    plan_.scratch = placed.largest_scratch;
    if (placed.arena > 2147483647 - 64)  // places are int
      plan_.failure << "plan: the arena of " << max_batch << " rows has " << placed.arena << " elements, more than 2^31; use a smaller max_batch";
  }

 protected:
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

  const placement& placed_;
  const vec<home>& places_;
  const vec<int>& scratch_;
  lowering lowering_;
  hash_table programs_;
  vec<int> iota_;  // by node: where its numbers are in the constants
  plan plan_;
};

}  // namespace igata::inline IGATA_ABI::detail
