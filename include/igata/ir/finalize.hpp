// Gives names and ids: depth-first from the outputs, operands left to right, then from the assignments in the order of their scopes.
// What is not reached is gone. The result is the same whatever the order in which the nodes were created.
#pragma once
#include <bit>      // bit_cast
#include <cstdint>  // uint64_t

#include "../core/hash_table.hpp"
#include "../core/random.hpp"
#include "graph.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

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

struct kind_count {
  int parent = 0, count = 0;
  text_ref kind;
};

// What numbering knows of the scopes.
struct scope_numbers {
  vec<kind_count> counts;
  bool any_explicit = false;
};

constexpr bool explicit_sibling(const graph& g, int parent, std::string_view name) {
  const scope_entry* const scopes = g.scopes.items;
  for (int i = scopes[parent].last_child; i >= 0; i = scopes[i].previous_sibling)
    if (!scopes[i].automatic && scopes[i].name.size == static_cast<int>(name.size()) && g.view(scopes[i].name) == name) return true;
  return false;
}

constexpr void resolve_scope(graph& g, int s, scope_numbers& numbers) {
  if (s <= 0) return;
  scope_entry& e = g.scopes.items[s];
  if (e.parent > 0) resolve_scope(g, e.parent, numbers);
  if (e.resolved) return;
  vec<kind_count>& counts = numbers.counts;
  kind_count* counter = nullptr;
  for (kind_count& c : counts)
    if (c.parent == e.parent && g.view(c.kind) == g.view(e.name)) counter = &c;
  if (!counter) counter = &counts.push({e.parent, 0, e.name});
  for (;;) {
    text name;
    name << g.view(counter->kind);
    if (counter->count) name << '_' << counter->count;
    ++counter->count;
    if (numbers.any_explicit && explicit_sibling(g, e.parent, name.view())) continue;
    if (counter->count > 1) e.name = g.store_text(name.view());
    e.resolved = true;
    return;
  }
}

}  // namespace detail

// Numbers the automatic scopes below these roots. Called for a model's outputs before its loss is added, so that a training and
// an inference program of one model agree on the names.
constexpr void resolve_names(graph& g, const int* roots, int count) {
  bool open = false;
  detail::scope_numbers numbers;
  for (int s = 1; s < g.scopes.size(); ++s) {
    open |= g.scopes.items[s].automatic && !g.scopes.items[s].resolved;
    numbers.any_explicit |= !g.scopes.items[s].automatic;
  }
  if (!open) return;
  vec<char> seen(g.nodes.size());
  vec<detail::kind_count>& counts = numbers.counts;
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
  detail::visit(g, roots, count, seen, [&](int id) {
    const node& v = g.nodes.items[id];
    char* const flow = flows.items;
    for (int k = 0; k < v.arity && !flow[id]; ++k) flow[id] = flow[g.edges.items[v.first + k]];
    if (!flow[id]) rest.push(id);
    else if (v.scope > 0) detail::resolve_scope(g, v.scope, numbers);
    if (v.code == op::input) flow[id] = 1;
  });
  for (const int id : rest) {
    detail::resolve_scope(g, g.nodes[id].scope, numbers);
    if (g.nodes[id].code == op::variable) detail::resolve_scope(g, g.variables[g.attribute(g.nodes[id], 0)].scope, numbers);
  }
}

// The random stream of a scope's draw; `use` counts the draws of one name in one scope. Automatic names and the order of draws are only final
// here, so draws keep a second attribute, the leaf, until then.
constexpr std::uint32_t stream_of(const graph& g, int scope, int leaf, int use) {
  text path;
  g.write_path(path, scope);
  return random_bits({stream(path.view()), static_cast<std::uint32_t>(leaf)}, {static_cast<std::uint32_t>(use), 0}).x;
}

namespace detail {
// Counts the draws of each name in each scope.
class draw_counter {
 public:
  constexpr int next(int scope, int leaf) {
    hasher hash;
    hash << scope << leaf;
    const int known = table_.find_or_add(hash.state, draws_.size(), [&](int i) { return draws_[i].scope == scope && draws_[i].leaf == leaf; });
    if (known == draws_.size()) draws_.push({scope, leaf, 0});
    return draws_[known].count++;
  }

 private:
  struct draw {
    int scope, leaf, count;
  };
  hash_table table_{0};
  vec<draw> draws_;
};
}  // namespace detail

// Names are resolved in `g`; the result is another graph.
constexpr graph finalize(graph& g) {
  if (g.failed()) return g;
  vec<int> roots;
  for (const output_entry& o : g.outputs) roots.push(o.id);
  resolve_names(g, roots.data(), roots.size());

  vec<int> order, scope_ranks(g.scopes.size(), -1);
  vec<char> seen(g.nodes.size());
  int ranks = 0, count = 0;
  const node* const nodes = g.nodes.data();
  int *const ordered = order.extend(g.nodes.size()), *const scope_rank = scope_ranks.data();
  const auto emit = [&](int id) {
    const node& v = nodes[id];
    ordered[count++] = id;
    const int scope = v.code == op::variable ? g.variables.items[g.attributes.items[v.attributes]].scope : v.scope;
    if (scope_rank[scope] < 0) scope_rank[scope] = ranks++;
  };
  detail::visit(g, roots.data(), roots.size(), seen, emit);

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
  detail::visit(g, last.data(), last.size(), seen, emit);

  graph out;
  out.chars = g.chars;
  out.scopes = g.scopes;
  out.training = g.training;
  vec<int> names(g.nodes.size(), -1), variable_of(g.variables.size(), -1);
  int* const renamed = names.data();
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
  node* const kept = out.nodes.extend(count);
  int kept_count = 0;
  const int *const edges = g.edges.data(), *const attributes = g.attributes.data();
  out.edges.reserve(g.edges.size());
  out.attributes.reserve(g.attributes.size());
  detail::draw_counter draws;
  vec<int> constants;  // each once: which of them were shared when they were created depends on the order of creation
  for (int i = 0; i < count; ++i) {
    const int id = ordered[i];
    const node& from = nodes[id];
    if (from.code == op::constant) {
      for (const int known : constants)
        if (renamed[id] < 0 && kept[known].type == from.type && std::bit_cast<std::uint64_t>(kept[known].number) == std::bit_cast<std::uint64_t>(from.number)) renamed[id] = known;
      if (renamed[id] >= 0) continue;
      constants.push(kept_count);
    }
    renamed[id] = kept_count;
    node& v = kept[kept_count++];
    v = from;
    v.first = out.edges.count;
    v.attributes = out.attributes.count;
    if (v.arity) {
      int* const to = out.edges.extend(v.arity);
      for (int k = 0; k < v.arity; ++k) to[k] = renamed[edges[from.first + k]];
    }
    if (v.attribute_count == 0) continue;
    if (v.code == op::random_uniform && v.attribute_count == 2) {
      const int leaf = attributes[from.attributes + 1];
      out.attributes.push(static_cast<int>(stream_of(g, v.scope, leaf, draws.next(v.scope, leaf))));
      v.attribute_count = 1;
      continue;
    }
    int* const to = out.attributes.extend(v.attribute_count);
    for (int k = 0; k < v.attribute_count; ++k) to[k] = attributes[from.attributes + k];
    if (v.code == op::variable) to[0] = keep_variable(to[0]);
  }
  out.nodes.resize(kept_count);
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
