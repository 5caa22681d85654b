// What chooses from tables: whole numbers, of an input or computed.
#pragma once
#include "select.hpp"

namespace igata::inline IGATA_ABI {

// The row that an index chooses, or -1.
constexpr int row_of(double index, int rows) { return index >= 0 && index < rows ? static_cast<int>(index) : -1; }

// The input whose numbers a node has, perhaps in another shape or larger type; -1 where they are computed.
constexpr int input_behind(const ir::graph& g, int id) {
  const auto keeps_numbers = [&](const ir::node& v) {
    return family_of(v.code) == ir::family::movement ||
           (v.code == ir::op::cast && is_whole(v.type) && !is_narrow(v.type) && is_whole(g.operand_node(v, 0).type));
  };
  while (g.nodes[id].arity == 1 && keeps_numbers(g.nodes[id])) id = g.edges[g.nodes[id].first];
  return g.nodes[id].code == ir::op::input ? leaf_index(g, g.nodes[id]) : -1;
}
// Lets the program check, when it is called, that the input behind `index` lies in [0, count). A declared range may not be larger.
constexpr void limit_index(value index, int count, std::string_view what, source at) {
  if (!index.valid()) return;
  ir::graph& g = index.owner();
  const int input = input_behind(g, index.id());
  if (input < 0) return;
  ir::input_entry& chooser = g.inputs[input];
  if (chooser.classes > count)
    g.fail(what,
           text() << "input '" << g.view(chooser.name) << "' has numbers in [0, " << chooser.classes << ") for a choice of " << count
                  << "; correct one of the two",
           at);
  if (chooser.classes == 0) chooser.classes = count;
}
// An index of any whole type as i32, by which tables are read. `checked`: an input's numbers are, when the program is called. Others that an i32 does
// not have stay outside of every table: they become the highest i32, or `lowest`.
constexpr value as_index(value index, bool checked, source at, int lowest = -1) {
  if (!index.valid() || !is_whole(index.type()) || index.type() == i32) return index;
  if (size_of(index.type()) >= 4 && !(checked && input_behind(index.owner(), index.id()) >= 0)) {
    index = minimum(operand(index, at), operand(2147483647, at));
    if (!is_unsigned(index.type())) index = maximum(operand(index, at), operand(lowest, at));
  }
  return cast(index, i32, at);
}

}  // namespace igata::inline IGATA_ABI
