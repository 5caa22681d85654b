// matmul: [batch…, m, k] × [batch…, k, n]. A second operand of rank 2 serves all leading extents of the first.
//
//   value y = matmul(x, w);      value s = matmul(q, k, {.transpose_b = true});
//
// Of u8 and i8, in any mix, it is a primitive of its own whose sums are i32, exact, or wrapped where they are too large.
#pragma once
#include "reduce.hpp"

namespace igata::inline IGATA_ABI {

struct matmul_options {
  bool transpose_a = false, transpose_b = false;
};

}  // namespace igata::inline IGATA_ABI

namespace igata::inline IGATA_ABI::ir {

struct matmul_attributes {
  IGATA_ATTRIBUTES(transpose_a = 0, transpose_b = 0);
};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

// The rule that the extents break, or nothing. An extent of -1, known at run time only, fits any other.
constexpr std::string_view matmul_failure(const shape& p, const shape& q, bool transpose_a = false, bool transpose_b = false) {
  const auto fit = [](int a, int b) { return a == b || a == -1 || b == -1; };
  if (p.rank < 2 || q.rank < 2) return "both operands need rank 2 or more, reshape first";
  const int inner_a = p.rank - (transpose_a ? 2 : 1), inner_b = q.rank - (transpose_b ? 1 : 2), outer_b = q.rank - (transpose_b ? 2 : 1);
  if (!fit(p[inner_a], q[inner_b]) || (inner_a == 0 ? p.rows_of : no_symbol) != (inner_b == 0 ? q.rows_of : no_symbol))
    return "lhs columns must equal rhs rows";
  if (q.rows_of && outer_b == 0) return "the batch cannot be the result's columns (needs batch<N>)";
  bool fits = q.rank == p.rank || (q.rank == 2 && !transpose_a);
  for (int i = 0; i + 2 < p.rank && fits && q.rank == p.rank; ++i) fits = fit(p[i], q[i]);
  if (p.rank > 2 && q.rank == p.rank) fits &= p.rows_of == q.rows_of;
  return fits ? std::string_view() : "leading extents must be equal";
}
// Of a product whose extents break no rule.
constexpr shape matmul_dims(shape p, const shape& q, bool transpose_a = false, bool transpose_b = false) {
  if (p.rank < 2 || q.rank < 2) return p;
  if (transpose_a) p[p.rank - 2] = p[p.rank - 1];
  if (transpose_a && p.rank == 2) p.rows_of = no_symbol;
  p[p.rank - 1] = q[q.rank - (transpose_b ? 2 : 1)];
  return p;
}

}  // namespace igata::inline IGATA_ABI

namespace igata::inline IGATA_ABI::ir {

constexpr bool is_byte(dtype t) { return t == u8 || t == i8; }

// The batch axis may be m's, or the contracted one of both operands (then the result has none).
constexpr void infer_product(graph& g, node& v, matmul_attributes read, source at) {
  const bool ta = read.transpose_a, tb = read.transpose_b;
  const shape &p = g.operand_node(v, 0).dims, &q = g.operand_node(v, 1).dims;
  if (q.rows_of > 1 && q.rank == 2 && tb && p.rank >= 2 && p[p.rank - (ta ? 2 : 1)] == q[1])
    return g.fail("matmul",
                  text() << p << (ta ? "^T" : "") << " x " << q << "^T; the dim '" << g.view(g.symbols[q.rows_of].name)
                         << "' cannot be the result's columns; give it a number",
                  at);
  if (const std::string_view broken = matmul_failure(p, q, ta, tb); !broken.empty())
    return g.fail("matmul", text() << p << (ta ? "^T" : "") << " x " << q << (tb ? "^T" : "") << "; " << broken, at);
  v.dims = matmul_dims(p, q, ta, tb);
}

constexpr void evaluate_product(const evaluation& e, matmul_attributes read) {
  const bool ta = read.transpose_a, tb = read.transpose_b;
  const shape p = e.in_dims(0), q = e.in_dims(1), out = e.dims();
  const int m = out[out.rank - 2], n = out[out.rank - 1], k = p[ta ? p.rank - 2 : p.rank - 1];
  const long long batches = m && n ? out.count() / m / n : 0;
  const long long step_b = q.rank == 2 && p.rank > 2 ? 0 : 1LL * k * n;
  for (long long batch = 0; batch < batches; ++batch)
    for (int i = 0; i < m; ++i)
      for (int j = 0; j < n; ++j) {
        double sum = 0;
        for (int l = 0; l < k; ++l)
          sum += e.in(0)[static_cast<int>(batch * m * k + (ta ? l * m + i : i * k + l))] *
                 e.in(1)[static_cast<int>(batch * step_b + (tb ? j * k + l : l * n + j))];
        e.out[static_cast<int>((batch * m + i) * n + j)] = e.v.type == i32 ? held_as(whole_of(sum, i32), i32) : sum;
      }
}

template <>
struct rule<op::matmul> {
  using attributes = matmul_attributes;

