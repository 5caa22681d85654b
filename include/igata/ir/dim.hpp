// The symbols of a graph beside n: each has a name, and a maximum for which memory is planned.
#pragma once
#include "graph.hpp"

namespace igata::inline IGATA_ABI {

// A dim of a program, and a shape whose rows are by it: a number alone would be another program's too.
struct program_dim {
  symbol number;
  const ir::graph* of;
};
struct dim_rows : shape {
  const ir::graph* of;
  constexpr dim_rows(const shape& dims, const ir::graph* g) : shape(dims), of(g) {}
};
constexpr dim_rows rows(const shape& extents, const program_dim& dim) { return {rows(extents, dim.number), dim.of}; }

constexpr symbol declare_dim(ir::graph& g, std::string_view name, int most, source at) {
  ir::symbol_table& all = g.symbols;
  for (int i = 0; i < all.count; ++i) {
    if (g.view(all.items[i].name) != name) continue;
    if (all.items[i].most != most)
      g.fail("dim", text() << "'" << name << "' is " << all.items[i].most << " at the most elsewhere, and " << most << " here; give it one maximum",
             at);
    return symbol(2 + i);
  }
  text why;
  if (name.empty() || name == "n") why << "its name is '" << name << "'; give it one, other than that of the batch, n";
  else if (most < 1) why << "'" << name << "' is " << most << " at the most; must be 1 or more";
  else if (all.count == max_symbols - 2) why << "'" << name << "' is one too many; a program has " << max_symbols - 2 << " beside n at the most";
  if (!why.empty()) g.fail("dim", why, at);
  if (g.failed()) return batch_symbol;
  all.items[all.count++] = {g.store_text(name), most};
  return symbol(1 + all.count);
}

inline constexpr std::string_view foreign_dim = " has rows of a dim that is not this program's; make it by dim(name, most)";

// What is wrong with an input, behind its name.
constexpr text input_mistake(const ir::graph& g, std::string_view name, const shape& dims, dtype type, int classes) {
  text why;
  if (dims.rank > max_rank)
    why << " has " << dims.rank - (dims.rows_of != no_symbol) << " extents; at most " << max_rank - (dims.rows_of != no_symbol);
  for (int i = 0; i < dims.rank && why.empty(); ++i)
    if (dims[i] < 1) why << " is " << dims << "; extents must be 1 or more";
  if (classes < 0) why << " has " << classes << " classes; must be 1 or more, or 0 for any number";
  if (classes > 0 && !is_whole(type)) why << " has " << classes << " classes but is " << name_of(type) << "; classes are whole numbers";
  if (name.empty()) why << " has no name; give it one";
  if (dims.rows_of > 1 + g.symbols.count) why << foreign_dim;
  return why;
}

// Extents of the input of this name, without n: {"image", {256, 192, 3}}.
struct resized_input {
  text name;
  shape extents;
};
constexpr shape extents_without_rows(const shape& dims) {
  shape s;
  for (int i = dims.rows_of ? 1 : 0; i < dims.rank; ++i) s.push(dims[i]);
  return s;
}
constexpr shape resized_shape(const resized_input* list, int count, std::string_view name, const shape& asked) {
  for (int i = 0; i < count; ++i)
    if (list[i].name.view() == name) return asked.rows_of ? rows(list[i].extents, asked.rows_of) : list[i].extents;
  return asked;
}

}  // namespace igata::inline IGATA_ABI
