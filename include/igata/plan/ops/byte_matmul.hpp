// Matrix products of bytes.
#pragma once
#include "contraction.hpp"

namespace igata::inline IGATA_ABI::plan {

template <>
struct lowering<op::byte_matmul> : own_kernel {
  // Of one matrix, as products of floats.
  static constexpr bool fuses(const graph& g, const node& v) { return g.operand_node(v, 1).dims.rank == 2; }

  static constexpr choice choose(const detail::anchored& a, const weight_forms& forms) {
    choice c;
    c.kernel = step_kind::byte_gemm;
    c.form = form_of(a.in.g, forms, a.source(1));
    if (a.of().kind == group_kind::contraction) c.last = detail::ending_of(a);
    return c;
  }

  static constexpr void write(detail::step_writer& w) {
    const node& v = w.anchor();
    const matmul_attributes read = attributes_of<op::byte_matmul>(w);
    const bool ta = read.transpose_a, tb = read.transpose_b;
    const shape p = w.dims(0), q = w.dims(1);
    const int n = v.dims[v.dims.rank - 1], k = p[ta ? p.rank - 2 : p.rank - 1];
    const bool shared = q.rank == 2;
    int m = v.dims[v.dims.rank - 2], batches = 1;
    for (int i = 0; i + 2 < v.dims.rank; ++i) (shared ? m : batches) *= v.dims[i];
    const bool rows = shared || v.dims.rank == 2;  // what may be a multiple of n: the rows, or else the number of products
    byte_gemm_fields<planned> f;
    f.m = w.extent(m, rows ? v.dims.rows_of : no_symbol);
    f.n = n;
    f.k = w.extent(k, ta && p.rank == 2 ? p.rows_of : no_symbol);
    f.batches = w.extent(batches, rows ? no_symbol : v.dims.rows_of);
    f.a = w.operand(0);
    f.a_row = ta ? 1 : k;
    f.a_k = ta ? p[p.rank - 1] : 1;
    f.step_a = m * k;
    f.a_signed = w.type(0) == i8;
    f.b = w.operand(1);
    f.b_k = tb ? 1 : n;
    f.b_n = tb ? k : 1;
    f.step_b = k * n;
    f.b_signed = w.type(1) == i8;
    f.b_packed = w.chosen().form == weight_form::bytes;
    w.set_scratch(step_kind::byte_gemm, f);
    detail::set_sums(w, f, n, f.c, f.c_row);
    w.add_step(step_kind::byte_gemm, f);
  }
};

}  // namespace igata::inline IGATA_ABI::plan
