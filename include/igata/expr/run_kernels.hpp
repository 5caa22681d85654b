// Reductions and matrix products over strided operands, with the loop that feeds or follows them. Nothing here depends on an expression's type.
#pragma once
#include "../engine/error.hpp"
#include "../plan/view.hpp"
#include "run.hpp"

namespace igata::inline IGATA_ABI::detail {

using reduce_kernel = void (*)(const reduce_args&) noexcept;
using gemm_kernel = void (*)(const gemm_args&) noexcept;

// Axes begin … end of the loop's as one.
using joined_axes = collapsed<std::ptrdiff_t>;
inline joined_axes join_axes(const std::ptrdiff_t* extent, const std::ptrdiff_t* stride, int begin, int end) {
  return collapse(stride, extent, false, begin, end);
}
// The loop's operands as rows (axes before `split`) and columns. False where one of them is neither.
inline bool set_block(epilogue& e, const loop& l, int split) {
  for (int x = 0; x < l.inputs; ++x) {
    const joined_axes rows = join_axes(l.extent, l.in[x].stride, 0, split), cols = join_axes(l.extent, l.in[x].stride, split, l.rank);
    if (!rows.ok || !cols.ok) return false;
    e.args.in[x] = l.in[x].data;
    e.args.in_row[x] = rows.stride;
    e.args.in_col[x] = cols.stride;
  }
  e.inputs = l.inputs;
  e.args.index = e.args.index_row = 0;
  return true;
}
// Which function reads the block's columns.
inline pointwise_fn block_function(epilogue& e, const loop_functions& f, int skip, std::ptrdiff_t cols) {
  return choose_columns(e.args, f, skip, e.inputs, cols) ? f.contiguous : f.strided;
}

// `l.extent`: what is reduced, over the axes of `mask`; l.out is not used. Results go to `out`, one after the other; the values to `kept`
// (contiguous, may be null), by functions with two outputs. `identity`: the program is its input.
inline void run_reduce(loop& l, int mask, reduction kind, bool identity, const loop_functions& f, reduce_kernel kernel, void* out, float* kept) {
  [[maybe_unused]] const exact_scope exact;
  // Axes that the kernel knows: [o][r][i].
  int rank = 0, reduced = 0;
  for (int i = 0; i < l.rank; ++i) {
    if (l.extent[i] == 1) continue;
    if (i != rank) swap_axes(l, i, rank);
    reduced |= (mask >> i & 1) << rank++;
  }
  l.rank = rank;
  int begin = 0, end = 0;
  while (begin < rank && !(reduced >> begin & 1)) ++begin;
  for (end = begin; end < rank && (reduced >> end & 1);) ++end;
  bool direct = reduced >> end == 0;  // one run
  const int split = end == rank ? begin : end;
  reduce_args a{};
  epilogue pre;
  a.kind[0] = kind;
  a.count = 1;
  a.out[0] = out;
  workspace::frame temporary;
  direct = direct && set_block(pre, l, split);
  if (direct) {
    a.o = product_of(l.extent, begin);
    a.r = product_of(l.extent + begin, end - begin);
    a.i = product_of(l.extent + end, rank - end);
    const std::ptrdiff_t columns = a.i == 1 ? a.r : a.i;
    const bool in_place = identity && !kept && (columns == 1 || pre.args.in_col[0] == 1) && (split == 0 || pre.args.in_row[0] == columns);
    if (in_place) {
      a.in = static_cast<const float*>(pre.args.in[0]);
    } else {
      pre.fn = block_function(pre, f, 0, columns);
      pre.outputs = a.pre_outputs = kept ? 2 : 1;
      pre.args.out[0] = kept;  // the last output is the kernel's
      pre.args.out_row[0] = pre.args.out_row[1] = columns;
      a.pre = &pre;
    }
  } else {  // first the values, reduced axes behind the others
    int order[max_rank], count = 0;
    for (const int last : {0, 1})
      for (int i = 0; i < rank; ++i)
        if ((reduced >> i & 1) == last) order[count++] = i;
    std::ptrdiff_t step = 1;
    a.o = a.r = a.i = 1;
    for (int k = rank; k-- > 0;) {
      const int i = order[k];
      l.out.stride[i] = step;
      step *= l.extent[i];
      (reduced >> i & 1 ? a.r : a.o) *= l.extent[i];
    }
    l.out.data = temporary.allocate(step);
    a.in = static_cast<const float*>(l.out.data);
    if (!is_empty(rank, l.extent)) run_plain(l, f);
  }
  if ((kind == reduction::argmax || kind == reduction::argmin) && a.r == 0 && a.o * a.i > 0)
    raise(text(kind == reduction::argmax ? "argmax: of no elements" : "argmin: of no elements") << "; the reduced extents must be 1 or more");
  alignas(64) float enough[8448];
  const std::ptrdiff_t need = reduce_scratch(a.i, 1);
  a.scratch = need <= static_cast<std::ptrdiff_t>(sizeof enough / 4) ? enough : temporary.allocate(need);
  kernel(a);
}

// c[batch…][m][n] = a[batch…][m][k] * b[batch…][k][n], where b may have rank 2.
struct product {
  int rank, b_rank;
  std::ptrdiff_t batch[max_rank], m, n, k;
  strided_memory a, b;
  bool readable_past_b;  // kernels may read beyond the last element
};

inline bool overlaps_operands(const product& p, const strided_memory& out) {
  std::ptrdiff_t extent[max_rank];
  const int outer = p.rank - 2;
  for (int i = 0; i < outer; ++i) extent[i] = p.batch[i];
  extent[outer] = p.m;
  extent[outer + 1] = p.n;
  const address_range written = range_of(out, p.rank, extent);
  extent[outer + 1] = p.k;
  if (overlap(written, range_of(p.a, p.rank, extent))) return true;
  const bool shared = p.b_rank == 2;
  std::ptrdiff_t* const last = shared ? extent : extent + outer;
  last[0] = p.k;
  last[1] = p.n;
  return overlap(written, range_of(p.b, p.b_rank, extent));
}

// One product of the batch, or all of a shared b.
inline gemm_args gemm_of(const product& p, workspace::frame& temporary) {
  const int r = p.rank - 2, q = p.b_rank - 2;
  gemm_args g{};
  g.m = p.m;
  g.n = p.n;
  g.k = p.k;
  g.a = static_cast<const float*>(p.a.data);
  g.a_row = p.a.stride[r];
  g.a_k = p.a.stride[r + 1];
  g.b = static_cast<const float*>(p.b.data);
  g.b_k = p.b.stride[q];
  g.b_n = p.n == 1 ? 1 : p.b.stride[q + 1];
  g.b_packed = g.b_n == 1 && !p.readable_past_b;  // other layouts the kernel packs itself
  if (g.b_packed || g.b_n != 1) g.scratch = temporary.allocate(packed_size(p.k, p.n) + readable_behind);
  return g;
}
inline void set_b(gemm_args& g, const float* b) {
  if (g.b_packed) drivers::pack(b, g.b_k, g.b_n, g.k, g.n, g.scratch);
  g.b = g.b_packed ? g.scratch : b;
}

// Whether all rows of the batch are rows of one product whose results have one row stride; then `rows` is all of them.
inline bool is_single(const product& p, const strided_memory& out, std::ptrdiff_t& rows, std::ptrdiff_t& a_row, std::ptrdiff_t& c_row) {
  std::ptrdiff_t extent[max_rank];
  for (int i = 0; i < p.rank - 2; ++i) extent[i] = p.batch[i];
  extent[p.rank - 2] = p.m;
  rows = product_of(extent, p.rank - 1);
  if (rows == p.m) {  // no batch, or one of 1
    a_row = p.a.stride[p.rank - 2];
    c_row = out.stride[p.rank - 2];
    return true;
  }
  const joined_axes a = join_axes(extent, p.a.stride, 0, p.rank - 1), c = join_axes(extent, out.stride, 0, p.rank - 1);
  a_row = a.stride;
  c_row = c.stride;
  return p.b_rank == 2 && a.ok && c.ok;
}

// With the loop `after` (input 0 is the product's result, of the same extents) as its epilogue. False where it cannot be: nothing is done.
inline bool run_product_into(const product& p, const strided_memory& out, gemm_kernel kernel, const loop* after, const loop_functions* f) {
  [[maybe_unused]] const exact_scope exact;
  if (p.n > 1 && out.stride[p.rank - 1] != 1) return false;
  if (overlaps_operands(p, out)) return false;
  workspace::frame temporary;
  std::ptrdiff_t rows, a_row, c_row;
  const bool single = is_single(p, out, rows, a_row, c_row);
  epilogue post;
  if (after) {
    if (!single || !set_block(post, *after, after->rank - 1) || overwrites_inputs(*after)) return false;
    post.fn = block_function(post, *f, 1, p.n);
    post.outputs = 1;
    post.args.out[0] = const_cast<void*>(out.data);
    post.args.out_row[0] = c_row;
  }
  gemm_args g = gemm_of(p, temporary);
  g.c = static_cast<float*>(const_cast<void*>(out.data));
  if (single) {
    g.m = rows;
    g.a_row = a_row;
    g.c_row = after ? p.n : c_row;
    if (after) g.post = &post;
    set_b(g, g.b);
    kernel(g);
    return true;
  }
  const float *a = g.a, *b = g.b;
  float* c = g.c;
  g.c_row = out.stride[p.rank - 2];
  if (p.b_rank == 2) set_b(g, b);
  std::ptrdiff_t at[max_rank]{};
  for (;;) {
    std::ptrdiff_t to_a = 0, to_b = 0, to_c = 0;
    for (int i = 0; i < p.rank - 2; ++i) {
      to_a += at[i] * p.a.stride[i];
      if (p.b_rank > 2) to_b += at[i] * p.b.stride[i];
      to_c += at[i] * out.stride[i];
    }
    g.a = a + to_a;
    g.c = c + to_c;
    if (p.b_rank > 2) set_b(g, b + to_b);
    kernel(g);
    int axis = p.rank - 3;
    while (axis >= 0 && ++at[axis] == p.batch[axis]) at[axis--] = 0;
    if (axis < 0) return true;
  }
}
inline void run_product(const product& p, const strided_memory& out, gemm_kernel kernel) {
  [[maybe_unused]] const exact_scope exact;
  std::ptrdiff_t extent[max_rank];
  for (int i = 0; i < p.rank - 2; ++i) extent[i] = p.batch[i];
  extent[p.rank - 2] = p.m;
  extent[p.rank - 1] = p.n;
  if (is_empty(p.rank, extent) || run_product_into(p, out, kernel, nullptr, nullptr)) return;
  workspace::frame temporary;
  strided_memory results;
  results.data = temporary.allocate(product_of(extent, p.rank));
  contiguous_strides(p.rank, extent, results.stride);
  run_product_into(p, results, kernel, nullptr, nullptr);
  copy_memory(results, out, p.rank, extent);
}

}  // namespace igata::inline IGATA_ABI::detail
