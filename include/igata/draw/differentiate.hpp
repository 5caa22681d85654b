// Reverse-mode differentiation: adds to a graph the nodes that compute a scalar's gradient by given nodes.
// (Griewank and Walther, "Evaluating derivatives", chapter 3.)
//
//   vec<value> d = gradients(loss, {w, b});      a default-constructed value where the loss does not depend on one
//   value dy = gradients(y, {x})[0];             of the sum of y's elements: of each row by itself
#pragma once
#include "../ir/finalize.hpp"
#include "../ops/all.hpp"

namespace igata::inline IGATA_ABI {

constexpr vec<value> gradients(value loss, const vec<value>& by) {
  vec<value> result(by.size());
  if (!loss.valid()) return result;
  ir::graph& g = loss.owner();
  const int count = loss.id() + 1;
  vec<char> wanted(count);       // depends on what is differentiated by
  for (const value& x : by)
    if (x.valid() && x.id() < count) wanted.items[x.id()] = 1;
  // Operands left to right, as in finalize: ids tell the order of creation, which differs between compilers, and sums of gradients follow it.
  vec<int> order;
  order.reserve(count);
  vec<char> seen(count);
  const int root = loss.id();
  detail::visit(g, &root, 1, seen, [&](int id) { order.push(id); });
  for (const int id : order) {
    const ir::node& v = g.nodes.items[id];
    if (v.code == ir::op::stop_gradient || !has_fractions(v.type)) continue;
    for (int i = 0; i < v.arity && !wanted.items[id]; ++i) wanted.items[id] = wanted.items[g.operand(v, i)];
  }
  if (!wanted.items[loss.id()]) return result;
  vec<int> gradient(count, -1);
  gradient.items[loss.id()] = constant(g, 1, loss.type()).id();
  if (loss.rank() > 0) gradient.items[loss.id()] = broadcast_to({g, gradient.items[loss.id()]}, loss.dims()).id();
  const int scope = g.scope;
  for (int i = order.size(); i-- > 0;) {
    const int id = order.items[i];
    if (!wanted.items[id] || gradient.items[id] < 0 || g.failed()) continue;
    g.scope = g.nodes.items[id].scope;  // a gradient belongs to its layer
    ir::backward b{g, g.nodes.items[id], value(g, id), value(g, gradient.items[id]), wanted, gradient};
    ir::gradient_rules[static_cast<int>(b.v.code)](b);
  }
  g.scope = scope;
  for (int i = 0; i < by.size(); ++i)
    if (by[i].valid() && by[i].id() < count && gradient.items[by[i].id()] >= 0) result[i] = {g, gradient.items[by[i].id()]};
  return result;
}
// The nodes in braces.
template <int Count>
constexpr vec<value> gradients(value loss, const value (&by)[Count]) {
  vec<value> all;
  for (const value& x : by) all.push(x);
  return gradients(loss, all);
}

}  // namespace igata::inline IGATA_ABI
