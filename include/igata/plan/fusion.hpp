// What fuse makes: groups of nodes, each one loop or kernel, in the order of execution; and how nodes lie in memory.
#pragma once
#include "../target/args/reduce.hpp"
#include "choice.hpp"
#include "view.hpp"

namespace igata::inline IGATA_ABI::plan {

enum class group_kind : std::uint8_t { pointwise, reduce, contraction, opaque, copy };

struct group_facts {
  group_kind kind = group_kind::pointwise;
  int anchor = -1;          // contraction, opaque, copy: the node itself
  int chosen = -1;          // contraction, opaque: in fusion::choices, or -1 where there is nothing to choose
  shape dims;               // of the loop
  int split = 0;            // reduce, contraction: axes before it are rows, the others columns
  bool wide = false;        // its lanes have 64 bits
  int instructions = 0;
  view original;            // copy: of the node before it was copied
};
struct node_group : group_facts {
  int open = 0;             // while fusing: members that somebody outside may still want
  bool random = false;
  bool lengthy = false;     // its members become many instructions, which read numbers of their own
  vec<int> members;         // elementwise nodes, in order
  vec<int> inputs;          // nodes read from memory, each once
  vec<int> reductions;
};

struct fusion {
  vec<node_group> groups;        // in execution order
  vec<int> group_of;        // by node; -1: a leaf or a view
  vec<int> copied_by;       // by node: the group that copies it into memory of its own, or -1
  vec<view> views;          // by node; once copied, of the copy
  vec<choice> choices;      // made when all groups are
  vec<int> uses, inside;    // by node: readers, outputs and assignments; those in its own group

  // Before it was copied.
  constexpr const view& original(int id) const {
    const int by = copied_by.items[id];
    return by < 0 ? views.items[id] : groups.items[by].original;
  }
  // Where group `reader` finds a node.
  constexpr const view& seen_by(int reader, int id) const {
    const int by = copied_by.items[id];
    return by < 0 || reader > by ? views.items[id] : groups.items[by].original;
  }
  constexpr bool copied_for(int reader, int id) const {
    const int by = copied_by.items[id];
    return by >= 0 && reader > by;
  }
  constexpr bool stored(int id) const { return inside.items[id] < uses.items[id]; }
};

// What fuse puts into a group, so that its loop fits a pointwise program once it is lowered.
inline constexpr int lowered_instructions = 2;                        // of a primitive, as fuse counts them
inline constexpr int max_lowered_instructions = 3;                    // of a primitive: the one that joins
inline constexpr int max_group_length = max_pointwise_length - max_lowered_instructions;
inline constexpr int lowered_constants = 4;                           // inputs that lowering adds
inline constexpr int max_group_inputs = max_pointwise_inputs - lowered_constants;
// Lanes of 64 bits, and numbers without a sign, take more of both.
inline constexpr int lowered_lengthy = 10;
// What a group of these instructions and inputs may hold.
constexpr int most_instructions(bool lengthy) { return max_group_length - (lengthy ? lowered_lengthy : 0); }
constexpr int most_inputs(bool lengthy) { return max_group_inputs - (lengthy ? lowered_constants : 0); }

}  // namespace igata::inline IGATA_ABI::plan

namespace igata::inline IGATA_ABI::detail {

// Whether group `reader` would find an operand at one stride for rows and one for columns.
constexpr bool two_strides(const graph& g, const fusion& f, int x, int reader, const shape& dims, int split) {
  const shape& own = g.nodes.items[x].dims;
  if (own.rank == 0 || (f.copied_by.items[x] < 0 && f.views.items[x].base == x && own == dims)) return true;  // most: one number, or all in order
  const view v = broadcast_view(f.seen_by(reader, x), own, dims);
  return collapse(v, dims, 0, split).ok && collapse(v, dims, split, dims.rank).ok;
}
// Whether lanes must have 64 bits for an elementwise node: of its result or of what it reads; a mask may have either.
constexpr bool needs_wide_lanes(const graph& g, const node& v) { return is_wide(v.type) || (v.arity > 0 && is_wide(g.operand_node(v, 0).type)); }
// Masks may have the width of any loop.
constexpr bool is_of_masks(const graph& g, const node& v) { return v.type == boolean && v.arity > 0 && g.operand_node(v, 0).type == boolean; }
// Numbers without a sign are compared and converted by instructions for those with one.
constexpr bool is_lengthy(const graph& g, const node& v) {
  if (v.type == f32 && v.code != op::cast) return false;  // nearly all
  const auto has_no_sign = [](dtype t) { return t == u32 || t == u64; };
  return has_no_sign(v.type) || (v.arity > 0 && has_no_sign(g.operand_node(v, 0).type));
}
constexpr int instructions_of(const graph& g, const node& v) { return is_lengthy(g, v) ? lowered_lengthy : lowered_instructions; }
// Whether a register holds what memory does: of other types readers see the memory, also in the loop that makes them.
constexpr bool is_lane(dtype type) { return is_wide(type) || type == boolean; }
constexpr bool is_reduction_node(const graph& g, int id) { return family_of(g.nodes.items[id].code) == family::reduction; }

}  // namespace igata::inline IGATA_ABI::detail
