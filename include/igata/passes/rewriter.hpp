// A graph that is rebuilt node by node: what is in the new one already, found by its content, and where each old node went. What becomes of a node is
// the rules', in simplify.hpp. Between two nodes it can be put down as a value and taken up again.
#pragma once
#include <bit>  // bit_cast

#include "../core/hash_table.hpp"
#include "../core/whole.hpp"
#include "../ir/attributes.hpp"

namespace igata::inline IGATA_ABI::detail {

struct node_facts {
  bool fixed;  // depends on weights of an inference program only
  int users;   // no fewer than the places that read it
};

// A graph whose last nodes are to be rewritten yet.
struct rewriting {
  graph to;
  hash_table table;
  vec<int> uses, renamed;  // by old node
  vec<char> assigned;
  vec<node_facts> facts;
  int next = 0;            // the old node to go on with
};

// A node that is not in the graph yet.
struct draft {
  node v;
  vec<int> operands, attributes;
};
template <op Code>
constexpr attributes_for<Code> attributes_of(const draft& d) {
  return read_attributes<attributes_for<Code>>(d.attributes.items, d.attributes.count);
}
template <class T>
constexpr void set_attributes(draft& d, const T& a) {
  const auto run = run_of(a);
  for (int i = 0; i < run.count; ++i) d.attributes.items[i] = run.list.items[i];
}

class rewriter {
 public:
  // Goes on where another rewriter of the same graph ended.
  constexpr rewriter(const graph& from, const rewriting& begun)
      : from_(from), to_(begun.to), table_(begun.table), uses_(begun.uses), renamed_(begun.renamed), assigned_(begun.assigned), facts_(begun.facts),
        next_(begun.next) {
    table_.own();
    renamed_.own();
    facts_.own();
  }
  constexpr explicit rewriter(const graph& from) : from_(from), table_(from.nodes.size()), uses_(from.nodes.size()), renamed_(from.nodes.size()) {
    to_.chars = from.chars;
    to_.scopes = from.scopes;
    to_.symbols = from.symbols;
    to_.variables = from.variables;
    to_.training = from.training;
    const int room = from.nodes.size() + from.nodes.size() / 8 + 16;
    to_.nodes.reserve(room);
    to_.edges.reserve(from.edges.size());
    to_.attributes.reserve(from.attributes.size());
    facts_.reserve(room);
    int* const uses = uses_.data();
    for (const int id : from.edges) ++uses[id];
    for (const output_entry& o : from.outputs) ++uses_[o.id];
    assigned_.resize(from.variables.size());
    for (const assignment& a : from.assigns) {
      ++uses_[a.id];
      assigned_[a.variable] = 1;
    }
  }

  constexpr rewriting begun() {
    return {std::move(to_), std::move(table_), std::move(uses_), std::move(renamed_), std::move(assigned_), std::move(facts_), next_};
  }
  constexpr graph finish() {
    const int* const renamed = renamed_.items;
    for (input_entry i : from_.inputs) {
      if (i.id >= 0) i.id = renamed[i.id];
      to_.inputs.push(i);
    }
    for (output_entry o : from_.outputs) {
      o.id = renamed[o.id];
      to_.outputs.push(o);
    }
    for (const assignment& a : from_.assigns) to_.assigns.push({a.variable, renamed[a.id]});
    return static_cast<graph&&>(to_);
  }

 protected:
  constexpr const node& at(int id) const { return to_.nodes.items[id]; }
  constexpr int operand_of(int id, int i) const { return to_.edges.items[to_.nodes.items[id].first + i]; }
  constexpr bool is_number(int id, double x) const {
    return to_.nodes.items[id].code == op::constant && number_of(to_.nodes.items[id].number, to_.nodes.items[id].type) == x;
  }

  static constexpr std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }
  static constexpr std::uint64_t prime = 0xD6E8FEB86659FD93u;  // as in hasher, without its calls

  // Statements are few here and in run: clang counts them, for every node. Operands and attributes are copied while they are hashed,
  // and taken back where an equal node is found.
  constexpr int add(const draft& d) {
    const int arity = d.operands.count, attribute_count = d.attributes.count, first = to_.edges.count, first_attribute = to_.attributes.count;
    const int *const operands = d.operands.items, *const attributes = d.attributes.items;
    int *const edges = arity ? to_.edges.extend(arity) : nullptr, *const kept = attribute_count ? to_.attributes.extend(attribute_count) : nullptr;
    bool fixed = d.v.code == op::variable ? !to_.training && !assigned_.items[read_attributes<leaf_attributes>(attributes, 1).index]
                                          : d.v.code != op::input && d.v.code != op::batch_size && d.v.code != op::random_uniform;
    std::uint64_t h = static_cast<std::uint64_t>(d.v.code) | static_cast<std::uint64_t>(d.v.type) << 8 |
                      static_cast<std::uint64_t>(d.v.dims.rank) << 16 | static_cast<std::uint64_t>(d.v.dims.rows_of) << 24;
    if (d.v.dims.rank > 0)  // two extents tell most shapes of one operand apart
      h = ((h ^ static_cast<std::uint64_t>(d.v.dims.d[0])) * prime ^ static_cast<std::uint64_t>(d.v.dims.d[d.v.dims.rank - 1])) * prime;
    for (int i = 0; i < arity; h = (h ^ static_cast<std::uint64_t>(operands[i])) * prime, ++i) fixed &= facts_.items[edges[i] = operands[i]].fixed;
    for (int i = 0; i < attribute_count; ++i) h = (h ^ static_cast<std::uint64_t>(kept[i] = attributes[i])) * prime;
    h ^= (d.v.number != 0 ? bits(d.v.number) * prime : 0) ^ h >> 32;
    const int fresh = to_.nodes.count;
    const int found = table_.find_or_add(h, fresh, [&](int id) {
      const node& w = at(id);
      if (w.code != d.v.code || w.type != d.v.type || !(w.dims == d.v.dims) || bits(w.number) != bits(d.v.number) || w.arity != arity ||
          w.attribute_count != attribute_count)
        return false;
      for (int i = 0; i < arity; ++i)
        if (to_.operand(w, i) != operands[i]) return false;
      for (int i = 0; i < attribute_count; ++i)
        if (to_.attributes.items[w.attributes + i] != attributes[i]) return false;
      return true;
    });
    if (found != fresh) {
      to_.edges.count = first, to_.attributes.count = first_attribute;
      return found;
    }
    to_.nodes.push({d.v.code, d.v.type, d.v.dims, first, arity, first_attribute, attribute_count, d.v.number, d.v.scope});
    facts_.push({fixed, 0});
    return fresh;
  }
  constexpr int add_constant(double number, const node& like) {
    draft d;
    d.v = like;
    d.v.code = op::constant;
    d.v.dims = {};
    d.v.number = number;
    return add(d);
  }

  const graph& from_;
  graph to_;
  hash_table table_;
  vec<int> uses_, renamed_;  // by old node
  vec<char> assigned_;       // by variable
  vec<node_facts> facts_;    // by new node
  int next_ = 0;
};

}  // namespace igata::inline IGATA_ABI::detail
