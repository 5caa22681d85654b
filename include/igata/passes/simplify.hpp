// Simplify: one walk over the graph that rebuilds it, node by node, through a table of what is there already.
//
// Folds constants, removes what does nothing (x + 0, x * 1, reshape of reshape, transpose of transpose …), shares equal nodes, and in
// inference moves scales behind a convolution or matmul into its weights (so batch norm disappears). finalize() then drops what nothing uses.
// Only rewrites that keep every bit of the result are made, except where a scale moves into weights, two fixed addends become one, a
// pooled gradient is summed, or a pooled zero has the other sign.
#pragma once
#include "../ir/finalize.hpp"
#include "../ops/all.hpp"
#include "../target/args/pool2d.hpp"
#include "rewriter.hpp"

namespace igata::inline IGATA_ABI::detail {

class simplifier : public rewriter {
 public:
  using rewriter::rewriter;

  // So many nodes more.
  constexpr void walk(int most) {
    int* const renamed = renamed_.items;
    const node* const nodes = from_.nodes.data();
    const int *const edges = from_.edges.data(), *const attributes = from_.attributes.data();
    draft d;
    int room = 0;  // of the draft's lists
    const int count = from_.nodes.count, end = most < count - next_ ? next_ + most : count;
    for (int id = next_; id < end; ++id) {
      const node& v = nodes[id];
      if (v.arity > room || v.attribute_count > room) {
        room = v.arity + v.attribute_count + 16;
        d.operands.reserve(room);
        d.attributes.reserve(room);
      }
      d.v = v;
      d.operands.count = v.arity, d.attributes.count = v.attribute_count;
      for (int i = 0; i < v.arity; ++i) d.operands.items[i] = renamed[edges[v.first + i]];
      if (v.attribute_count)
        for (int i = 0; i < v.attribute_count; ++i) d.attributes.items[i] = attributes[v.attributes + i];
      renamed[id] = simplified(d);
      facts_.items[renamed[id]].users += uses_.items[id];
    }
    next_ = end;
  }

 private:
  // A node with these operands and the attributes of `like`.
  constexpr int add_like(const node& like, op code, int a, int b, const shape& dims) {
    draft d;
    d.v = like;
    d.v.code = code;
    d.v.dims = dims;
    d.operands.push(a);
    if (b >= 0) d.operands.push(b);
    if (like.code == code)
      for (int i = 0; i < like.attribute_count; ++i) d.attributes.push(to_.attributes.items[like.attributes + i]);
    return simplified(d);
  }

  constexpr int simplified(draft& d) {
    const node& v = d.v;
    const int a = d.operands.count < 1 ? -1 : d.operands.items[0], b = d.operands.count < 2 ? -1 : d.operands.items[1];
    if (a >= 0 && to_.nodes.items[a].code == op::constant && family_of(v.code) == family::elementwise && v.code != op::random_uniform &&
        v.type != boolean) {
      bool numbers = true;
      for (const int i : d.operands) numbers &= at(i).code == op::constant;
      if (numbers) return folded(d);
    }
    const auto whole = [&](int id) { return at(id).dims == v.dims; };
    switch (v.code) {
      case op::add:
        if (is_number(b, 0)) return a;
        if (is_number(a, 0)) return b;
        if (at(a).code == op::add && facts_.items[a].users <= 1 && facts_.items[b].fixed && facts_.items[operand_of(a, 1)].fixed &&
            !facts_.items[a].fixed && fits(at(a).dims, operand_of(a, 1), b)) {
          const int inner = operand_of(a, 0), other = operand_of(a, 1);  // (x + b1) + b2
          return add_like(v, op::add, inner, add_like(v, op::add, other, b, wider(other, b)), v.dims);
        }
        break;
      case op::sub:
        if (is_number(b, 0)) return a;
        break;
      case op::mul:
        if (is_number(b, 1)) return a;
        if (is_number(a, 1)) return b;
        if (facts_.items[a].fixed != facts_.items[b].fixed) {
          const int moved = facts_.items[b].fixed ? scaled(a, b, v) : scaled(b, a, v);
          if (moved >= 0) return moved;
        }
        break;
      case op::div:
        if (is_number(b, 1)) return a;
        break;
      case op::neg:
        if (at(a).code == op::neg) return operand_of(a, 0);
        break;
      case op::reshape:
        if (at(a).code == op::reshape) d.operands.items[0] = operand_of(a, 0);
        if (at(d.operands.items[0]).dims == v.dims) return d.operands.items[0];
        break;
      case op::broadcast_to:
        if (whole(a)) return a;
        if (at(a).code == op::broadcast_to) d.operands.items[0] = operand_of(a, 0);
        break;
      case op::transpose: {
        per_axis<transpose_axis> order = attributes_of<op::transpose>(d);
        if (at(a).code == op::transpose) {
          const per_axis<transpose_axis> inner = attributes_of<op::transpose>(to_, at(a));
          for (int i = 0; i < order.rank; ++i) order[i] = inner[order[i].from];
          set_attributes(d, order);
          d.operands.items[0] = operand_of(a, 0);
        }
        bool same = true;
        for (int i = 0; i < order.rank; ++i) same &= order[i].from == i;
        if (same) return d.operands.items[0];
        break;
      }
      case op::reverse:
        if (at(a).code == op::reverse && attributes_of<op::reverse>(to_, at(a)).axis_mask == attributes_of<op::reverse>(d).axis_mask)
          return operand_of(a, 0);
        break;
      case op::slice:
        if (whole(a)) return a;
        break;
      case op::byte_matmul:
      case op::matmul:
        for (int i = 0; i < 2; ++i) {  // a transposed operand is read transposed
          const int x = d.operands.items[i];
          if (at(x).code != op::transpose || at(x).dims.rank != 2) continue;
          d.operands.items[i] = operand_of(x, 0);
          matmul_attributes product = attributes_of<op::matmul>(d);
          int& transposed = i ? product.transpose_b : product.transpose_a;
          transposed = !transposed;
          set_attributes(d, product);
        }
        break;
      case op::max_pool2d:
        if (!to_.training && at(a).code == op::maximum && facts_.items[a].users <= 1 && at(operand_of(a, 0)).code == op::constant &&
            at(operand_of(a, 1)).dims == at(a).dims && limit_costs(at(a).dims[2], at(a).dims[3])) {
          const int number = operand_of(a, 0);  // of fewer elements
          d.operands.items[0] = operand_of(a, 1);
          return add_like(v, op::maximum, number, add(d), v.dims);
        }
        break;
      case op::reduce_sum:
        if (at(a).code == op::max_pool2d_grad && (attributes_of<op::reduce_sum>(d).axis_mask & 6) == 6)
          d.operands.items[0] = operand_of(a, 1);  // each window's went to one element
        break;
      case op::cast:
        if (at(a).code == op::cast) {
          const dtype from = at(operand_of(a, 0)).type, through = at(a).type;
          if (from == v.type && comes_back(from, through)) return operand_of(a, 0);
          if (is_whole(from) && is_whole(through) && is_whole(v.type) && size_of(through) >= size_of(v.type)) {  // the lower bits
            d.operands.items[0] = operand_of(a, 0);
            return simplified(d);
          }
        }
        break;
      case op::stop_gradient: return a;
      default: break;
    }
    return add(d);
  }

