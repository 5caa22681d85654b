// Computes an expression into memory: what is no function of elements first, each with the loop that feeds it, then one loop for the rest,
// which is the last matrix product's epilogue where there is one.
#pragma once
#include "inputs.hpp"

namespace igata::inline IGATA_ABI::detail {

// Whether an array has these extents, one element beside the other.
template <class X>
bool lies_plainly(const X& x, const shape& dims) {
  std::ptrdiff_t step = 1;
  bool plain = true;
  for (int i = X::rank; i-- > 0; step *= dims[i]) plain = plain && x.parts().extent[i] == dims[i] && (dims[i] == 1 || x.parts().stride[i] == step);
  return plain;
}
// The usual loop: arrays that lie as the result does, and numbers. Done at once; false where operands are anything else.
template <class E>
bool evaluate_plainly(const E& e, const shape& dims, const strided_memory& out, const loop_functions& f) {
  constexpr const loop_program& p = compiled_expression<E>::program;
  pointwise_args a;
  a.rows = a.cols = 1;
  a.index = a.index_row = 0;
  bool plain = dims.rank == E::rank;
  for (int i = dims.rank; i-- > 0; a.cols *= dims[i]) plain = plain && (dims[i] == 1 || out.stride[i] == a.cols);
  const auto address = [](const void* data) { return reinterpret_cast<std::uintptr_t>(data); };
  const std::uintptr_t bytes = static_cast<std::uintptr_t>(a.cols) * 4, to = address(out.data);
  for (int i = 0; i < p.program.inputs; ++i)
    if (p.constant[i]) {
      a.in[i] = &p.bits[i];
      a.in_col[i] = 0;
    }
  int next = 0;
  each_leaf<E::rank>(e, next, [&](const auto& x, int leaf) {
    using X = std::remove_cvref_t<decltype(x)>;
    const int at = p.position[leaf];
    if (at < 0) return;
    if constexpr (is_scalar<X>) {
      a.in[at] = &x.number;
      a.in_col[at] = 0;
      plain = plain && f.kind[at] == column_access::scalar;
    } else if constexpr (X::rank == E::rank) {
      a.in[at] = x.data();
      a.in_col[at] = 1;
      const std::uintptr_t from = address(x.data());
      plain = plain && f.kind[at] == column_access::contiguous && lies_plainly(x, dims) && (from == to || from + bytes <= to || to + bytes <= from);
    } else {
      plain = false;
    }
  });
  if (!plain || a.cols == 0) return false;
  a.out[0] = const_cast<void*>(out.data);
  [[maybe_unused]] const exact_scope exact;
  if (a.cols < drivers::streamed_floats / 8) f.contiguous(a);
  else drivers::run_rows(f.contiguous, a, p.program.inputs, 1, f.stream);
  return true;
}

// Any loop over `dims`, to which e is broadcast.
template <class E>
[[gnu::noinline]] void evaluate_any_loop(const E& e, const shape& dims, const strided_memory& out) {
  using code = compiled_expression<E>;
  loop l;
  set_extents(l, dims);
  l.out = out;
  if constexpr (!code::leaves.computed) {
    set_inputs(e, l, nullptr);
    run_loop(l, code::functions());
  } else {
    workspace::frame memory;
    set_inputs(e, l, &memory);
    const loop_functions f = code::functions();
    if constexpr (code::leaves.accumulator >= 0) {
      bool done = false;
      int next = 0;
      each_leaf<E::rank>(e, next, [&](const auto& x, int leaf) {
        if constexpr (is_product<std::remove_cvref_t<decltype(x)>>) {
          if (leaf != code::leaves.accumulator || is_empty(l.rank, l.extent)) return;
          if (x.dims() == dims) {
            workspace::frame operands;
            done = run_product_into(product_of(x, operands), out, kernel_per_isa<&kernel_set::gemm, step_kind::gemm>::of[chosen_isa()], &l, &f);
          }
          if (!done) set_leaf<E::rank>(x, l.in[0], l.rank, &memory);  // no frame above this memory's
        }
      });
      if (done) return;
    }
    run_loop(l, f);
  }
}

template <class E>
void evaluate_loop(const E& e, const shape& dims, const strided_memory& out) {
  using code = compiled_expression<E>;
  if constexpr (!code::leaves.computed)
    if (evaluate_plainly(e, dims, out, code::functions())) return;
  evaluate_any_loop(e, dims, out);
}

template <reduction Kind, int Mask, bool Keep, class Extents, class E, bool Kept = false>
void reduce_into(const reduce_node<Kind, Mask, Keep, Extents, E>& e, void* out, float* kept, std::bool_constant<Kept> = {}) {
  using code = compiled_expression<E>;
  workspace::frame memory;
  loop l;
  set_extents(l, e.in.dims());
  if constexpr (code::leaves.accumulator >= 0) {  // the product is no part of this loop
    std::ptrdiff_t stride[max_rank];
    using view = view_t<const float, typename E::extents_type>;
    view_parts<const float, typename E::extents_type> values;
    values.data = static_cast<const float*>(materialize(e.in, memory, stride));
    values.extent = e.in.extent;
    make_contiguous(values.extent, values.stride);
    reduce_into(reduce_node<Kind, Mask, Keep, Extents, view>{view(values), e.extent}, out, kept, std::bool_constant<Kept>{});
  } else {
    set_inputs(e.in, l, &memory);
    run_reduce(l, Mask, Kind, code::is_identity, code::template functions<Kept>(),
               kernel_per_isa<&kernel_set::reduce, step_kind::reduce>::of[chosen_isa()], out, kept);
  }
}

template <class E> inline constexpr bool is_reduction = false;
template <reduction K, int M, bool Keep, class Extents, class E> inline constexpr bool is_reduction<reduce_node<K, M, Keep, Extents, E>> = true;

// Whether memory of these extents is contiguous.
template <class Extents>
bool is_row_major(const Extents& extent, const std::ptrdiff_t* stride) {
  std::ptrdiff_t step = 1;
  bool all = true;
  for (int i = Extents::rank; i-- > 0; step *= extent[i]) all = all && (extent[i] == 1 || stride[i] == step);
  return all;
}

struct exp_difference_of {
  static constexpr std::string_view name = "softmax";
  static constexpr value apply(value x, value y) { return igata::exp(operand(x, source{}) - operand(y, source{}), source{}); }
};
struct log_difference_of {
  static constexpr std::string_view name = "log_softmax";
  static constexpr value apply(value x, value y) { return operand(x, source{}) - operand(igata::log(y, source{}), source{}); }
};
// `values`: contiguous memory for all results; e.in is evaluated into it first unless it is memory itself.
template <int Axis, bool Log, class E>
void softmax_into(const softmax_node<Axis, Log, E>& e, float* values) {
  using extents_type = typename E::extents_type;
  using view = view_t<const float, extents_type>;
  workspace::frame memory;
  const auto view_of_memory = [](const float* data, const auto& extent) {
    using X = std::remove_cvref_t<decltype(extent)>;
    view_parts<const float, X> p;
    p.data = data;
    p.extent = extent;
    make_contiguous(extent, p.stride);
    return view_t<const float, X>(std::move(p));
  };
  strided_memory out;
  out.data = values;
  make_contiguous(e.extent, out.stride);
  const view results = view_of_memory(values, e.extent);
  const auto finish = [&](const view& x) {
    const auto largest = make_reduce<reduction::max, true, Axis>(x);
    float* const m = memory.allocate(largest.extent.count());
    reduce_into(largest, m, nullptr);
    const auto peak = view_of_memory(m, largest.extent);
    float* const s = memory.allocate(largest.extent.count());
    const auto total = view_of_memory(s, largest.extent);
    if constexpr (Log) {
      evaluate(make_pointwise<sub_of>(x, peak), out);
      reduce_into(make_reduce<reduction::sum, true, Axis>(make_pointwise<exp_of>(results)), s, nullptr);
      evaluate(make_pointwise<log_difference_of>(results, total), out);
    } else {
      reduce_into(make_reduce<reduction::sum, true, Axis>(make_pointwise<exp_difference_of>(x, peak)), s, values, std::true_type{});
      evaluate(make_pointwise<div_of>(results, total), out);
    }
  };
  if constexpr (Array<E>) {
    finish(e.in);
  } else {
    evaluate(e.in, out);
    finish(results);
  }
}

// Whether what e reads lies in this memory.
template <class E>
bool reads_memory(const E& e, address_range written);
struct overlap_search {
  address_range written;
  bool found = false;
  template <class E>
  void operator()(const E& e) {
    found = found || reads_memory(e, written);
  }
};
template <class E>
bool reads_memory(const E& e, address_range written) {
  overlap_search search{written};
  if constexpr (is_scalar<E>) {
    return false;
  } else if constexpr (Array<E>) {
    std::ptrdiff_t extent[max_rank]{};
    for (int i = 0; i < E::rank; ++i) extent[i] = e.extent(i);
    strided_memory m;
    m.data = e.data();
    for (int i = 0; i < E::rank; ++i) m.stride[i] = e.stride(i);
    return !is_empty(E::rank, extent) && overlap(written, range_of(m, E::rank, extent));
  } else if constexpr (is_pointwise<E>) {
    e.in.each(search);
  } else if constexpr (is_product<E>) {
    search(e.a);
    search(e.b);
  } else {
    search(e.in);
  }
  return search.found;
}

// Into memory with e's extents.
template <class E>
void evaluate(const E& e, const strided_memory& out) {
  if constexpr (is_memory<E>) {
    evaluate_loop(e, e.dims(), out);
  } else if constexpr (is_pointwise<E>) {
    evaluate_loop(e, e.dims(), out);
  } else if constexpr (is_product<E>) {
    workspace::frame memory;
    run_product(product_of(e, memory), out, kernel_per_isa<&kernel_set::gemm, step_kind::gemm>::of[chosen_isa()]);
  } else {
    std::ptrdiff_t extent[max_rank]{};
    for (int i = 0; i < E::rank; ++i) extent[i] = e.extent[i];
    if (!is_reduction<E> && is_empty(E::rank, extent)) return;
    const auto compute = [&](void* to) {
      if constexpr (is_reduction<E>) reduce_into(e, to, nullptr);
      else softmax_into(e, static_cast<float*>(to));
    };
    if (is_row_major(e.extent, out.stride) && !reads_memory(e, range_of(out, E::rank, extent))) return compute(const_cast<void*>(out.data));
    workspace::frame memory;
    strided_memory aside;
    aside.data = memory.allocate(e.extent.count());
    make_contiguous(e.extent, aside.stride);
    compute(const_cast<void*>(aside.data));
    copy_memory(aside, out, E::rank, extent);
  }
}

template <class E>
typename E::element single_value(const E& e) {
  stored_t<typename E::element> x;
  strided_memory out;
  out.data = &x;
  evaluate(e, out);
  return x;
}

}  // namespace igata::inline IGATA_ABI::detail
