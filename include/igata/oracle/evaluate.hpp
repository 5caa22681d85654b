// The oracle: runs a graph node by node with the scalar references, in double. Slow, simple, the same at compile time and at run time.
#pragma once
#include "../ops/all.hpp"

namespace igata::inline IGATA_ABI::ir {

// Numbers for the leaves; results for every node, in its order. Assignments are not carried out: read them from the result.
struct environment {
  int n = 1;
  vec<vec<double>> inputs, variables, bound;
  int others[max_symbols - 2] = {1, 1, 1};  // symbols beside n

  constexpr symbol_sizes sizes() const {
    symbol_sizes s(n);
    for (int i = 0; i < max_symbols - 2; ++i) s.of[2 + i] = others[i];
    return s;
  }
};

// Some primitives. A template argument, hence plain numbers.
struct op_set {
  std::uint64_t words[static_cast<int>(op::count_) / 64 + 1];
  constexpr op_set() {
    for (std::uint64_t& w : words) w = 0;  // as in kernel_subset: it is a template's argument
  }
  constexpr void add(op code) { words[static_cast<int>(code) / 64] |= std::uint64_t{1} << static_cast<int>(code) % 64; }
  constexpr bool has(op code) const { return words[static_cast<int>(code) / 64] >> static_cast<int>(code) % 64 & 1; }
  static constexpr op_set all() {
    op_set s;
    for (int i = 0; i < static_cast<int>(op::count_); ++i) s.add(static_cast<op>(i));
    return s;
  }
};
constexpr op_set ops_of(const node* nodes, int count) {
  op_set used;
  for (int i = 0; i < count; ++i) used.add(nodes[i].code);
  return used;
}
// `needed`: of which nodes; null: of all.
[[gnu::cold]] constexpr vec<vec<double>> evaluate(const graph& g, const environment& env, const evaluation_rule* rules = evaluation_rules,
                                                 const vec<bool>* needed = nullptr) {
  vec<vec<double>> values;
  values.reserve(g.nodes.size());
  const symbol_sizes sizes = env.sizes();
  for (const node& v : g.nodes) {
    if (needed && !(*needed)[values.size()]) {
      values.push({});
      continue;
    }
    vec<double> out(v.code == op::input || v.code == op::variable || v.code == op::bound ? 0 : static_cast<int>(v.dims.count(sizes)));
    switch (v.code) {
      case op::input: out = env.inputs[leaf_index(g, v)]; break;
      case op::variable: out = env.variables[leaf_index(g, v)]; break;
      case op::bound: out = env.bound[leaf_index(g, v)]; break;
      case op::constant: out[0] = v.number; break;
      case op::batch_size: out[0] = sizes.of[leaf_index(g, v) + 1]; break;
      case op::iota: count_up(out, v.type); break;
      default: rules[static_cast<int>(v.code)](evaluation{g, v, sizes, values, out});
    }
    values.push(std::move(out));
  }
  return values;
}

}  // namespace igata::inline IGATA_ABI::ir
