// Fuse: which nodes share a loop.
//
// One forward walk. A group has a place in the execution order from the moment it is opened; an elementwise node joins the group of its
// latest operand (then all its other operands are computed before that group, so no cycle can arise), as a member of a pointwise loop, as
// the epilogue of a contraction, or before a reduction, or else the last loop, if that reads the same; a reduction closes over the loop that feeds
// it. The walk back is sink.hpp's. Then what is left to decide about groups is decided: see plan/choice.hpp.
#pragma once
#include "../plan/ops/all.hpp"
#include "sink.hpp"

namespace igata::inline IGATA_ABI::detail {

class fuser {
 public:
  constexpr explicit fuser(const graph& g) : g_(g) {
    const int count = g.nodes.size();
    f_.group_of.resize(count, -1);
    f_.copied_by.resize(count, -1);
    f_.views.reserve(count);
    f_.groups.reserve(count / 4 + 16);
    f_.uses = vec<int>(count);
    int* const uses = f_.uses.data();
    for (const int id : g.edges) ++uses[id];
    for (const output_entry& o : g.outputs) ++f_.uses.items[o.id];
    for (const assignment& a : g.assigns) ++f_.uses.items[a.id];
    f_.inside = vec<int>(count);
  }

  constexpr fusion join() {
    for (int id = 0, count = g_.nodes.size(); id < count; ++id) place(id);
    for (const output_entry& o : g_.outputs) store_view(o.id);
    for (const assignment& a : g_.assigns) store_view(a.id);
    return std::move(f_);
  }

 private:
  constexpr void place(int id) {
    const node& v = g_.nodes.items[id];
    const family kind = op_families[static_cast<int>(v.code)];
    if (kind == family::movement) {
      const int x = g_.operand(v, 0);
      view r;
      if (!view_of_movement(g_, v, f_.views.items[x], r)) {
        copy(x);
        view_of_movement(g_, v, f_.views.items[x], r);
      }
      f_.views.push(r);
      return;
    }
    f_.views.push(contiguous_view(id, v.dims));
    switch (kind) {
      case family::leaf: return;
      case family::elementwise: return place_elementwise(id);
      case family::reduction: return place_reduction(id);
      default: return place_opaque(id);
    }
  }

  constexpr int source_group(int operand) const { return f_.group_of.items[f_.views.items[operand].base]; }

  constexpr int open_group(group_kind kind, int anchor, const shape& dims, bool wide) {
    node_group& fresh = *f_.groups.extend(1);
    fresh.kind = kind;
    fresh.wide = fresh.lengthy = wide;
    fresh.anchor = anchor;
    fresh.dims = dims;
    return f_.groups.count - 1;
  }

  constexpr void place_elementwise(int id) {
    const node& v = g_.nodes.items[id];
    const int* const operands = g_.edges.items + v.first;
    int latest = -1;
    for (int i = 0; i < v.arity; ++i) {
      const int by = f_.group_of.items[f_.views.items[operands[i]].base];
      latest = by > latest ? by : latest;
    }
    const bool wide = (v.type != f32 || v.code == op::cast) && needs_wide_lanes(g_, v);  // f32 by any other node is of f32
    if (latest < 0 || !may_join(f_.groups.items[latest], latest, id, wide)) {
      const int last = f_.groups.count - 1;
      latest = last > latest && is_sibling(f_.groups.items[last], id) && may_join(f_.groups.items[last], last, id, wide)
                   ? last
                   : open_group(group_kind::pointwise, -1, v.dims, wide);
    }
    join(latest, id);
  }
  // Whether a loop reads an array that a node reads, element by element: in one loop it is read once.
  constexpr bool is_sibling(const node_group& of, int id) const {
    if (of.kind != group_kind::pointwise) return false;
    const node& v = g_.nodes.items[id];
    for (int i = 0; i < v.arity; ++i) {
      const int x = g_.edges.items[v.first + i];
      if (!(g_.nodes.items[x].dims == v.dims) || g_.nodes.items[x].code == op::constant) continue;
      for (const int y : of.inputs)
        if (y == x) return true;
    }
    return false;
  }

