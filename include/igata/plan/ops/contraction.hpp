// What products and convolutions have in common: a bias to begin with, and elementwise work on each finished block of results.
#pragma once
#include "../step_writer.hpp"

namespace igata::inline IGATA_ABI::detail {

// The first member adds a vector along the columns: the kernel starts from it. Returns that member, or -1.
constexpr int bias_member(const step_writer& w, int& bias) {
  const group& of = w.of();
  const graph& g = w.in.g;
  const fusion& f = w.in.f;
  if (of.members.empty() || f.stored(of.anchor) || f.uses[of.anchor] != 1) return -1;
  const node& v = g.nodes[of.members[0]];
  if (v.code != op::add || v.type != f32) return -1;
  const int p = g.operand(v, 0), q = g.operand(v, 1);
  if (p != of.anchor && q != of.anchor) return -1;
  bias = p == of.anchor ? q : p;
  if (bias == of.anchor || g.nodes[bias].code == op::constant) return -1;
  const view b = broadcast_view(f.seen_by(w.group_index(), bias), g.nodes[bias].dims, of.dims);
  const collapsed rows = collapse(b, of.dims, 0, of.split), columns = collapse(b, of.dims, of.split, of.dims.rank);
  return rows.ok && columns.ok && rows.stride == 0 && columns.stride == 1 ? of.members[0] : -1;
}

// Bias, and where the results go: to a place that `store` gets with its stride of rows, or to those of a loop.
template <class Fields, class Direct, class Store>
constexpr void set_results(step_writer& w, Fields& fields, int columns, Direct is_direct, Store store) {
  if (!w.writes()) return;
  int bias = -1;
  const int skip = bias_member(w, bias);
  if (skip >= 0) fields.bias = w.place_of(bias);
  lowered l = w.lower(w.of().anchor, skip);
  if (is_direct(l)) store(w.home_of(l.outputs[0]).at, w.row_stride(l.outputs[0], columns));
  else fields.post = w.block(l, 1, l.outputs.size(), columns);
}
constexpr bool computes_nothing(const lowered& l) { return l.program.length == 0 && l.outputs.size() == 1 && l.program.result[0] == 0; }

}  // namespace igata::inline IGATA_ABI::detail
