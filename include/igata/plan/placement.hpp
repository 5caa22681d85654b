// Which nodes of a plan are stored where and for how long, and what scratch memory every step needs.
#pragma once
#include "../ops/pad.hpp"
#include "memory.hpp"
#include "planning.hpp"

namespace igata::inline IGATA_ABI::detail {

// Where a stored node lies.
struct home {
  place at{space::arena};
  bool known = false;  // not in the arena
  int block = -1;      // of the arena
  int part_of = -1;    // written straight into this concatenation
  int shift = 0;       // from its first element
};

// The decisions of a placer, each made once.
struct placement {
  vec<home> places;  // by stored node
  vec<int> scratch, scratch_sizes;  // by group: arena offset, elements
  int largest_scratch = 0;
  long long arena = 0, arena_without_reuse = 0;  // elements
  vec<arena_block> blocks;
};

class placer {
 public:
  // `scratch`: the elements of it that each group needs.
  constexpr placer(const planning& in, const vec<int>& scratch)
      : in_(in), g_(in.g), f_(in.f), places_(in.g.nodes.size()), last_(in.g.nodes.size(), -1), sizes_(scratch) {}

  constexpr placement run() {
    find_lifetimes();
    choose_places();
    join_concatenations();
    allocate();
    const long long arena = place_blocks(blocks_, f_.groups.size());
    long long sum = 0;
    for (const arena_block& b : blocks_) sum += arena_allocator::rounded(b.size);
    for (home& h : places_)
      if (h.block >= 0) h.at.offset = first_of(blocks_.items[h.block].at, h.at.size) + h.shift;
    for (int& at : scratch_)
      if (at >= 0) at = static_cast<int>(blocks_.items[at].at);
    return {std::move(places_), std::move(scratch_), std::move(sizes_), largest_scratch_, arena, sum, std::move(blocks_)};
  }

 private:
  // Calls f for every node whose memory group `index` reads.
  template <class F>
  constexpr void for_each_read(int index, F f) const {
    const node_group& of = f_.groups.items[index];
    const auto base = [&](int x) {
      const int b = f_.seen_by(index, x).base;
      if (family_of(g_.nodes.items[b].code) != family::leaf || f_.copied_for(index, b)) f(b);
    };
    for (const int x : of.inputs) base(x);
    if (of.kind == group_kind::contraction || of.kind == group_kind::opaque)
      for (int i = 0; i < g_.nodes.items[of.anchor].arity; ++i) base(g_.operand(g_.nodes.items[of.anchor], i));
  }
  // Calls f for every node that group `index` stores.
  template <class F>
  constexpr void for_each_stored(int index, F f) const {
    const node_group& of = f_.groups.items[index];
    if (of.kind == group_kind::opaque || of.kind == group_kind::copy || (of.kind == group_kind::contraction && f_.stored(of.anchor))) f(of.anchor);
    for (const int id : of.members)
      if (f_.stored(id)) f(id);
    for (const int id : of.reductions) f(id);
  }

  constexpr void find_lifetimes() {
    for (int i = 0; i < f_.groups.size(); ++i) {
      for_each_stored(i, [&](int id) { last_.items[id] = i; });
      for_each_read(i, [&](int id) { last_.items[id] = i; });
    }
  }

  // Results go straight to the caller's memory or into their variable where nothing later needs the old contents.
  constexpr void choose_places() {
    const int end = f_.groups.size();
    vec<int> last_read(g_.variables.size(), -1);  // of each variable
    for (int i = 0; i < end; ++i) {
      const node_group& of = f_.groups.items[i];
      const auto note = [&](int x) {
        const int b = f_.seen_by(i, x).base;
        if (g_.nodes.items[b].code == op::variable && !f_.copied_for(i, b)) last_read.items[leaf_index(g_, g_.nodes.items[b])] = i;
      };
      for (const int x : of.inputs) note(x);
      if (of.anchor >= 0 && of.kind != group_kind::copy)
        for (int k = 0; k < g_.nodes.items[of.anchor].arity; ++k) note(g_.operand(g_.nodes.items[of.anchor], k));
    }
    for (const assignment& a : g_.assigns) {
      const int by = f_.group_of.items[a.id];
      const bool own = by >= 0 && f_.copied_by.items[a.id] < 0 && family_of(g_.nodes.items[a.id].code) == family::elementwise;
      bool safe = own && last_read.items[a.variable] <= by && !places_.items[a.id].known;
      if (safe && last_read.items[a.variable] == by)  // read and written at the same place by the same loop
        for (const int x : f_.groups.items[by].inputs) {
          const view& v = f_.seen_by(by, x);
          if (g_.nodes.items[v.base].code == op::variable && leaf_index(g_, g_.nodes.items[v.base]) == a.variable)
            safe &= v.base == x && g_.nodes.items[x].dims == f_.groups.items[by].dims;
        }
      if (safe && f_.groups.items[by].anchor >= 0)
        for (int k = 0; k < g_.nodes.items[f_.groups.items[by].anchor].arity; ++k) {
          const node& x = g_.nodes.items[f_.seen_by(by, g_.operand(g_.nodes.items[f_.groups.items[by].anchor], k)).base];
          safe &= !(x.code == op::variable && leaf_index(g_, x) == a.variable);
        }
      if (safe) places_.items[a.id] = {{space::variable, a.variable, 0, size_of(g_.nodes.items[a.id].type)}, true};
      else last_.items[a.id] = end;
    }
    for (const output_entry& o : g_.outputs) {
      const int index = static_cast<int>(&o - g_.outputs.begin());
      if (!places_.items[o.id].known && last_.items[o.id] == f_.group_of.items[o.id] && f_.uses.items[o.id] - f_.inside.items[o.id] == 1)
        places_.items[o.id] = {{space::output, index, 0, size_of(g_.nodes.items[o.id].type)}, true};
      else if (!places_.items[o.id].known) last_.items[o.id] = end;
    }
  }

