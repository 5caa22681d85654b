// Automatic names: one walk from all values that a model returns, in their order, before anything is cut. Layers of one kind in one scope are
// numbered as data flows to them: dense, dense_1, … What is met later must have its own name if it has variables: its number would depend on what
// else is kept.
#pragma once
#include "../core/hash_table.hpp"
#include "../core/random.hpp"
#include "attributes.hpp"

namespace igata::inline IGATA_ABI::detail {

// Calls f for every node below these roots once, operands first. Loops over all nodes go by pointers here and in other passes:
// each call of vec's operators would cost constant evaluation more than the loop itself. Clang counts statements: they are few.
template <class F>
constexpr void visit(const graph& g, const int* roots, int count, vec<char>& seen_before, F f) {
  const node* const nodes = g.nodes.data();
  const int* const edges = g.edges.data();
  char* const seen = seen_before.data();
  vec<int> space;
  int* const stack = space.extend(2 * g.nodes.size());  // nodes above the one at hand, each with its next edge
  for (int i = 0; i < count; ++i) {
    int id = roots[i], depth = 0;
    if (id < 0 || seen[id]) continue;
    seen[id] = 1;
    int edge = nodes[id].first, end = edge + nodes[id].arity;
    for (;;) {
      while (edge < end && seen[edges[edge]]) ++edge;
      if (edge < end) {
        stack[depth] = id, stack[depth + 1] = edge + 1, depth += 2;
        id = edges[edge], seen[id] = 1, edge = nodes[id].first;
      } else {
        f(id);
        if (depth == 0) break;
        depth -= 2, id = stack[depth], edge = stack[depth + 1];
      }
      end = nodes[id].first + nodes[id].arity;
    }
  }
}

class numbering {
 public:
  // Where names are given already, a layer that has variables and no name is an error.
  constexpr explicit numbering(graph& g) : g_(g), names_(0), kinds_(0) {
    const scope_entry* const scopes = g.scopes.items;
    const int count = g.scopes.count;
    for (int s = 1; s < count && !open_; ++s) open_ = !scopes[s].resolved;
    if (!open_) return;
    for (int s = 1; s < count; ++s)
      if (scopes[s].resolved) take(scopes[s].parent, g.view(scopes[s].name), s);
    if (!g.named) return;
    has_variables_ = vec<char>(g.scopes.size());
    for (const variable& v : g.variables)
      for (int s = v.scope; s > 0 && !has_variables_.items[s]; s = g.scopes.items[s].parent) has_variables_.items[s] = 1;
  }
  // Whether there is anything to name.
  constexpr bool open() const { return open_; }

  constexpr void resolve(int s) {
    if (s <= 0) return;
    scope_entry& e = g_.scopes.items[s];
    if (e.parent > 0) resolve(e.parent);
    if (e.resolved) return;
    if (g_.named && has_variables_.items[s]) {
      const int outer = g_.scope;
      g_.scope = e.parent;
      g_.fail(g_.view(e.name), "no part of the values that give layers their names, which a model returns; give it a .name", e.at);
      g_.scope = outer;
      return;
    }
    int& number = next_of(e);
    for (;;) {
      text name;
      name << g_.view(e.kind);
      if (number) name << '_' << number;
      ++number;
      if (!take(e.parent, name.view(), s)) continue;
      if (number > 1) e.name = g_.store_text(name.view());
      e.resolved = true;
      return;
    }
  }

 private:
  struct counter {
    int parent = 0, next = 0;
    text_ref kind;
  };
  static constexpr std::uint64_t hash_of(int parent, std::string_view name) {
    return (stream(name) ^ static_cast<std::uint64_t>(parent) << 32) * 0x9E3779B97F4A7C15u >> 20;
  }
  // Whether scope s may have this name.
  constexpr bool take(int parent, std::string_view name, int s) {
    return names_.find_or_add(hash_of(parent, name), s, [&](int other) {
             const scope_entry& o = g_.scopes.items[other];
             return o.parent == parent && o.resolved && o.name.size == static_cast<int>(name.size()) && g_.view(o.name) == name;
           }) == s;
  }
  constexpr int& next_of(const scope_entry& e) {
    const int fresh = counters_.size();
    const int known = kinds_.find_or_add(hash_of(e.parent, g_.view(e.kind)), fresh, [&](int i) {
      return counters_.items[i].parent == e.parent && g_.view(counters_.items[i].kind) == g_.view(e.kind);
    });
    if (known == fresh) counters_.push({e.parent, 0, e.kind});
    return counters_.items[known].next;
  }

  graph& g_;
  hash_table names_, kinds_;  // scopes by parent and name; counters by parent and kind
  vec<counter> counters_;
  vec<char> has_variables_;
  bool open_ = false;
};

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::ir {

// Gives names to the automatic scopes below these values; see above. A training and an inference program of one model agree on them, as both begin
// with what the model returns.
constexpr void resolve_names(graph& g, const int* roots, int count) {
  detail::numbering numbers(g);
  if (!numbers.open()) return;
  vec<char> seen(g.nodes.size());
  // What the inputs flow through comes first: in `0 < x` or `random < rate` the operand met first says nothing of a layer's place.
  vec<char> flows(g.nodes.size());
  vec<int> rest;
  detail::visit(g, roots, count, seen, [&](int id) {
    const node& v = g.nodes.items[id];
    char* const flow = flows.items;
    for (int k = 0; k < v.arity && !flow[id]; ++k) flow[id] = flow[g.edges.items[v.first + k]];
    if (!flow[id]) rest.push(id);
    else if (v.scope > 0) numbers.resolve(v.scope);
    if (v.code == op::input) flow[id] = 1;
  });
  for (const int id : rest) {
    numbers.resolve(g.nodes[id].scope);
    if (g.nodes[id].code == op::variable) numbers.resolve(g.variables[leaf_index(g, g.nodes[id])].scope);
  }
}

// The first parameters, for messages.
[[gnu::cold]] constexpr text parameter_names(const graph& g) {
  text t;
  int shown = 0;
  for (const variable& v : g.variables)
    if (v.kind == role::weight && ++shown <= 4) t << (shown > 1 ? ", " : "") << g.path_of(v);
  if (shown > 4) t << " ...";
  return t;
}

}  // namespace igata::inline IGATA_ABI::ir