  static constexpr void infer(graph& g, node& v, source at) {
    const dtype type = g.operand_node(v, 0).type;
    if (!same_types(g, op::matmul, v, at)) return;
    if (!is_floating(type)) return g.fail("matmul", needs_fractions(type), at);
    v.type = type;
    infer_product(g, v, attributes_of<op::matmul>(g, v), at);
  }
  static constexpr void evaluate(const evaluation& e) { evaluate_product(e, attributes_of<op::matmul>(e)); }
  static constexpr void gradient(backward& b);
};
template <>
struct rule<op::byte_matmul> {
  using attributes = matmul_attributes;

  static constexpr void infer(graph& g, node& v, source at) {
    v.type = i32;
    infer_product(g, v, attributes_of<op::byte_matmul>(g, v), at);
  }
  static constexpr void evaluate(const evaluation& e) { evaluate_product(e, attributes_of<op::byte_matmul>(e)); }
  static constexpr void gradient(backward&) {}  // nobody asks for one of whole numbers
};
// Of products of floats and of bytes.
constexpr matmul_attributes matmul_attributes_of(const graph& g, const node& v) {
  return v.code == op::byte_matmul ? attributes_of<op::byte_matmul>(g, v) : attributes_of<op::matmul>(g, v);
}

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

constexpr value matmul(value a, value b, matmul_options o = {}, source at = source::here()) {
  if (!a.valid()) return a;
  const ir::matmul_attributes read{.transpose_a = o.transpose_a, .transpose_b = o.transpose_b};
  if (b.valid() && ir::is_byte(a.type()) && ir::is_byte(b.type())) return ir::emit<ir::op::byte_matmul>(a.owner(), {a, b}, read, 0, at);
  return ir::emit<ir::op::matmul>(a.owner(), {a, b}, read, 0, at);
}

}  // namespace igata::inline IGATA_ABI

namespace igata::inline IGATA_ABI::ir {

constexpr void rule<op::matmul>::gradient(backward& d) {
  const matmul_attributes read = attributes_of<op::matmul>(d);
  const bool ta = read.transpose_a, tb = read.transpose_b;
  const value a = d.in(0), b = d.in(1), dy = d.dy;
  if (d.wanted(0)) d.add(0, ta ? matmul(b, dy, {.transpose_a = tb, .transpose_b = true}) : matmul(dy, b, {.transpose_b = !tb}));
  if (!d.wanted(1)) return;
  value x = a, g = dy;
  if (b.rank() == 2 && a.rank() > 2) {  // all leading extents are rows
    const auto flat = [](value v) {
      shape s;
      s.rows_of = v.dims().rows_of;
      s.push(1);
      for (int i = 0; i + 1 < v.rank(); ++i) s[0] *= v.dims()[i];
      s.push(v.extent(-1));
      return reshape_to(v, s);
    };
    x = flat(a);
    g = flat(dy);
  }
  d.add(1, tb ? matmul(g, x, {.transpose_a = true, .transpose_b = ta}) : matmul(x, g, {.transpose_a = !ta}));
}

}  // namespace igata::inline IGATA_ABI::ir