  // `wide`: whether the node needs lanes of 64 bits.
  constexpr bool may_join(const node_group& to, int index, int id, bool wide) const {
    const node& v = g_.nodes.items[id];
    if (to.kind == group_kind::opaque || to.kind == group_kind::copy || !(v.dims == to.dims)) return false;
    if (wide != to.wide && !(to.wide && is_of_masks(g_, v))) return false;
    const bool lengthy = to.lengthy || ((v.type != f32 || v.code == op::cast) && is_lengthy(g_, v));
    if (to.instructions > (lengthy ? most_instructions(true) : max_group_length) || to.open + 1 + to.reductions.count > max_pointwise_outputs)
      return false;
    if (v.code == op::random_uniform && (to.kind != group_kind::pointwise || to.random)) return false;
    int fresh = 0;
    for (int i = 0; i < v.arity; ++i) {
      const int x = g_.edges.items[v.first + i];
      if (f_.group_of.items[f_.views.items[x].base] == index) {
        if (f_.views.items[x].base != x || f_.copied_by.items[x] >= 0 || is_reduction(x) || (to.wide && !is_lane(g_.nodes.items[x].type)))
          return false;  // through a view or memory, or a result of this very loop
        continue;
      }
      ++fresh;
      if (to.kind != group_kind::pointwise && !two_strides(x, index, to.dims, to.split)) return false;
    }
    return to.inputs.count + fresh < (lengthy ? most_inputs(true) : max_group_inputs);
  }
  constexpr bool is_reduction(int id) const { return detail::is_reduction_node(g_, id); }

  constexpr bool two_strides(int x, int reader, const shape& dims, int split) const { return detail::two_strides(g_, f_, x, reader, dims, split); }

  constexpr void join(int index, int id) {
    node_group& to = f_.groups.items[index];
    const node& v = g_.nodes.items[id];
    const int* const operands = g_.edges.items + v.first;
    for (int i = 0; i < v.arity; ++i) read(to, index, operands[i]);
    to.members.push(id);
    to.instructions += lowered_instructions, ++to.open;
    if ((v.type != f32 || v.code == op::cast) && is_lengthy(g_, v)) to.instructions += lowered_lengthy - lowered_instructions, to.lengthy = true;
    to.random |= v.code == op::random_uniform;
    f_.group_of.items[id] = index;
  }
  constexpr void read(node_group& to, int index, int x) {
    if (f_.views.items[x].base == x && f_.group_of.items[x] == index) {
      if (++f_.inside.items[x] == f_.uses.items[x]) --to.open;
      return;
    }
    for (int i = 0; i < to.inputs.count; ++i)
      if (to.inputs.items[i] == x) return;
    to.inputs.push(x);
  }

  // The axes [begin, end) that a reduction runs over; those of extent 1 do not count. False when others lie between.
  constexpr bool reduced_range(const node& v, const shape& from, int& begin, int& end) const {
    const int mask = reduced_axes(g_, v);
    begin = from.rank;
    end = 0;
    for (int i = 0; i < from.rank; ++i)
      if (mask >> i & 1 && varies(from, i)) {
        if (i < begin) begin = i;
        end = i + 1;
      }
    if (end == 0) begin = end = from.rank;
    for (int i = begin; i < end; ++i)
      if (varies(from, i) && !(mask >> i & 1)) return false;
    return true;
  }

  constexpr void place_reduction(int id) {
    const node& v = g_.nodes.items[id];
    const int x = g_.operand(v, 0);
    const shape from = g_.nodes.items[x].dims;
    int begin = 0, end = 0;
    reduced_range(v, from, begin, end);
    bool inner = true;  // nothing varies behind the reduced axes
    for (int i = end; i < from.rank; ++i) inner &= !varies(from, i);
    const int split = inner ? begin : end, source = source_group(x);
    if (source >= 0 && f_.views.items[x].base == x && !is_reduction(x)) {
      node_group& to = f_.groups.items[source];
      const bool pointwise = to.kind == group_kind::pointwise && !to.random;
      const bool sibling = to.kind == group_kind::reduce && same_reduction(to.reductions[0], id) && to.reductions.count < max_reductions;
      if ((pointwise || sibling) && to.dims == from && to.wide == is_wide(g_.nodes.items[x].type) &&
          to.open + to.reductions.count + 1 <= max_pointwise_outputs) {
        bool fits = true;
        if (pointwise) {
          for (const int i : to.inputs) fits &= two_strides(i, source, to.dims, split);
        }
        if (fits) {
          to.kind = group_kind::reduce;
          to.split = split;
          return add_reduction(source, id);
        }
      }
    }
    const int fresh = open_group(group_kind::reduce, -1, from, is_wide(g_.nodes.items[x].type));
    f_.groups.items[fresh].split = split;
    if (!two_strides(x, fresh, from, split)) {  // the copy goes first
      f_.groups.back().split = 0;
      f_.groups.pop();
      copy(x);
      place_reduction(id);
      return;
    }
    add_reduction(fresh, id);
  }
  // Of one type over the same axes: a result has extent 1 there.
  constexpr bool same_reduction(int a, int b) const {
    const node &p = g_.nodes.items[a], &q = g_.nodes.items[b], &x = g_.operand_node(p, 0), &y = g_.operand_node(q, 0);
    return p.dims == q.dims && x.dims == y.dims && x.type == y.type;
  }
  constexpr void add_reduction(int index, int id) {
    read(f_.groups.items[index], index, g_.operand(g_.nodes.items[id], 0));
    f_.groups.items[index].reductions.push(id);
    f_.group_of.items[id] = index;
  }

