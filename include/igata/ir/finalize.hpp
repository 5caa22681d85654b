// Gives names and ids: depth-first from the outputs, operands left to right, then from the assignments in the order of their scopes.
// What is not reached is gone. The result is the same whatever the order in which the nodes were created.
#pragma once
#include <bit>      // bit_cast
#include <cstdint>  // uint64_t

#include "../core/random.hpp"
#include "graph.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

// Visits every node below `root` once, operands first.
template <class F>
constexpr void visit(const graph& g, int root, vec<char>& seen, F f) {
  struct frame {
    int id = 0, next = 0;
  };
  if (root < 0 || seen[root]) return;
  vec<frame> stack;
  seen[root] = 1;
  stack.push({root, 0});
  while (!stack.empty()) {
    frame& top = stack.back();
    const node& v = g.nodes[top.id];
    if (top.next == v.arity) {
      const int id = top.id;
      stack.pop();
      f(id);
      continue;
    }
    const int next = g.operand(v, top.next++);
    if (!seen[next]) {
      seen[next] = 1;
      stack.push({next, 0});
    }
  }
}

struct kind_count {
  int parent = 0, count = 0;
  text_ref kind;
};

constexpr bool explicit_sibling(const graph& g, int parent, std::string_view name) {
  for (int i = g.scopes[parent].last_child; i >= 0; i = g.scopes[i].previous_sibling)
    if (!g.scopes[i].automatic && g.view(g.scopes[i].name) == name) return true;
  return false;
}

constexpr void resolve_scope(graph& g, int s, vec<kind_count>& counts) {
  if (s <= 0) return;
  if (g.scopes[s].resolved) return resolve_scope(g, g.scopes[s].parent, counts);
  resolve_scope(g, g.scopes[s].parent, counts);
  scope_entry& e = g.scopes[s];
  kind_count* counter = nullptr;
  for (kind_count& c : counts)
    if (c.parent == e.parent && g.view(c.kind) == g.view(e.name)) counter = &c;
  if (!counter) counter = &counts.push({e.parent, 0, e.name});
  for (;;) {
    text name;
    name << g.view(counter->kind);
    if (counter->count) name << '_' << counter->count;
    ++counter->count;
    if (explicit_sibling(g, e.parent, name.view())) continue;
    if (counter->count > 1) g.scopes[s].name = g.store_text(name.view());
    g.scopes[s].resolved = true;
    return;
  }
}

}  // namespace detail

// Numbers the automatic scopes below these roots. Called for a model's outputs before its loss is added, so that a training and
// an inference program of one model agree on the names.
constexpr void resolve_names(graph& g, const int* roots, int count) {
  bool open = false;
  for (const scope_entry& e : g.scopes) open |= e.automatic && !e.resolved;
  if (!open) return;
  vec<char> seen(g.nodes.size());
  vec<detail::kind_count> counts;
  for (int s = 1; s < g.scopes.size(); ++s) {  // numbers given earlier stay taken
    const scope_entry& e = g.scopes[s];
    if (!e.automatic || !e.resolved) continue;
    std::string_view name = g.view(e.name);
    const std::size_t bar = name.rfind('_');
    text_ref kind = e.name;
    bool numbered = bar != name.npos && bar + 1 < name.size();
    for (std::size_t i = bar + 1; numbered && i < name.size(); ++i) numbered = name[i] >= '0' && name[i] <= '9';
    if (numbered) kind.size = static_cast<int>(bar);
    detail::kind_count* counter = nullptr;
    for (detail::kind_count& c : counts)
      if (c.parent == e.parent && g.view(c.kind) == g.view(kind)) counter = &c;
    if (counter) ++counter->count;
    else counts.push({e.parent, 1, kind});
  }
  // What the inputs flow through comes first: in `0 < x` or `random < rate` the operand met first says nothing of a layer's place.
  vec<char> flows(g.nodes.size());
  vec<int> rest;
  for (int i = 0; i < count; ++i)
    detail::visit(g, roots[i], seen, [&](int id) {
      const node& v = g.nodes[id];
      for (int k = 0; k < v.arity && !flows[id]; ++k) flows[id] = flows[g.operand(v, k)];
      if (flows[id]) detail::resolve_scope(g, v.scope, counts);
      else rest.push(id);
      if (v.code == op::input) flows[id] = 1;
    });
  for (const int id : rest) {
    detail::resolve_scope(g, g.nodes[id].scope, counts);
    if (g.nodes[id].code == op::variable) detail::resolve_scope(g, g.variables[g.attribute(g.nodes[id], 0)].scope, counts);
  }
}

