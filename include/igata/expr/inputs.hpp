// What a loop reads: an expression's leaves as operands with strides, those that are not memory computed into the workspace first.
#pragma once
#include "loop_program.hpp"
#include "nodes.hpp"
#include "run_kernels.hpp"

namespace igata::inline IGATA_ABI::detail {

template <class E> inline constexpr bool is_product = false;
template <class A, class B> inline constexpr bool is_product<matmul_node<A, B>> = true;
template <class E> inline constexpr bool is_scalar = false;
template <class T> inline constexpr bool is_scalar<scalar<T>> = true;
template <class E> inline constexpr bool is_memory = Array<E> || is_scalar<E>;

// Calls f(leaf, its number) for what a loop of `LoopRank` axes reads, in the order of the signature.
template <int LoopRank, class E, class F>
void each_leaf(const E& e, int& next, F&& f) {
  if constexpr (joins_loop<E, LoopRank>) e.in.each([&](const auto& x) { each_leaf<LoopRank>(x, next, f); });
  else f(e, next++);
}
// The last matrix product among the leaves that is as large as the loop, as far as types tell; -1: none. And whether memory is needed.
struct leaf_facts {
  int leaves = 0, accumulator = -1;
  bool computed = false;  // a leaf is not memory
};
template <int LoopRank, class E>
constexpr void find_leaves(const E*, leaf_facts& facts);
template <int LoopRank, class F, class... E>
constexpr void find_leaves_in(const pointwise<F, E...>*, leaf_facts& facts) {
  (find_leaves<LoopRank>(static_cast<const E*>(nullptr), facts), ...);
}
template <int LoopRank, class E>
constexpr void find_leaves(const E* e, leaf_facts& facts) {
  if constexpr (joins_loop<E, LoopRank>) {
    find_leaves_in<LoopRank>(e, facts);
  } else {
    if constexpr (is_product<E>)
      if (E::rank == LoopRank) facts.accumulator = facts.leaves;
    ++facts.leaves;
    facts.computed |= !is_memory<E>;
  }
}
template <class E>
inline constexpr leaf_facts leaves_of = [] {
  leaf_facts f;
  find_leaves<E::rank>(static_cast<const E*>(nullptr), f);
  return f;
}();

inline void set_extents(loop& l, const shape& dims) {
  l.rank = dims.rank;
  for (int i = 0; i < dims.rank; ++i) l.extent[i] = dims[i];
}
// Memory as an operand of a loop, broadcast to it.
template <class Extents>
void set_operand(strided_memory& to, int rank, const void* data, const Extents& extent, const std::ptrdiff_t* stride) {
  to.data = data;
  const int lead = rank - Extents::rank;
  for (int i = 0; i < lead; ++i) to.stride[i] = 0;
  for (int i = 0; i < Extents::rank; ++i) to.stride[lead + i] = extent[i] == 1 ? 0 : stride[i];
}
// Into memory with e's extents; defined in evaluate.hpp.
template <class E>
void evaluate(const E& e, const strided_memory& out);

// An expression's value in contiguous memory of the workspace.
template <class E>
const void* materialize(const E& e, workspace::frame& memory, std::ptrdiff_t* stride) {
  strided_memory out;
  out.data = memory.allocate(e.extent.count());
  make_contiguous(e.extent, stride);
  for (int i = 0; i < E::rank; ++i) out.stride[i] = stride[i];
  evaluate(e, out);
  return out.data;
}
template <int Rank, class X>
void set_leaf(const X& x, strided_memory& to, int rank, workspace::frame* memory) {
  if constexpr (is_scalar<X>) {
    set_operand(to, rank, &x.number, x.extent, nullptr);
  } else if constexpr (Array<X>) {
    set_operand(to, rank, x.data(), x.parts().extent, x.parts().stride);
  } else {
    std::ptrdiff_t stride[max_rank];
    const void* data = materialize(x, *memory, stride);
    set_operand(to, rank, data, x.extent, stride);
  }
}

template <class E>
struct compiled_expression {
  static constexpr leaf_facts leaves = leaves_of<E>;
  using compiled = compiled_loop<signature_of<E>, leaves.accumulator>;
  static constexpr const loop_program& program = compiled::loop;
  static constexpr pointwise_program contiguous = program.program, any = strided(program);
  static constexpr bool is_identity = contiguous.length == 0;
  static constexpr const column_access* contiguous_kinds = contiguous.kind;
  // `Kept`: with a second output.
  template <bool Kept = false>
  static loop_functions functions() {
    const isa which = chosen_isa();
    const drivers::stream_kernel stream = kernel_per_isa<&kernel_set::stream>::of[which];
    if constexpr (Kept)
      return {loop_kernels<kept_and_reduced(contiguous)>::of[which], loop_kernels<kept_and_reduced(any)>::of[which], contiguous_kinds, program.single,
              stream};
    else return {loop_kernels<contiguous>::of[which], loop_kernels<any>::of[which], contiguous_kinds, program.single, stream};
  }
};

// The inputs of a loop over l's extents. The accumulator is left out.
template <class E>
void set_inputs(const E& e, loop& l, workspace::frame* memory) {
  using code = compiled_expression<E>;
  static_assert(sizeof(text_verdict<typename code::compiled>) > 0);
  constexpr const loop_program& p = code::program;
  l.inputs = p.program.inputs;
  for (int i = 0; i < p.program.inputs; ++i)
    if (p.constant[i]) {
      l.in[i].data = &p.bits[i];
      for (int k = 0; k < l.rank; ++k) l.in[i].stride[k] = 0;
    }
  int next = 0;
  each_leaf<E::rank>(e, next, [&](const auto& x, int leaf) {
    const int at = p.position[leaf];
    if (at < 0) return;
    if (leaf != code::leaves.accumulator) return set_leaf<E::rank>(x, l.in[at], l.rank, memory);
    l.in[at].data = nullptr;
    for (int k = 0; k < l.rank; ++k) l.in[at].stride[k] = 0;
  });
}

template <class X>
void set_matrix(const X& x, strided_memory& to, workspace::frame& memory, bool& readable_past) {
  if constexpr (Array<X>) {
    to.data = x.data();
    for (int i = 0; i < X::rank; ++i) to.stride[i] = x.stride(i);
    readable_past = static_cast<bool>(x.parts().owner);
  } else {
    to.data = materialize(x, memory, to.stride);
    readable_past = true;
  }
}
template <class A, class B>
product product_of(const matmul_node<A, B>& e, workspace::frame& memory) {
  constexpr int rank = matmul_node<A, B>::rank;
  product p;
  p.rank = rank;
  p.b_rank = B::rank;
  for (int i = 0; i + 2 < rank; ++i) p.batch[i] = e.extent[i];
  p.m = e.extent[rank - 2];
  p.n = e.extent[rank - 1];
  p.k = extents_in(e.b)[B::rank - 2];
  bool unused;
  set_matrix(e.a, p.a, memory, unused);
  set_matrix(e.b, p.b, memory, p.readable_past_b);
  return p;
}

}  // namespace igata::inline IGATA_ABI::detail
