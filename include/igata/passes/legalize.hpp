// Legalize: what no kernel does in one step becomes several nodes. A reduction over axes that do not lie together runs once per run of axes.
#pragma once
#include "../ir/finalize.hpp"
#include "../ops/reduce.hpp"
#include "../plan/view.hpp"

namespace igata::inline IGATA_ABI::detail {

// The axes of a reduction's last run; axes of extent 1 belong to any, and never part two.
constexpr int last_run(const shape& s, int mask) {
  int run = 0;
  bool started = false;
  for (int i = s.rank; i-- > 0;) {
    const bool reduced = mask >> i & 1;
    if (!varies(s, i)) {
      if (reduced) run |= 1 << i;
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
  const int mask = reduced_axes(g, v);
  int varying = 0;
  for (int i = 0; i < s.rank; ++i) varying |= varies(s, i) << i;
  return (last_run(s, mask) & varying) != (mask & varying);
}

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::plan {

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
    const node& before = from.nodes[id];
    node v = before;
    v.first = g.edges.size();
    for (int i = 0; i < v.arity; ++i) g.edges.push(renamed[from.operand(before, i)]);
    if (!detail::is_split(from, before)) {
      g.nodes.push(v);
    } else {
      if (v.code == op::argmax || v.code == op::argmin)
        g.fail(name_of(v.code), "over axes that do not lie together; reshape or reduce one axis at a time", {});
      v.dims = from.operand_node(before, 0).dims;
      for (int mask = reduced_axes(from, before); mask;) {
        const int run = detail::last_run(v.dims, mask);
        for (int i = 0; i < v.dims.rank; ++i)
          if (run >> i & 1) {
            v.dims[i] = 1;
            if (i == 0) v.dims.rows_of = no_symbol;
          }
        mask &= ~run;
        set_attributes(g, v, axes_attributes{run});
        g.nodes.push(v);
        v.first = g.edges.size();  // of the next run
        if (mask) g.edges.push(g.nodes.size() - 1);
      }
    }
    renamed[id] = g.nodes.size() - 1;
  }
  for (input_entry& i : g.inputs)
    if (i.id >= 0) i.id = renamed[i.id];
  for (output_entry& o : g.outputs) o.id = renamed[o.id];
  for (assignment& a : g.assigns) a.id = renamed[a.id];
  return finalize(g);
}

}  // namespace igata::inline IGATA_ABI::plan
