// A graph as text, a line for each node; the same bytes from every compiler, at compile time and at run time.
//
//   %4 = conv2d(%0, %1) {5,5,1,1,1,1,0,0,0,0,1} : f32[n,24,24,6]  @conv2d
#pragma once
#include "graph.hpp"

namespace igata::inline IGATA_ABI {

constexpr text print(const graph& g) {
  text t;
  if (g.failed()) return t << "error: " << g.failure << '\n';
  for (int id = 0; id < g.nodes.size(); ++id) {
    const node& v = g.nodes[id];
    t << '%' << id << " = " << name_of(v.code);
    if (v.code == op::input) t << " \"" << g.view(g.inputs[g.attribute(v, 0)].name) << '"';
    else if (v.code == op::variable) t << " \"" << g.path_of(g.variables[g.attribute(v, 0)]) << '"';
    else if (v.code == op::constant) t << ' ' << v.number;
    else if (v.code == op::bound) t << ' ' << g.attribute(v, 0);
    else {
      t << '(';
      for (int i = 0; i < v.arity; ++i) {
        if (i) t << ", ";
        t << '%' << g.operand(v, i);
      }
      t << ')';
      if (v.attribute_count) {
        t << " {";
        for (int i = 0; i < v.attribute_count; ++i) {
          if (i) t << ',';
          t << g.attribute(v, i);
        }
        t << '}';
      }
      if (v.number != 0) t << " fill " << v.number;
    }
    t << " : " << name_of(v.type) << v.dims;
    if (v.scope > 0 && v.code != op::variable) {
      t << "  @";
      g.write_path(t, v.scope);
    }
    t << '\n';
  }
  for (const output_entry& o : g.outputs) t << "output \"" << g.view(o.name) << "\" = %" << o.id << '\n';
  for (const assignment& a : g.assigns) t << "assign \"" << g.path_of(g.variables[a.variable]) << "\" = %" << a.id << '\n';
  return t;
}

}  // namespace igata::inline IGATA_ABI
