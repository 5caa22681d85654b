// Writes a plan's steps: fields, constants, loops and their programs. What lowerings see. What is written first stays where it is: a plan may be
// handed on when only its first groups are written.
#pragma once
#include "../core/hash_table.hpp"
#include "constants.hpp"
#include "lowering.hpp"
#include "measure.hpp"
#include "placement.hpp"
#include "pointwise_lowering.hpp"

namespace igata::inline IGATA_ABI::detail {

// The extents before an axis and behind it, each as one.
struct axis_split {
  int outer = 1, inner = 1;
  constexpr axis_split(const shape& dims, int axis) {
    for (int i = 0; i < dims.rank; ++i)
      if (i != axis) (i < axis ? outer : inner) *= dims[i];
  }
};

class step_writer {
 public:
  const planning& in;

  // Without places it writes nothing, and lowerings only say what scratch memory they want.
  constexpr step_writer(const planning& from, const placement* placed)
      : in(from), g_(from.g), f_(from.f), placed_(placed), pointwise_(from.g, from.f), programs_(placed ? 64 : 1),
        iota_(placed ? from.g.nodes.size() : 0, -1) {
    plan_.max_batch = from.max_batch;
    if (!placed) return;
    plan_.scratch = placed->largest_scratch;
    int size = 4;  // of the smallest elements that are placed there, by which a place is an int
    for (const home& h : placed->places) {
      if (h.block >= 0 && h.at.size < size) size = h.at.size;
    }
    if (const long long elements = placed->arena * 4 / size; elements > 2147483647 - 64)
      plan_.failure << "plan: the arena of " << from.max_batch << " rows has " << elements
                    << " elements, more than 2^31; use a smaller max_batch";
  }
  // The group that is written from here on.
  constexpr void begin(int index) {
    index_ = index;
    temporary_ = 0;
  }
  constexpr bool writes() const { return placed_; }
  constexpr int group_index() const { return index_; }
  constexpr anchored at() const { return {in, index_}; }
  constexpr const node_group& of() const { return f_.groups.items[index_]; }
  constexpr const choice& chosen() const { return f_.choices.items[of().chosen]; }
  constexpr const node& anchor() const { return at().anchor(); }
  constexpr int operand_id(int i) const { return at().operand_id(i); }
  constexpr const shape& dims(int i) const { return at().dims(i); }
  constexpr dtype type(int i) const { return g_.nodes.items[operand_id(i)].type; }
  // Where the anchor's operand lies, and its result.
  constexpr place operand(int i) { return place_of(operand_id(i)); }
  constexpr place result() const { return home_of(of().anchor).at; }
  constexpr const home& home_of(int id) const {
    return placed_ ? placed_->places.items[id] : nowhere_;
  }

  static constexpr planned_extent extent(int k, symbol times) { return {k, times}; }

  // So many floats of the group's scratch memory, aligned.
  constexpr place temporary(std::ptrdiff_t floats) {
    const place at{space::arena, 0, (placed_ ? placed_->scratch.items[index_] : 0) + static_cast<int>(temporary_)};
    temporary_ += whole_lines(is_wide() ? 2 * floats : floats);
    return floats > 0 ? at : place{};
  }
  // Whether the group's lanes have 64 bits.
  constexpr bool is_wide() const { return index_ < f_.groups.count && f_.groups.items[index_].wide; }
  constexpr std::ptrdiff_t temporary_floats() const { return temporary_; }
  // Scratch memory of a kernel: what all shares see lies before each one's own.
  template <template <class> class Fields>
  constexpr void set_scratch(step_kind kind, Fields<planned>& f, bool may_be_partial = true) {
    const Fields<bound> largest = sized(f, in.most);
    if constexpr (requires { f.partial; })
      if (may_be_partial) f.partial = temporary(partial_floats(kind, largest));
    f.scratch = temporary(scratch_floats(kind, largest));
  }

