// The second walk of fuse, back through the groups: a loop that only one later group reads becomes a part of that group, and so does a member that
// only a later group reads and whose operands are in memory anyway. What they make is computed where it is used instead of being stored. A member
// that its own group needs too may be computed in both.
#pragma once
#include "../plan/fusion.hpp"

namespace igata::inline IGATA_ABI::detail {

class sinker {
 public:
  constexpr sinker(const graph& g, fusion& f) : g_(g), f_(f) {}

  constexpr void run() {
    const int count = g_.nodes.size();
    vec<int> reader(count, -1);  // the only group outside a node's own that reads it; -2: several, or an output or assignment
    vec<char> viewed(count);     // read through a view, or by a kernel
    const auto note = [&](int x, int by) {
      int& known = reader.items[x];
      known = known == -1 || known == by ? by : -2;
    };
    for (int i = 0; i < f_.groups.count; ++i) {
      const node_group& of = f_.groups.items[i];
      for (const int x : of.inputs) {
        const int base = f_.seen_by(i, x).base;
        note(base, i);
        viewed[base] |= base != x;
      }
      if (of.anchor < 0) continue;
      viewed[of.anchor] = 1;
      for (int k = 0; k < g_.nodes.items[of.anchor].arity; ++k) viewed[f_.seen_by(i, g_.operand(g_.nodes.items[of.anchor], k)).base] = 1;
    }
    for (const output_entry& o : g_.outputs) reader[o.id] = -2;
    for (const assignment& a : g_.assigns) reader[a.id] = -2;
    vec<char> changed(f_.groups.count);
    bool any = false;
    for (int i = f_.groups.count; i-- > 0;) {
      const int into = only_reader(i, reader, viewed);
      if (into < 0 || !may_merge(i, into)) continue;
      merge(i, into, reader);
      changed[into] = changed[i] = 1;
      any = true;
    }
    const vec<int> origin = f_.group_of;
    for (int id = count; id-- > 0;) {
      if (reader.items[id] < 0 || viewed.items[id] || !may_sink(id, reader.items[id])) continue;
      const node& v = g_.nodes.items[id];
      const int into = reader[id];
      for (int i = 0; i < v.arity; ++i) {
        const int x = g_.operand(v, i), base = f_.views.items[x].base;
        if (base == x && f_.group_of.items[x] == origin[id]) --f_.inside.items[x];
        note(base, into);
        viewed[base] |= base != x;
      }
      f_.inside.items[id] = f_.uses.items[id];
      f_.group_of.items[id] = into;
      f_.groups.items[into].instructions += instructions_of(g_, v);
      f_.groups.items[into].lengthy |= is_lengthy(g_, v);
      changed[into] = changed[origin[id]] = 1;
      any = true;
    }
    again_.resize(count, -1);
    for (int id = 0; id < count; ++id) {
      const int into = reader.items[id];
      if (into < 0 || viewed.items[id] || f_.group_of.items[id] == into || !may_repeat(id, into)) continue;
      again_[id] = into;
      f_.inside.items[id] = f_.uses.items[id];
      f_.groups.items[into].instructions += lowered_instructions;
      changed[into] = 1;
      any = true;
    }
    if (any) collect(changed);
  }

