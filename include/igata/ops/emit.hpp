// Adding a node: the shape rule runs, the first error is recorded, and in eager mode the node is computed at once.
//
// Each primitive specialises rule<op>:
//   attributes                         what it is told besides its operands, if anything (ir/attributes.hpp)
//   infer(graph&, node&, source)       sets type and dims from the operands, or calls fail
//   gradient(backward&)                adds to the operands' gradients       (a rule without it is not differentiable)
//   evaluate(const evaluation&)        the scalar reference, in double
#pragma once
#include <bit>               // bit_cast
#include <initializer_list>  // initializer_list

#include "../core/math.hpp"
#include "../core/whole.hpp"
#include "../ir/attributes.hpp"
#include "../ir/scope.hpp"

namespace igata::inline IGATA_ABI::ir {

// What a scalar reference sees: concrete extents (symbols put in), operands and result as flat arrays of double.
struct evaluation {
  const graph& g;
  const node& v;
  symbol_sizes sizes;
  const vec<vec<double>>& values;
  vec<double>& out;

  constexpr const vec<double>& in(int i) const { return values[g.operand(v, i)]; }
  constexpr shape concrete(shape s) const {
    if (s.rows_of) s[0] *= sizes[s.rows_of];
    s.rows_of = no_symbol;
    return s;
  }
  constexpr shape in_dims(int i) const { return concrete(g.operand_node(v, i).dims); }
  constexpr shape dims() const { return concrete(v.dims); }
};

// What a gradient rule sees. `y` is the node's result, `dy` its gradient.
struct backward {
  graph& g;
  node v;                       // a copy: adding nodes moves the original
  value y, dy;
  const vec<char>& wanted_nodes;
  vec<int>& gradients;          // by node id, -1 none yet

