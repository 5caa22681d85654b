// A graph that was drawn in f32, with its gradients and updates, as one that computes in f64: what precision::fp64{} asks for.
//
//   compute_in_f64(g);      variables are f64, what a call takes and gives has its type as before
#pragma once
#include "../ops/all.hpp"

namespace igata::inline IGATA_ABI::ir {

// Inputs, results, the number of rows and random numbers stay f32, with a cast behind or in front of them; casts between the two types go.
constexpr void compute_in_f64(graph& g) {
  if (g.failed()) return;
  g.nodes.own(), g.edges.own(), g.variables.own(), g.outputs.own(), g.assigns.own();
  const int count = g.nodes.size(), edges = g.edges.size();
  const auto cast_to = [&](int id, dtype type) {
    const value y = emit<op::cast>(g, {value(g, id)}, {}, 0, {}, type);
    g.nodes[y.id()].scope = g.nodes[id].scope;
    return y.id();
  };
  const auto stays = [&](int id) {
    const op code = g.nodes[id].code;
    return code == op::input || code == op::batch_size || code == op::random_uniform;
  };
  vec<int> instead(count);  // what takes the place of a node
  for (int id = 0; id < count; ++id) {
    const node v = g.nodes[id];
    instead[id] = id;
    if (v.type == f32 && stays(id)) instead[id] = cast_to(id, f64);
    else if (v.code == op::cast && is_floating(v.type) && is_floating(g.operand_node(v, 0).type)) instead[id] = instead[g.operand(v, 0)];
  }
  for (output_entry& o : g.outputs)
    if (g.nodes[o.id].type != f32) o.id = instead[o.id];
    else if (!stays(o.id)) o.id = cast_to(instead[o.id], f32);
  for (assignment& a : g.assigns) a.id = instead[a.id];
  for (int e = 0; e < edges; ++e) g.edges[e] = instead[g.edges[e]];
  for (int id = 0; id < count; ++id)
    if (g.nodes[id].type == f32 && !stays(id)) g.nodes[id].type = f64;
  for (variable& v : g.variables)
    if (v.type == f32) v.type = f64;
}

}  // namespace igata::inline IGATA_ABI::ir
