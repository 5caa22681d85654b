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

// x / 0 has all bits, and x % 0 is x; the lowest number by -1 is itself.
constexpr std::uint64_t whole_quotient(std::uint64_t a, std::uint64_t b, bool no_sign) {
  if (b == 0) return ~std::uint64_t{0};
  if (no_sign) return a / b;
  return b + 1 == 0 ? 0 - a : static_cast<std::uint64_t>(static_cast<std::int64_t>(a) / static_cast<std::int64_t>(b));
}
// What primitives that whole numbers have mean for them, in 64 bits, of which a type keeps the lower ones.
constexpr std::uint64_t apply_whole(op code, std::uint64_t a, std::uint64_t b, bool no_sign) {
  constexpr std::uint64_t top = std::uint64_t{1} << 63;
  const bool less = no_sign ? a < b : (a ^ top) < (b ^ top), negative = !no_sign && a & top;
  switch (code) {
    case op::neg: return 0 - a;
    case op::abs: return negative ? 0 - a : a;
    case op::sign: return negative ? ~std::uint64_t{0} : a != 0;
    case op::add: return a + b;
    case op::sub: return a - b;
    case op::mul: return a * b;
    case op::maximum: return less ? b : a;
    case op::minimum: return less ? a : b;
    case op::equal: return a == b;
    case op::not_equal: return a != b;
    case op::less: return less;
    case op::less_equal: return less || a == b;
    case op::div: return whole_quotient(a, b, no_sign);
    case op::rem: return a - whole_quotient(a, b, no_sign) * b;
    case op::bitwise_and: return a & b;
    case op::bitwise_or: return a | b;
    case op::bitwise_xor: return a ^ b;
    case op::bitwise_left_shift: return b < 64 ? a << b : 0;
    case op::bitwise_right_shift: {  // what is shifted in is the sign
      const std::uint64_t sign = negative ? ~std::uint64_t{0} : 0;
      return b < 64 ? (a ^ sign) >> b ^ sign : sign;
    }
    default: return 0;
  }
}

// What only whole numbers have; the first three masks too.
constexpr bool is_bitwise(op code) { return code == op::bitwise_and || code == op::bitwise_or || code == op::bitwise_xor; }
constexpr bool is_of_whole(op code) {
  return is_bitwise(code) || code == op::rem || code == op::bitwise_left_shift || code == op::bitwise_right_shift;
}

// Which types a primitive computes in.
constexpr bool takes(op code, dtype type) {
  if (type == boolean) return is_bitwise(code);
  if (type != lane_of(type)) return false;
  if (is_floating(type)) return !is_of_whole(code);
  if (is_of_whole(code)) return true;
  switch (code) {
    case op::neg:
    case op::abs:
    case op::sign:
    case op::add:
    case op::sub:
    case op::mul:
    case op::div:
    case op::maximum:
    case op::minimum:
    case op::equal:
    case op::not_equal:
    case op::less:
    case op::less_equal: return true;
    default: return false;
  }
}

// The reference of an elementwise primitive: `apply` of one element of each operand.
template <int Arity>
constexpr void evaluate_elementwise(const evaluation& e, double (*apply)(const double*)) {
  const shape out = e.dims();
  const dtype type = e.g.operand_node(e.v, 0).type;
  const bool whole = Arity < 3 && is_whole(type);
  for (int i = 0; i < e.out.size(); ++i) {
    double x[Arity];
    for (int k = 0; k < Arity; ++k) {
      const shape dims = e.in_dims(k);
      x[k] = e.in(k)[dims == out ? i : dims.count() == 1 ? 0 : broadcast_index(out, dims)(i)];
    }
    if (!whole) e.out[i] = apply(x);
    else if (const std::uint64_t y = apply_whole(e.v.code, whole_of(x[0], type), whole_of(x[Arity - 1], type), is_unsigned(type));
             e.v.type == boolean)
      e.out[i] = static_cast<double>(y);
    else e.out[i] = held_as(y, e.v.type);
  }
}
// Brings a literal to the other operand's type.
constexpr value as_value(const operand& x, const operand& other) {
  if (!x.is_literal) return x.v;
  if (!other.v.valid()) return {};
  const dtype type = other.v.type() == boolean ? f32 : other.v.type();
  return x.is_exact && holds_bits(type) && x.fits(type) ? held_constant(other.v.owner(), held_as(x.whole, type), type, x.at)
                                                        : constant(other.v.owner(), x.literal, type, x.at);
}
constexpr bool same_types(graph& g, op code, const node& v, source at) {
  const dtype a = g.nodes[g.edges[v.first]].type, b = g.nodes[g.edges[v.first + 1]].type;
  if (a == b) return true;
  g.fail(name_of(code),
         text() << name_of(a) << " vs " << name_of(b) << "; there is no implicit promotion: cast(x, "
                << name_of(is_floating(a)   ? a
                           : is_floating(b) ? b
                           : is_half(a) || is_half(b) ? f32
                           : is_wide(a)     ? a
                           : is_wide(b)     ? b
                                            : i32)
                << ')',
         at);
  return false;
}

}  // namespace igata::inline IGATA_ABI::ir