 private:
  // The group that alone reads a loop's results, element by element; -1: none.
  constexpr int only_reader(int index, const vec<int>& reader, const vec<char>& viewed) const {
    const node_group& of = f_.groups.items[index];
    if (of.kind != group_kind::pointwise || of.random) return -1;
    int found = -1;
    for (const int id : of.members) {
      if (f_.copied_by.items[id] >= 0) return -1;
      if (!f_.stored(id)) continue;
      if (of.wide && !is_lane(g_.nodes.items[id].type)) return -1;
      if (reader.items[id] < 0 || viewed.items[id] || (found >= 0 && found != reader.items[id])) return -1;
      found = reader.items[id];
    }
    return found;
  }
  // Whether a loop may be computed in a later one.
  constexpr bool may_merge(int index, int into) const {
    const node_group &of = f_.groups.items[index], &to = f_.groups.items[into];
    if (to.kind == group_kind::opaque || to.kind == group_kind::copy || !(to.dims == of.dims) || to.wide != of.wide) return false;
    const bool lengthy = to.lengthy || of.lengthy;
    if (to.instructions + of.instructions > most_instructions(lengthy) || to.inputs.count + of.inputs.count > most_inputs(lengthy)) return false;
    if (to.kind != group_kind::pointwise)
      for (const int x : of.inputs)
        if (!two_strides(g_, f_, x, into, to.dims, to.split)) return false;
    return true;
  }
  constexpr void merge(int index, int into, vec<int>& reader) {
    const node_group& of = f_.groups.items[index];
    for (const int id : of.members) {
      f_.group_of.items[id] = into;
      f_.inside.items[id] = f_.uses.items[id];
    }
    node_group& to = f_.groups.items[into];
    for (const int x : of.inputs) {
      int& by = reader[f_.seen_by(index, x).base];
      if (by == index) by = into;
      bool known = false;
      for (const int y : to.inputs) known |= y == x;
      if (!known) to.inputs.push(x);
    }
    to.instructions += of.instructions;
    to.lengthy |= of.lengthy;
  }
  // Whether an elementwise node that its own group does not use is better computed in group `into`.
  constexpr bool may_sink(int id, int into) const {
    const node& v = g_.nodes.items[id];
    if (family_of(v.code) != family::elementwise || f_.copied_by.items[id] >= 0 || f_.inside.items[id]) return false;
    const node_group& to = f_.groups.items[into];
    if (v.code == op::random_uniform || (to.wide && !is_lane(v.type)) || (needs_wide_lanes(g_, v) != to.wide && !(to.wide && is_of_masks(g_, v))))
      return false;
    if (to.kind == group_kind::opaque || to.kind == group_kind::copy || !(to.dims == v.dims)) return false;
    const bool lengthy = to.lengthy || is_lengthy(g_, v);
    if (to.instructions > most_instructions(lengthy) || to.inputs.count + v.arity > most_inputs(lengthy)) return false;
    for (int i = 0; i < v.arity; ++i) {
      const int x = g_.operand(v, i), base = f_.views.items[x].base, by = f_.group_of.items[base];
      if (f_.copied_by.items[x] >= 0 || by >= into) return false;
      const bool in_memory = by < 0 || base != x || f_.stored(x) || is_reduction_node(g_, x);
      if (!in_memory || (to.kind != group_kind::pointwise && !two_strides(g_, f_, x, into, to.dims, to.split))) return false;
    }
    return true;
  }
  // Whether a node that its own group uses too is better computed once more in group `into`: one operation on one array of its size, which is in
  // memory anyway, as the centred values of a variance.
  constexpr bool may_repeat(int id, int into) const {
    const node& v = g_.nodes.items[id];
    if ((v.code != op::add && v.code != op::sub && v.code != op::mul) || v.type != f32 || f_.copied_by.items[id] >= 0 || !f_.inside.items[id])
      return false;
    const group_kind own = f_.groups.items[f_.group_of.items[id]].kind;
    const node_group& to = f_.groups.items[into];
    if ((own != group_kind::reduce && own != group_kind::pointwise) || to.kind == group_kind::opaque || to.kind == group_kind::copy ||
        !(to.dims == v.dims) || to.wide)
      return false;
    if (to.instructions > most_instructions(to.lengthy) || to.inputs.count + v.arity > most_inputs(to.lengthy)) return false;
    int large = 0;
    for (int i = 0; i < v.arity; ++i) {
      const int x = g_.operand(v, i), base = f_.views.items[x].base, by = f_.group_of.items[base];
      large += g_.nodes.items[x].dims == v.dims;
      if (f_.copied_by.items[x] >= 0 || by >= into || again_.items[base] >= 0) return false;
      if (by >= 0 && !f_.stored(base) && !is_reduction_node(g_, base)) return false;
      if (to.kind != group_kind::pointwise && !two_strides(g_, f_, x, into, to.dims, to.split)) return false;
    }
    return large == 1;
  }
  // Lists members and inputs of the groups that changed anew, in the order of ids; a group that is empty now is dropped.
  constexpr void collect(const vec<char>& changed) {
    for (int i = 0; i < f_.groups.count; ++i) {
      if (!changed[i]) continue;
      f_.groups.items[i].members.clear();
      f_.groups.items[i].inputs.clear();
    }
    const int *const group_of = f_.group_of.items, *const copied_by = f_.copied_by.items;
    const node* const nodes = g_.nodes.items;
    const char* const is_changed = changed.items;
    const auto list = [&](int id, int index) {
      if (index < 0 || !is_changed[index] || copied_by[id] >= 0) return;
      const node& v = nodes[id];
      const family kind = family_of(v.code);
      const bool reduces = kind == family::reduction;
      if (!reduces && kind != family::elementwise) return;
      node_group& of = f_.groups.items[index];
      if (!reduces) of.members.push(id);
      for (int k = 0; k < v.arity; ++k) {
        const int x = g_.edges.items[v.first + k];
        if ((group_of[x] == index && f_.seen_by(index, x).base == x) || again_[x] == index) continue;
        bool known = false;
        for (const int y : of.inputs) known |= y == x;
        if (!known) of.inputs.push(x);
      }
    };
    for (int id = 0, count = g_.nodes.size(); id < count; ++id) {
      list(id, group_of[id]);
      list(id, again_[id]);
    }
    vec<int> renamed(f_.groups.count, -1);
    int kept = 0;
    for (int i = 0; i < f_.groups.count; ++i) {
      const node_group& of = f_.groups.items[i];
      if (of.anchor < 0 && of.members.empty() && of.reductions.empty()) continue;
      if (kept != i) f_.groups.items[kept] = static_cast<node_group&&>(f_.groups.items[i]);
      renamed[i] = kept++;
    }
    f_.groups.resize(kept);
    for (int& i : f_.group_of) i = i < 0 ? i : renamed[i];
    for (int& i : f_.copied_by) i = i < 0 ? i : renamed[i];
  }

  const graph& g_;
  fusion& f_;
  vec<int> again_;  // by node: the group that computes it a second time, or -1
};

}  // namespace igata::inline IGATA_ABI::detail