// The random stream of a scope's draw. Automatic names are only final here, so draws keep a second attribute, the leaf, until then.
constexpr std::uint32_t stream_of(const graph& g, int scope, int leaf) {
  text path;
  g.write_path(path, scope);
  return random_bits({stream(path.view()), static_cast<std::uint32_t>(leaf)}, {0, 0}).x;
}

// Names are resolved in `g`; the result is another graph.
constexpr graph finalize(graph& g) {
  if (g.failed()) return g;
  vec<int> roots;
  for (const output_entry& o : g.outputs) roots.push(o.id);
  resolve_names(g, roots.data(), roots.size());

  vec<int> order, scope_rank(g.scopes.size(), -1);
  vec<char> seen(g.nodes.size());
  int ranks = 0;
  const auto emit = [&](int id) {
    const node& v = g.nodes[id];
    order.push(id);
    const int scope = v.code == op::variable ? g.variables[g.attribute(v, 0)].scope : v.scope;
    if (scope_rank[scope] < 0) scope_rank[scope] = ranks++;
  };
  for (const int id : roots) detail::visit(g, id, seen, emit);

  // Assignments by the rank of their variable's scope (a bucket each), then in the order in which they were made.
  const auto bucket = [&](const assignment& a) {
    const int scope = g.variables[a.variable].scope;
    return scope == 0 || scope_rank[scope] < 0 ? ranks : scope_rank[scope];
  };
  vec<int> start(ranks + 2);
  for (const assignment& a : g.assigns) ++start[bucket(a) + 1];
  for (int i = 1; i < start.size(); ++i) start[i] += start[i - 1];
  vec<assignment> assigns(g.assigns.size());
  for (const assignment& a : g.assigns) assigns[start[bucket(a)]++] = a;
  vec<int> last;
  for (const assignment& a : assigns) last.push(a.id);
  resolve_names(g, last.data(), last.size());
  for (const int id : last) detail::visit(g, id, seen, emit);

  graph out;
  out.chars = g.chars;
  out.scopes = g.scopes;
  out.training = g.training;
  vec<int> renamed(g.nodes.size(), -1), variable_of(g.variables.size(), -1);
  const auto keep_one = [&](int old) {
    if (variable_of[old] < 0) {
      variable_of[old] = out.variables.size();
      out.variables.push(g.variables[old]);
      variable& v = out.variables.back();
      v.read = v.assigned = -1;
      if (v.of >= 0) v.of = variable_of[v.of];
    }
    return variable_of[old];
  };
  const auto keep_variable = [&](int old) {
    if (g.variables[old].of >= 0) keep_one(g.variables[old].of);
    return keep_one(old);
  };
  out.nodes.reserve(order.size());
  vec<int> constants;  // each once: which of them were shared when they were created depends on the order of creation
  for (const int id : order) {
    node v = g.nodes[id];
    if (v.code == op::constant) {
      for (const int known : constants)
        if (renamed[id] < 0 && out.nodes[known].type == v.type && std::bit_cast<std::uint64_t>(out.nodes[known].number) == std::bit_cast<std::uint64_t>(v.number)) renamed[id] = known;
      if (renamed[id] >= 0) continue;
      constants.push(out.nodes.size());
    }
    const int first = v.first, attributes = v.attributes;
    v.first = out.edges.size();
    for (int i = 0; i < v.arity; ++i) out.edges.push(renamed[g.edges[first + i]]);
    v.attributes = out.attributes.size();
    for (int i = 0; i < v.attribute_count; ++i) out.attributes.push(g.attributes[attributes + i]);
    if (v.code == op::random_uniform && v.attribute_count == 2) {
      out.attributes.pop();
      v.attribute_count = 1;
      out.attributes[v.attributes] = static_cast<int>(stream_of(g, v.scope, g.attributes[attributes + 1]));
    }
    if (v.code == op::variable) out.attributes[v.attributes] = keep_variable(g.attributes[attributes]);
    out.nodes.push(v);
    renamed[id] = out.nodes.size() - 1;
  }
  for (input_entry i : g.inputs) {
    i.id = i.id < 0 ? -1 : renamed[i.id];  // -1: not used by what is left
    out.inputs.push(i);
  }
  for (output_entry o : g.outputs) {
    o.id = renamed[o.id];
    out.outputs.push(o);
  }
  for (const assignment& a : assigns) {
    const int index = keep_variable(a.variable);
    out.variables[index].assigned = out.assigns.size();
    out.assigns.push({index, renamed[a.id]});
  }
  return out;
}

constexpr graph finalize(const graph& from) {
  graph g = from;
  return finalize(g);
}

}  // namespace igata::inline IGATA_ABI
