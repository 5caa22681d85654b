// What all elementwise primitives share: NumPy's broadcasting, and the loop of the scalar reference.
#pragma once
#include "../core/broadcast.hpp"
#include "emit.hpp"

namespace igata::inline IGATA_ABI::ir {

// The common shape of two operands.
constexpr shape broadcast_shapes(graph& g, std::string_view what, const shape& a, const shape& b, source at) {
  if (b.rank == 0 || a == b) return a;
  if (a.rank == 0) return b;
  shape result = a;
  const broadcast_mistake mistake = broadcast_into(result, b);
  if (mistake == broadcast_mistake::none) return result;
  text why;
  why << a << " vs " << b << "; extents must be equal or 1";
  const bool clash = mistake == broadcast_mistake::symbols;
  if (clash && a.rows_of < 2 && b.rows_of < 2) why << " (n, the batch, meets n or 1 only)";
  else if (clash)
    why << " (n" << static_cast<int>(a.rows_of > b.rows_of ? a.rows_of : b.rows_of) << ", the dim '"
        << g.view(g.symbols[a.rows_of > b.rows_of ? a.rows_of : b.rows_of].name) << "', meets itself or 1 only)";
  g.fail(what, why, at);
  return {};
}

// For each element of the result, its place in an operand.
struct broadcast_index {
  shape out;
  long long step[max_rank]{};
  constexpr broadcast_index(const shape& out_dims, const shape& in_dims) : out(out_dims) {
    const strides own(in_dims);
    const int shift = out.rank - in_dims.rank;
    for (int i = 0; i < in_dims.rank; ++i) step[i + shift] = in_dims[i] == 1 ? 0 : own[i];
  }
  constexpr int operator()(int flat) const {
    long long at = 0;
    for (int i = out.rank; i-- > 0; flat /= out[i]) at += flat % out[i] * step[i];
    return static_cast<int>(at);
  }
};

// The reference of an elementwise primitive: `apply` of one element of each operand.
template <int Arity>
constexpr void evaluate_elementwise(const evaluation& e, double (*apply)(const double*)) {
  const shape out = e.dims();
  for (int i = 0; i < e.out.size(); ++i) {
    double x[Arity];
    for (int k = 0; k < Arity; ++k) {
      const shape dims = e.in_dims(k);
      x[k] = e.in(k)[dims == out ? i : dims.count() == 1 ? 0 : broadcast_index(out, dims)(i)];
    }
    e.out[i] = apply(x);
  }
}

// Brings a literal to the other operand's type.
constexpr value as_value(const operand& x, const operand& other) {
  if (!x.is_literal) return x.v;
  if (!other.v.valid()) return {};
  return constant(other.v.owner(), x.literal, other.v.type() == boolean || only_stores(other.v.type()) ? f32 : other.v.type(), x.at);
}

template <op Code>
constexpr value emit_binary(const operand& a, const operand& b) {
  const value x = a.is_literal ? as_value(a, b) : a.v, y = b.is_literal ? as_value(b, a) : b.v;
  const value& known = x.valid() ? x : y;
  return known.valid() ? emit<Code>(known.owner(), {x, y}, {}, 0, a.is_literal ? b.at : a.at) : known;
}

constexpr bool same_types(graph& g, op code, const node& v, source at) {
  const dtype a = g.nodes[g.edges[v.first]].type, b = g.nodes[g.edges[v.first + 1]].type;
  if (a == b) return true;
  g.fail(name_of(code),
         text() << name_of(a) << " vs " << name_of(b) << "; there is no implicit promotion: cast(x, "
                << name_of(is_floating(a)   ? a
                           : is_floating(b) ? b
                                            : i32)
                << ')',
         at);
  return false;
}

}  // namespace igata::inline IGATA_ABI::ir