  // A step, and the loop that was written last, if that is its.
  template <class Fields>
  constexpr void add_step(step_kind kind, const Fields& fields) {
    if (!placed_) return;
    if (!is_told<Fields>(kind) && plan_.failure.empty()) plan_.failure << "plan: a kernel is told another one's fields";
    const bool copies =
        (kind >= step_kind::copy && kind <= step_kind::fill) || kind == step_kind::gather || kind == step_kind::scatter;  // of any elements
    plan_.steps.push({kind, is_wide() && !copies, program_, plan_.ints.count, plan_.records, index_, work()});
    const auto numbers = words(fields);
    copy_items(plan_.ints.extend(words_of<Fields>), numbers.items, words_of<Fields>);
    plan_.records += static_cast<int>(sizeof(bound_form<Fields>));
    if (program_ < 0) return;
    copy_items(plan_.ints.extend(behind_.count), behind_.items, behind_.count);
    plan_.records += behind_bytes_;
    behind_.clear();
    program_ = -1;
  }

  // Where the elements of a stored node lie.
  constexpr view stored_view(int id) const { return contiguous_view(id, g_.nodes[home_of(id).part_of >= 0 ? home_of(id).part_of : id].dims); }

  constexpr int row_stride(int id, int columns) const {
    return home_of(id).part_of < 0 ? columns : collapse(stored_view(id), of().dims, 0, of().split).stride;
  }

  // Of the memory below x, as the group sees it.
  constexpr place place_of(int x) {
    if (!placed_) return {};
    const view& v = f_.seen_by(index_, x);
    place p = leaf_place(v.base, f_.copied_for(index_, v.base));
    p.offset += v.offset;
    return p;
  }
  constexpr place leaf_place(int base, bool copied) {
    const node& v = g_.nodes[base];
    if (copied) return home_of(base).at;
    switch (v.code) {
      case op::input: return {space::input, leaf_index(g_, v), 0, size_of(v.type)};
      case op::variable: return {space::variable, leaf_index(g_, v), 0, size_of(v.type)};
      case op::bound: return {space::bound, leaf_index(g_, v), 0, size_of(v.type)};
      case op::batch_size: return {space::rows, 0, leaf_index(g_, v)};
      case op::constant: {
        place at = constant_place(memory_bits(v.number, v.type), igata::is_wide(v.type));
        if (size_of(v.type) < 4) at = {space::constant, 0, at.offset * (4 / size_of(v.type)), size_of(v.type)};
        return at;
      }
      case op::iota: {
        if (iota_[base] < 0) iota_[base] = add_numbers(plan_.constants, v.dims[0], v.type);
        return {space::constant, 0, iota_[base], size_of(v.type)};
      }
      default: return home_of(base).at;
    }
  }
  // `wide`: of 8 bytes.
  constexpr place constant_place(std::uint64_t bits, bool wide) { return add_constant(plan_.constants, bits, wide); }

