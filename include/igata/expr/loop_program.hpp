// The elementwise part of an expression as a pointwise program, made at compile time by the passes that models go through.
//
// An expression's signature is its type without shapes: functions, and leaves with their element type, which are inputs of the program in the
// order in which they stand. Expressions with equal programs share their kernels.
#pragma once
#include "../kernels/dispatch.hpp"
#include "../plan/pointwise_lowering.hpp"
#include "../passes/simplify.hpp"
#include "expression.hpp"

namespace igata::inline IGATA_ABI::detail {

// How a leaf varies, as far as its type tells: along every axis, not along the last one, not at all.
enum class leaf_kind : std::uint8_t { whole, column, single };

template <dtype Type, leaf_kind Kind>
struct leaf_signature {
  static constexpr value draw(graph& g, int& leaves, vec<leaf_kind>& kinds) {
    const value x = emit<op::input>(g, {}, {.index = leaves++}, 0, {}, Type, Kind == leaf_kind::single ? shape{} : rows({}));
    g.inputs.push({{}, x.id(), 0, Type, x.dims()});
    kinds.push(Kind);
    return x;
  }
};
template <class F, class... S>
struct function_signature {
  static constexpr value draw(graph& g, int& leaves, vec<leaf_kind>& kinds) {
    const value in[] = {S::draw(g, leaves, kinds)...};  // braces: in this order
    return apply(in, std::make_index_sequence<sizeof...(S)>{});
  }

 private:
  template <std::size_t... I>
  static constexpr value apply(const value* in, std::index_sequence<I...>) { return F::apply(in[I]...); }
};

// What is not a function of elements is computed before the loop, and so is what has one element while the loop has more.
template <class E> inline constexpr bool is_pointwise = false;
template <class F, class... E> inline constexpr bool is_pointwise<pointwise<F, E...>> = true;
template <class E, int LoopRank> inline constexpr bool joins_loop = is_pointwise<E> && (E::rank > 0 || LoopRank == 0);

template <class E, int LoopRank, bool Joins = joins_loop<E, LoopRank>>
struct signature {
  static constexpr leaf_kind kind = E::rank == 0                                             ? leaf_kind::single
                                    : E::extents_type::given[E::rank ? E::rank - 1 : 0] == 1 ? leaf_kind::column
                                                                                             : leaf_kind::whole;
  using type = leaf_signature<dtype_of<typename E::element>, kind>;
};
template <class F, class... E, int LoopRank>
struct signature<pointwise<F, E...>, LoopRank, true> {
  using type = function_signature<F, typename signature<E, LoopRank>::type...>;
};
template <class E>
using signature_of = typename signature<E, E::rank>::type;

inline constexpr int max_leaves = 40;

struct loop_program {
  pointwise_program program{};                // kinds: contiguous, or scalar where the last axis does not count
  int leaves = 0;
  int position[max_leaves]{};                 // of each leaf among the program's inputs; -1: not needed
  std::uint32_t bits[max_pointwise_inputs]{}; // of inputs that are constants
  bool constant[max_pointwise_inputs]{};
  bool single[max_pointwise_inputs]{};        // and of leaves with one element
};

// Fills `to`; returns why there is no program. `accumulator_leaf`: the leaf that must be input 0, or -1.
template <class Signature>
constexpr text compile_loop(int accumulator_leaf, loop_program* to) {
  graph drawn;
  drawn.site_depth = 1;
  int leaves = 0;
  vec<leaf_kind> kinds;
  const value y = Signature::draw(drawn, leaves, kinds);
  text failure;
  if (drawn.failed()) return failure;  // reported where the function is called
  drawn.outputs.push({{}, y.id()});
  if (leaves > max_leaves)
    return failure << "expression: " << leaves << " operands, at most " << max_leaves << "; assign a part of it to a tensor first", failure;
  const graph g = simplify(finalize(drawn));
  const int result = g.outputs[0].id;
  fusion f;
  node_group all;
  int accumulator = -1, inputs = 0, instructions = 0;
  f.group_of.resize(g.nodes.size(), -1);
  f.copied_by.resize(g.nodes.size(), -1);
  f.uses.resize(g.nodes.size(), 0);
  for (const int id : g.edges) ++f.uses[id];
  f.inside = f.uses;
  ++f.uses[result];
  for (int id = 0; id < g.nodes.size(); ++id) {
    const node& v = g.nodes[id];
    if (v.code == op::input && leaf_index(g, v) == accumulator_leaf) accumulator = id;
    if (family_of(v.code) != family::elementwise) {
      ++inputs;
      continue;
    }
    f.group_of[id] = 0;
    all.members.push(id);
    instructions += v.type == f32 ? 1 : 2;
  }
  if (inputs > max_pointwise_inputs || instructions > max_pointwise_length)
    return failure << "expression: " << inputs << " inputs and " << instructions << " instructions, at most " << max_pointwise_inputs << " and "
                   << max_pointwise_length << "; assign a part of it to a tensor first",
           failure;
  if (all.members.empty()) {  // a leaf by itself
    all.kind = group_kind::copy;
    all.anchor = result;
  }
  f.groups.push(static_cast<node_group&&>(all));
  pointwise_lowering pass(g, f);
  const lowered l = pass.run(0, accumulator, -1);
  if (pass.failed() >= 0)
    return failure << "expression: " << name_of(g.nodes[pass.failed()].code) << " of " << name_of(g.nodes[pass.failed()].type) << " has no kernel",
           failure;
  if (!to) return failure;
  to->program = l.program;
  to->program.stores = 0;  // arrays hold lanes, of bool too
  to->leaves = leaves;
  for (int& p : to->position) p = -1;
  for (int i = 0; i < l.inputs.size(); ++i) {
    const int id = l.inputs[i].id;
    leaf_kind kind = leaf_kind::single;
    if (id >= 0) {
      const int leaf = leaf_index(g, g.nodes[id]);
      to->position[leaf] = i;
      kind = leaf == accumulator_leaf ? leaf_kind::whole : kinds[leaf];
    } else {
      to->bits[i] = static_cast<std::uint32_t>(l.inputs[i].bits);
      to->constant[i] = true;
    }
    to->single[i] = kind == leaf_kind::single;
    to->program.kind[i] = kind == leaf_kind::whole ? column_access::contiguous : column_access::scalar;
  }
  return failure;
}

template <class Signature, int Accumulator>
struct compiled_loop {
  static constexpr text make() { return compile_loop<Signature>(Accumulator, nullptr); }
  static constexpr loop_program loop = [] {
    loop_program p;
    compile_loop<Signature>(Accumulator, &p);
    return p;
  }();
};

// With operands that lie anyhow along the last axis.
constexpr pointwise_program strided(const loop_program& p) {
  pointwise_program q = p.program;
  for (int i = 0; i < q.inputs; ++i)
    if (!p.single[i]) q.kind[i] = column_access::strided;
  return q;
}
// Computes and also keeps what is reduced: two outputs, the same register.
constexpr pointwise_program kept_and_reduced(const pointwise_program& p) {
  pointwise_program q = p;
  q.outputs = 2;
  q.result[1] = q.result[0];
  return q;
}

template <pointwise_program P>
struct loop_kernels {
  static constexpr auto of = for_each_isa([](auto which) { return pointwise_of<P>(which); });
};
template <auto Member, step_kind... Kind>
struct kernel_per_isa {
  static constexpr auto of = for_each_isa([](auto which) { return kernels_of<kernel_subset::of(Kind...)>(which).*Member; });
};

}  // namespace igata::inline IGATA_ABI::detail