  constexpr value in(int i) const { return {g, g.edges.items[v.first + i]}; }
  constexpr bool wanted(int i) const { return wanted_nodes.items[g.edges.items[v.first + i]]; }
  constexpr void add(int i, value gradient);  // defined in binary.hpp, behind the sum of two values
};

constexpr value poison(graph& g) { return {g, -1}; }

constexpr value emit_node(graph& g, op code, infer_rule infer, const value* operands, int arity, attribute_span attributes, double number, source at,
                          dtype type, const shape& dims) {
  if (g.failed()) return poison(g);
  node v{code, type, dims, g.edges.count, arity, g.attributes.count, attributes.count, number, g.scope};
  int* const edges = arity ? g.edges.extend(arity) : nullptr;
  for (int i = 0; i < arity; edges[i] = operands[i].id_, ++i) {
    if (operands[i].id_ < 0 || operands[i].g_ != &g) {
      g.fail(name_of(code), operands[i].valid() ? "an operand belongs to another graph; build each model from its own inputs"
                                                : "an operand is empty (a default-constructed value); assign it before use", at);
      return poison(g);
    }
  }
  int* const kept = attributes.count ? g.attributes.extend(attributes.count) : nullptr;
  for (int i = 0; i < attributes.count; ++i) kept[i] = attributes.items[i];
  if (dims.rank > max_rank) {  // a rule that makes axes says itself where there are too many
    g.fail(name_of(code), text() << "the result has " << dims.rank << " axes; at most " << max_rank, at);
    return poison(g);
  }
  if (detail::op_families[static_cast<int>(code)] != family::leaf) {  // g++ with sanitizers: an address tested is no constant expression
    infer(g, v, at);
    if (g.failed()) return poison(g);
  }
  if (v.dims.elements() > 2147483647) {
    g.fail(name_of(code), text() << v.dims << (v.dims.rows_of ? ": a row" : ": it") << " has more than 2^31 elements; use smaller extents", at);
    return poison(g);
  }
  g.nodes.push(v);
  if (g.eager) g.eager->compute(g, v);
  return {g, g.nodes.count - 1};
}

// Why a type is refused by what computes with fractions.
constexpr text needs_fractions(dtype type) {
  return text() << "needs " << (is_half(type) ? "f32 or f64" : "a floating type") << ", got " << name_of(type) << "; cast(x, f32) first";
}
// For primitives whose shape is given, as of gradients: whether their operands can make it.
constexpr void needs_shape(graph& g, const node& v, bool fits, source at) {
  if (!fits) g.fail(name_of(v.code), text() << v.dims << " does not belong to its operands", at);
}

template <op Code>
constexpr value emit_list(graph& g, const value* operands, int arity, const attributes_for<Code>& attributes, double number, source at,
                          dtype type = f32, const shape& dims = {}) {
  return emit_node(g, Code, rule<Code>::infer, operands, arity, detail::run_of(attributes), number, at, type, dims);
}

template <op Code>
constexpr value emit(graph& g, std::initializer_list<value> operands, const attributes_for<Code>& attributes, double number, source at,
                     dtype type = f32, const shape& dims = {}) {
  return emit_node(g, Code, rule<Code>::infer, operands.begin(), static_cast<int>(operands.size()), detail::run_of(attributes), number, at, type,
                   dims);
}

// Leaves. They belong to no scope, and an equal constant is the same node where that is quickly seen.
// `number` as core/whole.hpp says.
constexpr value held_constant(graph& g, double number, dtype type, source at = source::here()) {
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(number);
  int& known = g.constants[(bits ^ bits >> 20 ^ bits >> 47) & 31];
  if (known >= 0 && g.nodes.items[known].type == type && std::bit_cast<std::uint64_t>(g.nodes.items[known].number) == bits && !g.failed())
    return {g, known};
  const value v = emit<op::constant>(g, {}, {}, number, at, type);
  if (!v.valid()) return v;
  g.nodes[v.id()].scope = 0;
  known = v.id();
  return v;
}
constexpr value constant(graph& g, double number, dtype type, source at = source::here()) {
  if (is_floating(type)) return held_constant(g, number, type, at);
  if (!is_number_of(number, type))
    return g.fail("constant",
                  text() << number << " is no " << name_of(type) << "; cast the other operand to f32"
                         << (is_whole(type) ? ", or give a whole number" : ""),
                  at),
           poison(g);
  return held_constant(g, held_in(number, type), type, at);
}
// The number of rows of this call, or of another symbol's, as f32.
constexpr value batch_size(graph& g, symbol of = batch_symbol) {
  int& known = g.rows_nodes[of - 1];
  if (known >= 0 && !g.failed()) return {g, known};
  const value v = emit<op::batch_size>(g, {}, {.index = of - 1}, 0, {}, f32);
  if (!v.valid()) return v;
  g.nodes[v.id()].scope = 0;
  known = v.id();
  return v;
}
// [count]: 0, 1, 2 …
constexpr value iota(graph& g, int count, dtype type = i32, source at = source::here()) {
  if (count < 1) return g.fail("iota", text() << count << " elements; must be 1 or more", at), poison(g);
  if (type == boolean || type != lane_of(type)) return g.fail("iota", text() << "numbers are f32 or i32, got " << name_of(type), at), poison(g);
  return emit<op::iota>(g, {}, {}, 0, at, type, shape{count});
}

// A leaf that reads variable `index`.
constexpr value read_variable(graph& g, int index) {
  if (g.failed() || index < 0) return poison(g);
  variable& from = g.variables.items[index];
  if (from.read >= 0) return {g, from.read};
  const value v = emit<op::variable>(g, {}, {.index = index}, 0, {}, from.type, from.dims);
  from.read = v.id();
  return v;
}

// Refuses what would need as a number what a symbol is: "of" its axis.
[[gnu::cold]] constexpr void refuse_symbol(graph& g, std::string_view what, std::string_view how, symbol s, source at) {
  if (s < 2) return g.fail(what, text() << how << " the batch axis; n is not a number (needs batch<N>)", at);
  g.fail(what, text() << how << " the axis of the dim '" << g.view(g.symbols[s].name) << "', which is known in a call only; give it a number", at);
}

// Its numbers.
constexpr void count_up(vec<double>& out, dtype type) {
  for (int i = 0; i < out.size(); ++i) out[i] = holds_bits(type) ? held_as(static_cast<std::uint64_t>(i), type) : i;
}

// Row-major strides of concrete extents.
struct strides {
  long long of_axis[max_rank]{};
  constexpr explicit strides(const shape& dims) {
    long long step = 1;
    for (int i = dims.rank; i-- > 0; step *= dims[i]) of_axis[i] = step;
  }
  constexpr long long operator[](int i) const { return of_axis[i]; }
};

// An axis given by the user, -rank … rank-1; records an error when it is outside.
constexpr int normalize_axis(graph& g, std::string_view what, int axis, int rank, source at) {
  if (axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  g.fail(what, text() << "axis " << axis << " is out of range for rank " << rank << "; use " << -rank << " to " << rank - 1, at);
  return 0;
}

}  // namespace igata::inline IGATA_ABI::ir