  // What only a concatenation reads is written into its memory, by loops whose results may have any row stride.
  constexpr void join_concatenations() {
    for (int i = 0; i < f_.groups.size(); ++i) {
      const int id = f_.groups.items[i].anchor;
      if (id < 0 || g_.nodes.items[id].code != op::concat) continue;
      const view whole = contiguous_view(id, g_.nodes.items[id].dims);
      const int axis = attributes_of<op::concat>(g_, g_.nodes.items[id]).axis;
      int shift = 0;
      for (int k = 0; k < g_.nodes.items[id].arity; ++k) {
        const int x = g_.operand(g_.nodes.items[id], k), by = f_.group_of.items[x];
        const bool lone = f_.views.items[x].base == x && f_.copied_by.items[x] < 0 && f_.uses.items[x] - f_.inside.items[x] == 1 &&
                          !places_.items[x].known && places_.items[x].part_of < 0;
        if (lone && by >= 0 && family_of(g_.nodes.items[x].code) == family::elementwise) {
          const node_group& of = f_.groups.items[by];
          int inner = of.dims.rank - 1;  // results of a loop are neighbours along its last axis
          while (inner > 0 && !varies(of.dims, inner)) --inner;
          const bool rows = collapse(whole, g_.nodes.items[x].dims, 0, of.split).ok;  // at one stride
          if (whole.stride[inner] == 1 && (of.kind == group_kind::pointwise || (of.kind == group_kind::contraction && rows))) {
            places_.items[x].part_of = id;
            places_.items[x].shift = shift;
          }
        }
        shift += g_.nodes.items[x].dims[axis] * whole.stride[axis];
      }
    }
  }

  // Blocks of the arena, and the groups that they live through.
  constexpr void allocate() {
    const int end = f_.groups.size();
    scratch_.resize(end, -1);
    vec<int> until(end + 1);  // by group: the last one that may run while its operands and scratch are in use
    for (int i = 0, last = -1; i <= end; ++i) {
      if (i > last && i < end && in_.begins_row_blocks(i))
        for (last = i; last + 1 < end && last + 1 - i < most_together && in_.is_loop_over_rows(last + 1);) ++last;
      until.items[i] = i > last ? i : last;
    }
    inherited_.resize(g_.nodes.size(), 0);
    for (int i = 0; i < end; ++i) {
      const auto lives = [&](int id, int block) {
        places_.items[id].block = block;
        places_.items[id].at.size = static_cast<std::uint8_t>(size_of(g_.nodes.items[id].type));
        int& last = blocks_.items[block].end;
        if (const int own = until.items[last_.items[id]]; own > last) last = own;
      };
      const auto allocate_node = [&](int id) {
        blocks_.push({(in_.size_of(id) * size_of(g_.nodes.items[id].type) + 3) / 4, i, i});
        lives(id, blocks_.count - 1);
      };
      for_each_stored(i, [&](int id) {
        const int whole = places_.items[id].part_of;
        if (whole >= 0) {
          if (!places_.items[whole].known && places_.items[whole].block < 0) allocate_node(whole);
          places_.items[id].at = places_.items[whole].at;
          places_.items[id].block = places_.items[whole].block;
          if (places_.items[whole].known) places_.items[id].at.offset += places_.items[id].shift;
          return;
        }
        if (places_.items[id].known || places_.items[id].block >= 0) return;
        const int heir = f_.groups.items[i].kind == group_kind::pointwise ? dying_input(i, id) : -1;
        if (heir < 0) return allocate_node(id);
        inherited_.items[heir] = 1;
        lives(id, places_.items[heir].block);
      });
      const int need = sizes_.items[i];
      if (need == 0) continue;
      if (need > largest_scratch_) largest_scratch_ = need;
      scratch_.items[i] = blocks_.count;
      blocks_.push({need, i, until.items[i]});
    }
  }
  // An operand of a pointwise loop that is read for the last time, element by element, and is as large as the result.
  constexpr int dying_input(int index, int id) const {
    const node_group& of = f_.groups.items[index];
    if (g_.nodes.items[id].dims.rank == 0) return -1;
    for (const int x : of.inputs) {
      const int base = f_.seen_by(index, x).base;
      if (base != x || last_.items[x] != index || f_.group_of.items[x] < 0 || f_.group_of.items[x] == index || places_.items[x].known ||
          places_.items[x].part_of >= 0)
        continue;
      if (!(g_.nodes.items[x].dims == of.dims) || !(g_.nodes.items[id].dims == of.dims)) continue;
      if (size_of(g_.nodes.items[x].type) != size_of(g_.nodes.items[id].type)) continue;
      bool free = !inherited_.items[x];
      for (const int y : of.inputs) free &= y == x || f_.seen_by(index, y).base != x;  // nobody reads it through another view
      if (free) return x;
    }
    return -1;
  }

  // Of a block, in elements.
  static constexpr int first_of(long long word, int size) { return static_cast<int>(size == 4 ? word : word * 4 / size); }

  const planning& in_;
  const graph& g_;
  const fusion& f_;
  vec<arena_block> blocks_;
  vec<home> places_;
  vec<int> last_;  // by stored node: the last group that reads it
  vec<int> scratch_, sizes_;
  vec<char> inherited_;  // by stored node: its memory is another's
  int largest_scratch_ = 0;
};

}  // namespace igata::inline IGATA_ABI::detail
