// A graph as text, a line for each node; the same bytes from every compiler, at compile time and at run time.
//
//   %4 = conv2d(%0, %1) {kernel_h=5, kernel_w=5} : f32[n,24,24,6]  @conv2d
#pragma once
#include "all.hpp"

namespace igata::inline IGATA_ABI::detail {

// The i-th name of "axis = 0, reverse = 0".
constexpr std::string_view attribute_name(std::string_view names, int i) {
  for (; i > 0; --i) names.remove_prefix(names.find(',') + 1);
  names.remove_prefix(names.find_first_not_of(' '));
  return names.substr(0, names.find_first_of(" =,"));
}
// In braces, but for those that are as usual: {stride_h=2}; of several axes {begin=0 step=2, begin=3 step=1}, where one is not as usual.
constexpr void write_attributes(text& t, const graph& g, const node& v) {
  const attribute_list& known = attribute_lists[static_cast<int>(v.code)];
  const int* const values = g.attributes.items + v.attributes;
  const int shared = known.shared.empty() ? 0 : count_names(known.shared);
  bool any = false;
  for (int i = 0; i < v.attribute_count; ++i) any |= values[i] != known.usual[i % known.count];
  if (!any) return;
  t << " {";
  any = false;
  for (int i = 0; i < v.attribute_count; ++i) {
    const int k = i % known.count;
    if (!known.each_axis && values[i] == known.usual[k]) continue;
    if (any) t << (k > 0 && known.each_axis ? " " : ", ");
    t << (k < shared ? attribute_name(known.shared, k) : attribute_name(known.own, k - shared)) << '=' << values[i];
    any = true;
  }
  t << '}';
}

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::ir {

constexpr text print(const graph& g) {
  text t;
  if (g.failed()) return t << "error: " << g.failure << '\n';
  for (int id = 0; id < g.nodes.size(); ++id) {
    const node& v = g.nodes[id];
    t << '%' << id << " = " << name_of(v.code);
    if (v.code == op::input) t << " \"" << g.view(g.inputs[leaf_index(g, v)].name) << '"';
    else if (v.code == op::variable) t << " \"" << g.path_of(g.variables[leaf_index(g, v)]) << '"';
    else if (v.code == op::constant) write_number(t << ' ', v.number, v.type);
    else if (v.code == op::bound) t << ' ' << leaf_index(g, v);
    else {
      t << '(';
      for (int i = 0; i < v.arity; ++i) {
        if (i) t << ", ";
        t << '%' << g.operand(v, i);
      }
      t << ')';
      detail::write_attributes(t, g, v);
      if (std::bit_cast<std::uint64_t>(v.number)) write_number(t << " fill ", v.number, v.type);
    }
    t << " : " << name_of(v.type) << v.dims;
    if (const symbol of = v.dims.rows_of; v.code == op::input && of > 1)
      t << "  n" << static_cast<int>(of) << ": " << g.view(g.symbols[of].name) << ", " << g.symbols[of].most << " at the most";
    if (v.scope > 0 && v.code != op::variable) {
      t << "  @";
      g.write_path(t, v.scope);
    }
    t << '\n';
  }
  for (const output_entry& o : g.outputs) t << "output \"" << g.view(o.name) << "\" = %" << o.id << '\n';
  for (const assignment& a : g.assigns) t << "assign \"" << g.path_of(g.variables[a.variable]) << "\" = %" << a.id << '\n';
  return t;
}

}  // namespace igata::inline IGATA_ABI::ir
