// Simplifying a large graph in pieces, each with a budget of constant evaluation of its own; see carrier.hpp.
#pragma once
#include "drawing.hpp"

namespace igata::inline IGATA_ABI::detail {

struct rewriting_sizes {
  graph_sizes to;
  int slots = 0;
  constexpr bool holds(const rewriting_sizes& s) const { return to.holds(s.to) && s.slots <= slots; }
};
// A graph that is rewritten in pieces.
template <rewriting_sizes Size, int Nodes, int Variables>
struct frozen_rewriting {
  frozen_graph<Size.to> to;
  frozen<int, Size.slots> slots;
  frozen<hash_table::entry, Size.to.nodes> entries;  // one for each new node
  frozen<node_facts, Size.to.nodes> facts;
  frozen<int, Nodes> uses, renamed;
  frozen<char, Variables> assigned;
  rewriting_sizes size;
  int next;

  constexpr explicit frozen_rewriting(const rewriting& r)
      : to(r.to), slots(r.table.slots()), entries(r.table.entries()), facts(r.facts), uses(r.uses), renamed(r.renamed),
        assigned(r.assigned), size{to.size, r.table.slots().size()}, next(r.next) {}
  constexpr rewriting thaw() const {
    return {to.thaw(), hash_table(vec<int>::borrowed(slots.items, size.slots), vec<hash_table::entry>::borrowed(entries.items, size.to.nodes)),
            vec<int>::borrowed(uses.items, Nodes), vec<int>::borrowed(renamed.items, Nodes), vec<char>::borrowed(assigned.items, Variables),
            vec<node_facts>::borrowed(facts.items, size.to.nodes), next};
  }
};

// Piece K of rewriting what Spec built.
template <class Spec, int K>
struct rewrite_piece {
  static constexpr graph_sizes size = built_stage<Spec>::value().size;
  static constexpr rewriting make() {
    const graph built = built_stage<Spec>::value().thaw();
    if constexpr (K == 0) {
      simplifier pass(built);
      pass.walk(nodes_at_once);
      return pass.begun();
    } else {
      simplifier pass(built, rewrite_piece<Spec, K - 1>::value().thaw());
      pass.walk(nodes_at_once);
      return pass.begun();
    }
  }
  static constexpr rewriting_sizes before() {
    if constexpr (K > 0) return rewrite_piece<Spec, K - 1>::value().size;
    else return {{0, 0, 0, size.chars, size.scopes, size.variables, 0, 0, 0, 0}, hash_table(size.nodes).slots().size()};
  }
  static constexpr rewriting_sizes room(const rewriting_sizes& s) {
    rewriting_sizes r = s;
    r.to.nodes += nodes_at_once + nodes_at_once / 8;
    r.to.edges += 2 * nodes_at_once;
    r.to.attributes += 2 * nodes_at_once;
    return r;
  }
  template <rewriting_sizes Size>
  using frozen_type = frozen_rewriting<Size, size.nodes, size.variables>;
  static constexpr const auto& value() { return stage<rewrite_piece, room(before())>::value(); }
  static constexpr bool is_last = value().next >= size.nodes;
};

}  // namespace igata::inline IGATA_ABI::detail
