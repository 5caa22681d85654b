// The graph: flat arrays of plain nodes, the same at compile time and at run time.
//
// Invariants (passes/verify.hpp): operands have smaller ids than their user; shapes and types were set by the op's shape rule;
// after the first error nothing is added. Names and ids that anyone sees are given by finalize(), never at creation,
// because C++ does not fix the order in which operands are evaluated.
#pragma once
#include "../core/source.hpp"
#include "op.hpp"
#include "variable.hpp"

namespace igata::inline IGATA_ABI::ir {

struct text_ref {
  int at = 0, size = 0;
};

struct node {
  op code = op::constant;
  dtype type = f32;
  shape dims;
  int first = 0, arity = 0;               // operands: graph::edges[first …]
  int attributes = 0, attribute_count = 0;  // graph::attributes[attributes …]: attributes.hpp
  double number = 0;                      // constant's value; a pad's filling: core/whole.hpp
  int scope = 0;
};

// A named part of the model: "layer2/block1". Scope 0 is the model itself.
struct scope_entry {
  int parent = -1;
  text_ref name;           // explicit name, or the kind of layer until finalize numbers it
  bool automatic = false;
  bool resolved = false;   // an automatic name has its number
  int last_child = -1, previous_sibling = -1, last_variable = -1;  // chains, newest first
  text_ref kind;           // of layer: dense; an automatic name before it was numbered
  int entries = 0;         // while building: how often it was entered, and the entry of the parent that used it last
  int used_by_entry = 0;
  int unused = -1, unused_of_entry = 0;          // while building: of its automatic children that this entry has not used the oldest of some kind,
  int next_of_kind = -1, next_kind = -1;         // the next oldest of this kind, and the oldest of another kind
  int draws = 0;           // while building: random draws in it
  int depth = 0;           // scopes around it
  source at{};             // where it was first entered
};

struct variable {
  int scope = 0;
  text_ref leaf;           // "kernel"; in scope 0 the whole path
  role kind = role::weight;
  dtype type = f32;
  shape dims;
  initializer init;
  bool trainable = true;
  optimizer_state optimizer = optimizer_state::none;
  int of = -1;             // a slot's parameter: the path is "optimizer/momentum/" and its path
  int previous = -1;       // in the same scope
  int read = -1;           // while building: the node that reads it
  int assigned = -1;       // while building: its place in graph::assigns
};

struct input_entry {
  text_ref name;
  int id = -1;
  int classes = 0;         // an input of whole numbers must lie in [0, classes) when it is > 0
  dtype type = f32;
  shape dims;
  source at{};             // where it has a line of its own
};

struct output_entry {
  text_ref name;
  int id = -1;
};

struct assignment {
  int variable = -1, id = -1;
};

// A batch's statistic, and the moving one that takes its place where that is frozen.
struct statistic {
  int variable = -1, id = -1;
};

// Beside n: what an extent may be a multiple of, from 1 to its maximum.
struct symbol_entry {
  text_ref name;
  int most = 0;
};
struct symbol_table {
  symbol_entry items[max_symbols - 2];
  int count = 0;
  constexpr const symbol_entry& operator[](symbol s) const { return items[s - 2]; }
};

// Eager mode (draw/eager.hpp): every node is computed when it is added.
struct graph;
struct eager_numbers {
  void (*compute)(graph&, const node&);
  vec<vec<double>> values;  // of each node
  void (*fetch)(eager_numbers&, int id) = nullptr;  // writes values[id], where they are kept in another form

  constexpr const vec<double>& of(int id) {
    if (fetch) fetch(*this, id);
    return values[id];
  }
};

struct graph {
#define IGATA_GRAPH_ARRAY(type, name) vec<type> name;
#include "graph_arrays.inc"
#undef IGATA_GRAPH_ARRAY
  symbol_table symbols;         // beside n
  text failure;                 // the first error, empty while there is none
  bool training = false;
  bool named = false;           // automatic names are given: a layer that is met later must have its own
  eager_numbers* eager = nullptr;  // none while a program is drawn
  // building
  vec<statistic> statistics;
  int constants[32];            // by hash of the number: its node
  int rows_nodes[max_symbols - 1];  // batch_size
  int scope = 0;
  source site;                  // the user's line while library code builds, and after it until the next
  int site_depth = 0;