  constexpr lowered lower(int accumulator = -1, int skip = -1) {
    lowered l = pointwise_.run(index_, accumulator, skip);
    const int bad = pointwise_.failed();
    if (bad >= 0 && plan_.failure.empty())
      plan_.failure << "plan: " << name_of(g_.nodes[bad].code) << " of " << name_of(g_.nodes[bad].type) << " has no kernel; use f32";
    return l;
  }
  // A program's input as rows and columns.
  constexpr planned_operand block_input(const program_input& x, const shape& dims, int split) {
    if (x.id < 0) return {constant_place(x.bits, is_wide())};
    const view v = broadcast_view(f_.seen_by(index_, x.id), g_.nodes[x.id].dims, dims);
    return {place_of(x.id), collapse(v, dims, 0, split).stride, collapse(v, dims, split, dims.rank).stride};
  }
  constexpr column_access kind_of(const program_input& x, int column_stride) const {
    const column_access access = column_stride == 1   ? column_access::contiguous
                                 : column_stride == 0 ? column_access::scalar
                                                      : column_access::strided;
    return x.id < 0 ? access : stored_as(access, storage_of(g_.nodes.items[x.id].type, is_wide()));
  }
  // A loop is written operand by operand: its inputs behind those that the kernel has, then its outputs; then its program, which add_step expects
  // next.
  constexpr int* add_operand(const planned_operand& x, int outer = 0) {
    int* const to = behind_.extend(operand_words + outer);
    const auto numbers = words(x);
    copy_items(to, numbers.items, operand_words);
    return to + operand_words;
  }
  constexpr planned_loop end_loop(const pointwise_program& program, int given, int outputs, int outer = 0) {
    program_ = intern(program);
    planned_loop loop;
    loop.inputs = program.inputs;
    loop.given = given;
    loop.outputs = outputs;
    loop.outer = outer;
    behind_bytes_ = loop_bytes(loop);
    return loop;
  }
  // The loop of a contraction kernel or a reduction: inputs behind `given` and the first `count` outputs, which are stored with rows of `columns`
  // elements.
  constexpr planned_loop block(lowered& l, int given, int count, int columns) {
    const node_group& of = this->of();
    if (given) l.program.kind[0] = column_access::contiguous;
    for (int i = given; i < l.inputs.size(); ++i) {
      const planned_operand x = block_input(l.inputs[i], of.dims, of.split);
      l.program.kind[i] = kind_of(l.inputs[i], x.column);
      add_operand(x);
    }
    for (int i = 0; i < count; ++i) add_operand({home_of(l.outputs[i]).at, row_stride(l.outputs[i], columns)});
    return end_loop(l.program, given, count);
  }
  constexpr void write_copy(int x, const place& to, const int* strides) {
    const shape dims = g_.nodes[x].dims;
    const int axes[max_rank] = {0, 1, 2, 3, 4, 5};
    view out;
    for (int i = 0; i < dims.rank; ++i) out.stride[i] = strides[i];
    add_copy(dims.d, dims.rows_of, f_.seen_by(index_, x), place_of(x), out, to, axes, dims.rank);
  }
  // Of `rank` extents; the operands' strides are those of `axes`.
  constexpr void add_copy(const int* extents, symbol rows_of, const view& source, const place& from, const view& result, const place& to,
                          const int* axes, int rank) {
    copy_fields<planned> c;
    c.rank = rank;
    for (int i = 0; i < rank; ++i) {
      c.extent[i] = extent(extents[i], i == 0 ? rows_of : no_symbol);
      c.in_stride[i] = source.stride[axes[i]];
      c.out_stride[i] = result.stride[axes[i]];
    }
    c.in = from;
    c.out = to;
    add_step(c.in.size == 4   ? step_kind::copy
             : c.in.size == 2 ? step_kind::copy_pairs
             : c.in.size == 8 ? step_kind::copy_longs
                              : step_kind::copy_bytes,
             c);
  }

  // Goes on where another writer of the same groups ended.
  constexpr void resume(const execution_plan& written, const vec<int>& iota) {
    plan_ = written;
    iota_ = iota;
    iota_.own();
    for (int i = 0; i < plan_.programs.size(); ++i) programs_.find_or_add(hash_of(plan_.programs[i]), i, [](int) { return false; });
  }
  constexpr execution_plan& written() { return plan_; }
  constexpr vec<int>& iota() { return iota_; }

 private:
  // The used parts only: the rest is zeros.
  static constexpr bool same(const pointwise_program& p, const pointwise_program& q) {
    if (p.stores != q.stores || p.inputs != q.inputs || p.outputs != q.outputs || p.length != q.length || p.has_random != q.has_random) return false;
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

  // In operations of a product.
  constexpr int work() const {
    if (index_ >= f_.groups.size()) return 0;
    constexpr int loop_cost = 16;
    const node_group& of = this->of();
    if (of.anchor >= 0 && g_.nodes[of.anchor].code == op::call) return 0;  // the host's function is called by who calls the program
    long long work = of.anchor >= 0 ? flops_of(g_, g_.nodes[of.anchor], in.most[rows_of(g_, g_.nodes[of.anchor])]) : 0;
    if (work == 0) work = loop_cost * of.dims.count(in.most);
    else if (of.kind == group_kind::opaque && !multiplies(g_.nodes[of.anchor].code)) work *= loop_cost;
    for (const int id : of.members) work += loop_cost * in.size_of(id);
    return work < 2147483647000 ? static_cast<int>(work / 1000) : 2147483647;
  }
  static constexpr home nowhere_{};
  const graph& g_;
  const fusion& f_;
  const placement* placed_;
  pointwise_lowering pointwise_;
  hash_table programs_;
  vec<int> iota_;  // by node: where its numbers are in the constants
  int index_ = 0;
  std::ptrdiff_t temporary_ = 0;  // of the group
  int program_ = -1;              // of the loop at hand; its operands, and the bytes of its record
  vec<int> behind_;
  int behind_bytes_ = 0;
  execution_plan plan_;
};

// Of the anchor.
template <op Code>
constexpr attributes_for<Code> attributes_of(const step_writer& w) {
  return attributes_of<Code>(w.in.g, w.anchor());
}

}  // namespace igata::inline IGATA_ABI::detail