  constexpr int folded(const draft& d) {
    vec<vec<double>> values;
    graph scratch;
    node v = d.v;
    v.first = 0;
    for (int i = 0; i < d.operands.size(); ++i) {
      scratch.edges.push(i);
      scratch.nodes.push(at(d.operands.items[i]));
      values.push(vec<double>(1, at(d.operands.items[i]).number));
    }
    for (const int i : d.attributes) scratch.attributes.push(i);
    v.attributes = 0;
    vec<double> out(1);
    evaluation_rules[static_cast<int>(v.code)](evaluation{scratch, v, 1, values, out});
    double number = out[0];
    if (v.type == f32) number = static_cast<double>(static_cast<float>(number));
    return add_constant(number, d.v);
  }

  constexpr shape wider(int a, int b) const { return at(a).dims.rank >= at(b).dims.rank ? at(a).dims : at(b).dims; }
  // Both vary along the last axis at the most, and one of them has the extent of it: their sum needs no more than that.
  constexpr bool fits(const shape& dims, int a, int b) const { return channel_like(a, dims) && channel_like(b, dims); }
  constexpr bool channel_like(int id, const shape& dims) const {
    const shape& s = at(id).dims;
    if (s.rows_of || s.rank == 0 || s.rank > dims.rank) return s.rank == 0;
    for (int i = 0; i + 1 < s.rank; ++i)
      if (s[i] != 1) return false;
    return s[s.rank - 1] == dims[dims.rank - 1];
  }

  // x * s with a fixed s that varies along the channels only, x a contraction (or a contraction plus a fixed value): s moves into the weights.
  constexpr int scaled(int x, int s, const node& v) {
    if (facts_.items[x].users > 1 || !(at(x).dims == v.dims) || !channel_like(s, v.dims)) return -1;
    const node n = at(x);
    if (n.code == op::add && facts_.items[to_.operand(n, 1)].fixed && channel_like(to_.operand(n, 1), v.dims)) {
      const int inner = to_.operand(n, 0), bias = to_.operand(n, 1);
      const int moved = scaled(inner, s, v);
      if (moved < 0) return -1;
      return add_like(v, op::add, moved, add_like(v, op::mul, bias, s, wider(bias, s)), v.dims);
    }
    const bool product = n.code == op::matmul && at(to_.operand(n, 1)).dims.rank == 2 && !attributes_of<op::matmul>(to_, n).transpose_b;
    if (n.code != op::conv2d && !product) return -1;
    const int weights = to_.operand(n, 1);
    if (!facts_.items[weights].fixed) return -1;
    int flat = s;
    if (at(s).dims.rank > at(weights).dims.rank) flat = add_like(v, op::reshape, s, -1, shape{v.dims[v.dims.rank - 1]});
    const int fresh = add_like(v, op::mul, weights, flat, at(weights).dims);
    return add_like(n, n.code, to_.operand(n, 0), fresh, n.dims);
  }
};

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::ir {

// Still with what nothing uses any more.
constexpr graph rewrite(const graph& g) {
  if (g.failed()) return g;
  detail::simplifier pass(g);
  pass.walk(g.nodes.size());
  return pass.finish();
}
constexpr graph simplify(const graph& g) {
  graph rewritten = rewrite(g);
  return finalize(rewritten);
}

}  // namespace igata::inline IGATA_ABI::ir