  [[gnu::cold]] constexpr graph() {
    for (int& id : constants) id = -1;
    for (int& id : rows_nodes) id = -1;
    scope_entry root;
    root.resolved = true;
    scopes.push(root);
  }

  constexpr bool failed() const { return failure.chars_.count != 0; }
  constexpr int operand(const node& v, int i) const { return edges.items[v.first + i]; }
  constexpr const node& operand_node(const node& v, int i) const { return nodes.items[edges.items[v.first + i]]; }

  constexpr text_ref store_text(std::string_view s) {
    const text_ref ref{chars.count, static_cast<int>(s.size())};
    detail::copy_items(chars.extend(ref.size), s.data(), ref.size);
    return ref;
  }
  constexpr std::string_view view(text_ref r) const { return {chars.items + r.at, static_cast<std::size_t>(r.size)}; }

  [[gnu::cold]] constexpr void write_path(text& t, int s) const {
    if (s <= 0) return;
    const scope_entry& e = scopes[s];
    if (e.parent > 0) {
      write_path(t, e.parent);
      t << '/';
    }
    t << view(e.name);
    if (e.automatic && !e.resolved) {  // an error before finalize: number by creation
      int number = 0;
      for (int i = 0; i < s; ++i) number += scopes[i].automatic && scopes[i].parent == e.parent && view(scopes[i].name) == view(e.name);
      if (number) t << '_' << number;
    }
  }
  // Which parts of a variable's path are automatic names: bit 0 is the first part.
  constexpr std::uint64_t automatic_parts(const variable& v) const {
    std::uint64_t parts = 0;
    for (int s = v.scope; s > 0; s = scopes.items[s].parent) parts = parts << 1 | (scopes.items[s].automatic ? 1u : 0u);
    return parts;
  }
  [[gnu::cold]] constexpr text path_of(const variable& v) const {
    text t;
    if (v.scope > 0) {
      write_path(t, v.scope);
      t << '/';
    }
    t << view(v.leaf);
    if (v.of >= 0) t << '/' << path_of(variables[v.of]);
    return t;
  }

  // Records the first error: "model.cpp:26: layer2/add: …". What has no line of its own names the last layer's, or the option of a program
  // that is being applied: a place without a line, whose file is "training<net>, option 3".
  [[gnu::cold]] constexpr void fail(std::string_view what, const text& why, source at) {
    if (failed()) return;
    const source place = site_depth > 0 || (at.line <= 0 && !*at.file) ? site : at;
    if (place.line > 0) failure << place << ": ";
    else if (*place.file) failure << place.file << ": ";
    if (scope > 0) {
      write_path(failure, scope);
      if (!what.empty()) failure << '/';
    }
    failure << what << ": " << why;
  }

  constexpr int add(const node& v) {
    nodes.push(v).scope = scope;
    return nodes.count - 1;
  }
};

// All symbols at the most.
constexpr symbol_sizes largest_of(const graph& g, int max_batch) {
  symbol_sizes most(max_batch);
  for (int i = 0; i < g.symbols.count; ++i) most.of[2 + i] = g.symbols.items[i].most;
  return most;
}

// Names compared with '*' standing for any run of characters.
constexpr bool matches(std::string_view pattern, std::string_view name) {
  std::size_t p = 0, s = 0, star = pattern.size(), mark = 0;
  while (s < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = s;
    } else if (p < pattern.size() && pattern[p] == name[s]) {
      ++p, ++s;
    } else if (star < pattern.size()) {
      p = star + 1;
      s = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace igata::inline IGATA_ABI::ir
