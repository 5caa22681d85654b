// Legalize: what no kernel does in one step becomes several nodes. A reduction over axes that do not lie together runs once per run of axes.
#pragma once
#include "../ir/finalize.hpp"
#include "view.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

// The axes of a reduction's last run; axes of extent 1 never part two.
constexpr int last_run(const shape& s, int mask) {
  int run = 0;
  bool started = false;
  for (int i = s.rank; i-- > 0;) {
    const bool reduced = mask >> i & 1;
    if (!varies(s, i)) {
      if (reduced && started) run |= 1 << i;
      continue;
    }
    if (reduced) run |= 1 << i, started = true;
    else if (started) break;
  }
  return started ? run : mask;
}
constexpr bool is_split(const graph& g, const node& v) {
  if (family_of(v.code) != family::reduction) return false;
  const shape& s = g.operand_node(v, 0).dims;
  const int mask = g.attribute(v, 0);
  int varying = 0;
  for (int i = 0; i < s.rank; ++i) varying |= varies(s, i) << i;
  return (last_run(s, mask) & varying) != (mask & varying);
}

}  // namespace detail

constexpr bool needs_legalizing(const graph& g) {
  for (const node& v : g.nodes)
    if (detail::is_split(g, v)) return true;
  return false;
}

constexpr graph legalize(const graph& from) {
  if (from.failed()) return from;
  graph g = from;
  g.nodes.clear();
  vec<int> renamed(from.nodes.size());
  for (int id = 0; id < from.nodes.size(); ++id) {
    node v = from.nodes[id];
    const int first = g.edges.size();
    for (int i = 0; i < v.arity; ++i) g.edges.push(renamed[from.operand(v, i)]);
    v.first = first;
    if (detail::is_split(from, from.nodes[id])) {
      if (v.code == op::argmax || v.code == op::argmin) g.fail(name_of(v.code), "over axes that do not lie together; reshape or reduce one axis at a time", {});
      shape dims = from.operand_node(v, 0).dims;
      int mask = from.attribute(v, 0);
      while (mask) {
        const int run = detail::last_run(dims, mask);
        for (int i = 0; i < dims.rank; ++i)
          if (run >> i & 1) {
            dims[i] = 1;
            if (i == 0) dims.batched = false;
          }
        mask &= ~run;
        v.dims = dims;
        v.attributes = g.attributes.size();
        g.attributes.push(run);
        g.nodes.push(v);
        if (mask) {
          v.first = g.edges.size();
          g.edges.push(g.nodes.size() - 1);
        }
      }
    } else {
      g.nodes.push(v);
    }
    renamed[id] = g.nodes.size() - 1;
  }
  for (input_entry& i : g.inputs)
    if (i.id >= 0) i.id = renamed[i.id];
  for (output_entry& o : g.outputs) o.id = renamed[o.id];
  for (assignment& a : g.assigns) a.id = renamed[a.id];
  return finalize(g);
}

}  // namespace igata::inline IGATA_ABI
