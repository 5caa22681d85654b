// Gives names and ids: depth-first from the outputs, operands left to right, then from the assignments in the order of their scopes.
// What is not reached is gone. The result is the same whatever the order in which the nodes were created.
#pragma once
#include <bit>      // bit_cast
#include <cstdint>  // uint64_t

#include "attributes.hpp"
#include "naming.hpp"

namespace igata::inline IGATA_ABI::ir {

// The random stream of a scope's draw; `use` counts the draws of one name in one scope.
constexpr std::uint32_t stream_of(const graph& g, int scope, int leaf, int use) {
  text path;
  g.write_path(path, scope);
  return random_bits({stream(path.view()), static_cast<std::uint32_t>(leaf)}, {static_cast<std::uint32_t>(use), 0}).x;
}

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI::detail {

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

// Variables of no layer ("optimizer/step", "random/seed") have paths of their own: no layer outside of all others may have the name of their first
// part.
[[gnu::cold]] constexpr void check_roots(graph& g) {
  vec<char> known(g.chars.size() + 1);  // leaves: an optimizer's slots of one kind have one text
  vec<std::string_view> firsts;
  for (const variable& v : g.variables) {
    if (v.scope != 0 || known.items[v.leaf.at]) continue;
    known.items[v.leaf.at] = 1;
    const std::string_view leaf = g.view(v.leaf);
    std::size_t end = 0;  // not find: with -fsanitize=undefined g++ cannot evaluate it in a graph of an earlier stage
    while (end < leaf.size() && leaf[end] != '/') ++end;
    const std::string_view first = leaf.substr(0, end);
    bool seen = first.size() == leaf.size();
    for (const std::string_view other : firsts) seen |= other == first;
    if (seen) continue;
    firsts.push(first);
    for (int s = g.scopes[0].last_child; s >= 0; s = g.scopes[s].previous_sibling)
      if (g.scopes[s].resolved && g.view(g.scopes[s].name) == first)
        return g.fail(g.view(g.scopes[s].kind),
                      text() << "the name '" << first << "' belongs to the variable '" << g.path_of(v) << "'; give the layer another name",
                      g.scopes[s].at);
  }
}

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::ir {

// Names are resolved in `g`; the result is another graph.
constexpr graph finalize(graph& g) {
  if (g.failed()) return g;
  vec<int> roots;
  for (const output_entry& o : g.outputs) roots.push(o.id);
  resolve_names(g, roots.data(), roots.size());
  g.named |= !roots.empty();

  vec<int> order, scope_ranks(g.scopes.size(), -1);
  vec<char> seen(g.nodes.size());
  int ranks = 0, count = 0;
  const node* const nodes = g.nodes.data();
  int *const ordered = order.extend(g.nodes.size()), *const scope_rank = scope_ranks.data();
  const auto emit = [&](int id) {
    const node& v = nodes[id];
    ordered[count++] = id;
    const int scope = v.code == op::variable ? g.variables.items[leaf_index(g, v)].scope : v.scope;
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
  if (!g.failed()) detail::check_roots(g);
  if (g.failed()) {
    graph mistake;
    mistake.failure = g.failure;
    return mistake;
  }
  detail::visit(g, last.data(), last.size(), seen, emit);

  graph out;
  out.chars = g.chars;
  out.scopes = g.scopes;
  out.symbols = g.symbols;
  for (int s = 0; s < out.scopes.size(); ++s)
    if (!out.scopes[s].resolved) out.scopes.own(), out.scopes[s].resolved = true;  // not reached: nobody asks for its name
  out.training = g.training;
  out.named = true;
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
        if (renamed[id] < 0 && kept[known].type == from.type &&
            std::bit_cast<std::uint64_t>(kept[known].number) == std::bit_cast<std::uint64_t>(from.number))
          renamed[id] = known;
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
    if (v.code == op::variable) {
      set_attributes(out, v, leaf_attributes{keep_variable(leaf_index(g, from))});
    } else if (v.code == op::random_uniform) {
      random_attributes draw = detail::read_attributes<random_attributes>(attributes + from.attributes, from.attribute_count);
      if (draw.leaf) draw = {static_cast<int>(stream_of(g, v.scope, draw.leaf, draws.next(v.scope, draw.leaf))), 0};
      set_attributes(out, v, draw);
    } else {
      int* const to = out.attributes.extend(v.attribute_count);
      for (int k = 0; k < v.attribute_count; ++k) to[k] = attributes[from.attributes + k];
    }
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

}  // namespace igata::inline IGATA_ABI::ir