  constexpr void place_opaque(int id) {
    const node& v = g_.nodes.items[id];
    const lowering_facts& own = lowerings[static_cast<int>(v.code)];
    for (int i = 0; i < v.arity; ++i) {
      const int x = g_.operand(v, i);
      const bool user_memory = g_.nodes.items[f_.views.items[x].base].code == op::input,
                 any_strides = i < 32 ? own.any_strides >> i & 1 : own.any_strides >> 31;
      if (!any_strides && !is_contiguous(f_.views.items[x], g_.nodes.items[x].dims)) copy(x);
      else if (user_memory && own.reads_past >> (i < 32 ? i : 31) & 1) copy(x);
    }
    const int index = open_group(own.fuses(g_, v) ? group_kind::contraction : group_kind::opaque, id, v.dims, is_wide(v.type));
    node_group& to = f_.groups.items[index];
    to.split = v.dims.rank - 1;
    f_.group_of.items[id] = index;
    for (int i = 0; i < v.arity; ++i) read(to, index, g_.operand(v, i));
    to.inputs.clear();  // the contraction's own operands are no inputs of the epilogue
    to.open = 1;
  }

  // Gives a node contiguous memory of its own from here on.
  constexpr void copy(int x) {
    if (f_.copied_by.items[x] >= 0) return;
    const int index = open_group(group_kind::copy, x, g_.nodes.items[x].dims, is_wide(g_.nodes.items[x].type));
    f_.groups.items[index].inputs.push(x);
    f_.groups.items[index].original = f_.views.items[x];
    f_.copied_by.items[x] = index;
    f_.views.items[x] = contiguous_view(x, g_.nodes.items[x].dims);
    f_.group_of.items[x] = index;
  }
  constexpr void store_view(int id) {
    if (f_.views.items[id].base != id || family_of(g_.nodes.items[id].code) == family::leaf) copy(id);
  }

  const graph& g_;
  fusion f_;
};

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::plan {

// The forward walk, the way back, and the choices, for so many rows at the most.
constexpr fusion fuse_joined(const graph& g) {
  detail::fuser pass(g);
  return pass.join();
}
constexpr void choose(const graph& g, fusion& f, int max_batch, const weight_forms& forms) {
  const detail::planning in{g, f, max_batch};
  for (int i = 0; i < f.groups.count; ++i) {
    node_group& of = f.groups.items[i];
    if (of.kind != group_kind::contraction && of.kind != group_kind::opaque) continue;
    const detail::lowering_facts& facts = detail::lowerings[static_cast<int>(g.nodes.items[of.anchor].code)];
    if (!facts.chooses) continue;
    of.chosen = f.choices.count;
    f.choices.push(facts.choose({in, i}, forms));
  }
}
constexpr fusion fuse_sunk(const graph& g, fusion&& joined, int max_batch, const weight_forms& forms) {
  joined.group_of.own();
  joined.copied_by.own();
  joined.inside.own();
  detail::sinker(g, joined).run();
  choose(g, joined, max_batch, forms);
  return static_cast<fusion&&>(joined);
}
constexpr fusion fuse(const graph& g, int max_batch, const weight_forms& forms = {}) { return fuse_sunk(g, fuse_joined(g), max_batch, forms); }

}  // namespace igata::inline IGATA_ABI::plan
