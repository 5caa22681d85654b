// Matrix products.
#pragma once
#include "contraction.hpp"

namespace igata::inline IGATA_ABI::plan {

template <>
struct lowering<op::matmul> : own_kernel {
  // Of one matrix; many products with a matrix each are steps without an epilogue.
  static constexpr bool fuses(const graph& g, const node& v) { return g.operand_node(v, 1).dims.rank == 2; }
  static constexpr unsigned reads_past = 2;

  static constexpr choice choose(const detail::anchored& a, const weight_forms& forms) {
    const shape p = a.dims(0), q = a.dims(1), y = a.anchor().dims;
    const bool ta = attributes_of<op::matmul>(a).transpose_a;
    int batches = 1;
    for (int i = 0; q.rank > 2 && i + 2 < y.rank; ++i) batches *= y[i];
    choice c;
    c.form = form_of(a.in.g, forms, a.source(1));
    if (a.of().kind == group_kind::contraction) c.last = detail::ending_of(a);
    const bool many = batches > 1 || (q.rank > 2 && y.rows_of);
    if (!many && !(ta && p.rows_of)) c.splits = gemm_splits(p[ta ? p.rank - 2 : p.rank - 1], y[y.rank - 1], rows_at_once(a.in, y.rows_of));
    c.kernel = many ? step_kind::batched_gemm : c.splits > 1 ? step_kind::split_gemm : step_kind::gemm;
    return c;
  }

  static constexpr void write(detail::step_writer& w) {
    const node& v = w.anchor();
    const matmul_attributes read = attributes_of<op::matmul>(w);
    const bool ta = read.transpose_a, tb = read.transpose_b;
    const shape p = w.dims(0), q = w.dims(1);
    const int n = v.dims[v.dims.rank - 1], k = p[ta ? p.rank - 2 : p.rank - 1];
    const bool shared = q.rank == 2;
    int m = v.dims[v.dims.rank - 2], batches = 1;
    for (int i = 0; i + 2 < v.dims.rank; ++i) (shared ? m : batches) *= v.dims[i];
    const bool rows = shared || v.dims.rank == 2;  // what may be a multiple of n: the rows, or else the number of products
    batched_gemm_fields<planned> f;
    gemm_fields<planned>& one = f;
    f.m = w.extent(m, rows ? v.dims.rows_of : no_symbol);
    f.n = n;
    f.k = w.extent(k, ta && p.rank == 2 ? p.rows_of : no_symbol);
    f.a = w.operand(0);
    f.a_row = ta ? 1 : k;
    f.a_k = ta ? p[p.rank - 1] : 1;
    f.b = w.operand(1);
    f.b_k = tb ? 1 : n;
    f.b_n = tb ? k : 1;
    f.b_packed = w.chosen().form == weight_form::panels;
    f.splits = w.chosen().splits;
    w.set_scratch(step_kind::gemm, one);
    f.c_row = n;
    if (w.of().kind == group_kind::contraction) {
      detail::set_results(w, f, n, true, [&](const place& at, int row) {
        f.c = at;
        f.c_row = row;
      });
    } else {
      f.c = w.result();
    }
    if (w.chosen().kernel != step_kind::batched_gemm) return w.add_step(w.chosen().kernel, one);
    f.batches = w.extent(batches, rows ? no_symbol : v.dims.rows_of);
    f.step_a = m * k;
    f.step_b = k * n;
    f.step_c = m * n;
    w.add_step(step_kind::batched_gemm, f);
  }

 private:
  // What sums may depend on besides their own length and number. A stream, whose state one call leaves to the next, gives a row the same bits in any
  // batch.
  static constexpr int rows_at_once(const detail::planning& in, symbol rows) {
    if (in.g.training) return many_rows;
    return !in.g.assigns.empty() ? 1 : rows > 1 ? in.most[rows] : in.max_batch;
  }
};

}  // namespace igata::inline IGATA_ABI::plan
