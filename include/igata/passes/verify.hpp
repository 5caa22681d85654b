// Checks a graph's invariants behind every pass: a pass that breaks one is a bug of the library, reported as such. Every node is inferred again by
// its primitive's own rule.
#pragma once
#include "../ops/all.hpp"

namespace igata::inline IGATA_ABI::detail {

// What is wrong with a leaf, or nothing.
constexpr std::string_view wrong_leaf(const graph& g, int id) {
  const node& v = g.nodes.items[id];
  const int index = v.attribute_count > 0 ? leaf_index(g, v) : -1;
  switch (v.code) {
    case op::input:
      if (index < 0 || index >= g.inputs.count) return "no such input";
      if (g.inputs.items[index].id != id) return "another node is its input";
      if (g.inputs.items[index].type != v.type || !(g.inputs.items[index].dims == v.dims)) return "its input has another type or shape";
      break;
    case op::variable:
      if (index < 0 || index >= g.variables.count) return "no such variable";
      if (g.variables.items[index].type != v.type || !(g.variables.items[index].dims == v.dims)) return "its variable has another type or shape";
      break;
    case op::constant:
      if (v.dims.rank != 0 || v.dims.rows_of) return "a constant is one number";
      if (v.type == i32 && !is_number_of(v.number, i32)) return "its number is no i32";
      break;
    case op::iota:
      if (v.dims.rank != 1 || v.dims.rows_of) return "its shape is not [k]";
      break;
    case op::batch_size:
      if (v.dims.rank != 0 || v.dims.rows_of || v.type != f32) return "the number of rows is one f32";
      if (index < 0 || index > g.symbols.count) return "no such symbol";
      break;
    case op::bound:
      if (index < 0 || v.dims.rows_of) return "no value that is known when weights are packed";
      break;
    default: break;
  }
  return {};
}
[[gnu::cold]] constexpr void report_broken(graph& g, std::string_view pass, int id, const text& what) {
  g.failure.clear();
  g.site_depth = 0;
  g.scope = 0;
  text where;
  if (id >= 0) where << "node %" << id << " (" << name_of(g.nodes[id].code) << "): ";
  g.fail(pass, text() << "internal error: " << where << what << "; please report it", {});
}
// Of a node that its rule refuses, or gives another type or shape.
[[gnu::cold]] constexpr void report_other(graph& g, std::string_view pass, int id, const node& again) {
  text what;
  if (g.failed()) what << "its rule says: " << g.failure;
  else what << "is " << name_of(g.nodes[id].type) << g.nodes[id].dims << ", by its rule " << name_of(again.type) << again.dims;
  report_broken(g, pass, id, what);
}

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::ir {

constexpr void verify_graph(graph& g, std::string_view pass) {
  if (g.failed()) return;
  const auto broken = [&](int id, std::string_view what) { detail::report_broken(g, pass, id, text() << what); };
  const node* const nodes = g.nodes.data();
  const int* const edges = g.edges.data();
  const int* const arities = detail::op_arities;
  const infer_rule* const rules = infer_rules;
  const attribute_list* const lists = attribute_lists;
  const int count = g.nodes.count, attributes = g.attributes.count, scopes = g.scopes.count;
  for (int id = 0; id < count; ++id) {
    const node& v = nodes[id];
    const int arity = arities[static_cast<int>(v.code)], end = v.first + v.arity;
    if (arity >= 0 && v.arity != arity) return broken(id, "wrong number of operands");
    for (int e = v.first; e < end; ++e)
      if (edges[e] < 0 || edges[e] >= id) return broken(id, "operand is not computed before its user");
    if (v.dims.rank > max_rank) return broken(id, "rank above 6");
    if (v.attributes + v.attribute_count > attributes) return broken(id, "attributes missing");
    const attribute_list& told = lists[static_cast<int>(v.code)];
    if (v.attribute_count != (told.each_axis ? told.count * v.dims.rank : told.count)) return broken(id, "wrong number of attributes");
    if (v.scope < 0 || v.scope >= scopes) return broken(id, "no such scope");
    if (arity == 0) {
      if (const std::string_view wrong = detail::wrong_leaf(g, id); !wrong.empty()) return broken(id, wrong);
      continue;
    }
    node again = v;
    rules[static_cast<int>(v.code)](g, again, {});
    if (g.failed() || again.type != v.type || !(again.dims == v.dims)) return detail::report_other(g, pass, id, again);
  }
  const auto is_node = [&](int id) { return id >= 0 && id < count; };
  for (const input_entry& i : g.inputs)
    if (i.id >= 0 && (!is_node(i.id) || nodes[i.id].code != op::input)) return broken(-1, "an input is another node");
  for (const output_entry& o : g.outputs)
    if (!is_node(o.id)) return broken(-1, "an output is no node");
  for (const variable& v : g.variables) {
    if (v.of >= g.variables.count || v.scope < 0 || v.scope >= scopes) return broken(-1, "a variable's scope or parameter is missing");
    if (v.leaf.at < 0 || v.leaf.at + v.leaf.size > g.chars.count) return broken(-1, "a variable has no name");
  }
  for (const assignment& a : g.assigns) {
    if (!is_node(a.id) || a.variable < 0 || a.variable >= g.variables.count) return broken(-1, "an assignment's value or variable is missing");
    if (!(nodes[a.id].dims == g.variables.items[a.variable].dims)) return broken(a.id, "assigned to a variable of another shape");
    if (nodes[a.id].type != g.variables.items[a.variable].type) return broken(a.id, "assigned to a variable of another type");
  }
}

}  // namespace igata::inline IGATA_ABI::ir
