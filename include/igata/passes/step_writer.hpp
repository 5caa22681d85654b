// The integers of a plan's steps: the fields of records, constants and pointwise programs, as engine/records.hpp reads them. What is written
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

  // Writing fields.
  constexpr void put(field what, int i) {
    int* const to = plan_.ints.extend(2);
    to[0] = static_cast<int>(what);
    to[1] = i;
  }
  constexpr void put(int i) { put(field::word, i); }
  constexpr void put(const place& p) {
    int* const to = plan_.ints.extend(3);
    to[0] = static_cast<int>(p.where);
    to[1] = p.index;
    to[2] = p.offset;
  }
  constexpr void put_null() { put(0); }
  constexpr void put_extent(int k, bool batched) { put(batched ? field::rows_word : field::word, k); }
  constexpr void put_float(float x) { put(field::bits, std::bit_cast<int>(x)); }
  constexpr void put_whole() { plan_.ints.push(static_cast<int>(field::whole)); }
  // Room for so many numbers.
  constexpr int* put_words(int count) {
    int* const to = plan_.ints.extend(2 + count);
    to[0] = static_cast<int>(field::words);
    to[1] = count;
    return to + 2;
  }
  constexpr void skip(int words) {
    if (words > 0) put(field::skipped, words);
  }
  // A view's strides along the last axes of the loop's, of an array of `room`.
  constexpr void put_strides(const view& v, const int* axes, int rank, int room) {
    int* const to = put_words(rank);
    for (int k = 0; k < rank; ++k) to[k] = v.stride[axes[k]];
    skip(room - rank);
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
  constexpr void begin_step(step_kind kind, int group) {
    plan_.steps.push({kind, -1, plan_.ints.size(), plan_.records, group, work_of(group)});
    plan_.records += arguments_size(kind);
  }
  // Scratch memory of a share's own, behind `partial` floats that all shares see; before it where those lie.
  constexpr void put_scratch(int index, int partial) {
    if (partial > 0) put(place{space::arena, 0, scratch_[index]});
    else put_null();
    put(place{space::arena, 0, scratch_[index] + partial});
  }
  // The address of what lies behind the arguments of this step, of so many bytes.
  constexpr void put_behind(int bytes) {
    put(field::inside, plan_.records - plan_.steps.back().record);
    plan_.records += bytes;
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
      case op::constant: return constant_place(stored_bits(v.number, v.type));
      case op::iota: {
        if (iota_[base] < 0) {
          iota_[base] = plan_.constants.size();
          for (int i = 0; i < v.dims[0]; ++i)
            plan_.constants.push(stored_bits(i, v.type));
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
  // An input of a program, or a result: where it lies, and its strides.
  struct operand {
    place at;
    int row = 0, column = 0;
  };
  // A program's input as rows and columns.
  constexpr operand block_input(const program_input& in, int index, const shape& dims, int split) {
    if (in.id < 0) return {constant_place(in.bits)};
    const view v = broadcast_view(f_.seen_by(index, in.id), g_.nodes[in.id].dims, dims);
    return {place_of(index, in.id), collapse(v, dims, 0, split).stride, collapse(v, dims, split, dims.rank).stride};
  }
  // An epilogue, but for the extents of its block: inputs behind the first `skipped`, and `count` outputs.
  constexpr void put_epilogue(const pointwise_program& program, const operand* inputs, int skipped, const operand* outputs, int count) {
    const int index = intern(program), input_count = program.inputs;
    plan_.steps.back().program = index;
    put(field::program, index);
    put(field::bits, input_count);
    put(field::bits, count);
    const auto list = [&](const operand* of, int begin, int end, int room, auto write) {
      skip(begin);
      for (int i = begin; i < end; ++i) write(of[i]);
      skip(room - end);
    };
    const auto numbers = [&](const operand* of, int begin, int end, int room, int operand::*number) {
      skip(begin);
      if (end > begin) {
        int* const to = put_words(end - begin);
        for (int i = begin; i < end; ++i) to[i - begin] = of[i].*number;
      }
      skip(room - end);
    };
    const auto address = [&](const operand& x) { put(x.at); };
    list(inputs, skipped, input_count, max_pointwise_inputs, address);
    numbers(inputs, skipped, input_count, max_pointwise_inputs, &operand::row);
    numbers(inputs, skipped, input_count, max_pointwise_inputs, &operand::column);
    list(outputs, 0, count, max_pointwise_outputs, address);
    numbers(outputs, 0, count, max_pointwise_outputs, &operand::row);
  }
  // The epilogue of a dense kernel or a reduction: inputs behind `skipped` and the first `count` outputs, which are stored with rows of
  // `columns` elements.
  constexpr void put_block(lowered& l, int index, int skipped, int count, int columns) {
    const group& of = f_.groups[index];
    operand inputs[max_pointwise_inputs], outputs[max_pointwise_outputs];
    if (skipped) l.program.kind[0] = access::contiguous;
    for (int i = skipped; i < l.inputs.size(); ++i) {
      inputs[i] = block_input(l.inputs[i], index, of.dims, of.split);
      l.program.kind[i] = access_of(inputs[i].column);
    }
    for (int i = 0; i < count; ++i) outputs[i] = {places_[l.outputs[i]].at, row_stride(l.outputs[i], of, columns)};
    put_epilogue(l.program, inputs, skipped, outputs, count);
    skip(2);
    put(field::bits, 0);
    put(field::bits, 0);
  }
  constexpr int row_stride(int id, const group& of, int columns) const {
    return places_[id].part_of < 0 ? columns : collapse(stored_view(id), of.dims, 0, of.split).stride;
  }

  constexpr void write_copy(int index, int x, const place& to, const int* strides) {
    const shape dims = g_.nodes[x].dims;
    const int axes[max_rank] = {0, 1, 2, 3, 4, 5};
    view out;
    for (int i = 0; i < dims.rank; ++i) out.stride[i] = strides[i];
    put_copy(index, dims.d, dims.batched, f_.seen_by(index, x), place_of(index, x), out, to, axes, dims.rank);
  }
  // Of `rank` extents; the operands' strides are those of `axes`.
  constexpr void put_copy(int index, const int* extent, bool batched, const view& in, const place& from, const view& out, const place& to, const int* axes, int rank) {
    begin_step(step_kind::copy, index);
    put(field::bits, rank);
    for (int i = 0; i < rank; ++i) put_extent(extent[i], i == 0 && batched);
    skip(max_copy_rank - rank);
    put_strides(in, axes, rank, max_copy_rank);
    put_strides(out, axes, rank, max_copy_rank);
    put(from);
    put(to);
    put_whole();
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
