// Checks a graph's invariants after every pass: a pass that breaks one is a bug of the library, reported as such.
#pragma once
#include "graph.hpp"

namespace igata::inline IGATA_ABI {

constexpr void verify_graph(graph& g, std::string_view pass) {
  if (g.failed()) return;
  const auto broken = [&](int id, std::string_view what) {
    g.fail(pass, text() << "internal error: node %" << id << " (" << name_of(g.nodes[id].code) << "): " << what << "; please report it", {});
  };
  const node* const nodes = g.nodes.data();
  const int* const edges = g.edges.data();
  const int* const arities = detail::op_arities;
  for (int id = 0, count = g.nodes.size(), attributes = g.attributes.size(); id < count; ++id) {
    const node& v = nodes[id];
    const int arity = arities[static_cast<int>(v.code)], end = v.first + v.arity;
    if (arity >= 0 && v.arity != arity) return broken(id, "wrong number of operands");
    for (int e = v.first; e < end; ++e)
      if (edges[e] < 0 || edges[e] >= id) return broken(id, "operand is not computed before its user");
    if (v.dims.rank > max_rank) return broken(id, "rank above 6");
    if (v.attributes + v.attribute_count > attributes) return broken(id, "attributes missing");
  }
  for (const assignment& a : g.assigns)
    if (!(g.nodes[a.id].dims == g.variables[a.variable].dims)) return broken(a.id, "assigned to a variable of another shape");
}

}  // namespace igata::inline IGATA_ABI
