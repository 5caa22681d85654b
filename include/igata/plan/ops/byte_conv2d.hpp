// Convolutions of bytes. Of single pixels they are products.
#pragma once
#include "../../ops/byte_conv2d.hpp"
#include "conv2d.hpp"

namespace igata::inline IGATA_ABI::plan {

template <>
struct lowering<op::byte_conv2d> : own_kernel {
  static constexpr bool fuses(const graph&, const node&) { return true; }

  static constexpr choice choose(const detail::anchored& a, const weight_forms& forms) {
    choice c;
    c.kernel = is_pixelwise(window::of(a.in.g, a.anchor())) ? step_kind::byte_gemm : step_kind::byte_conv2d;
    c.form = form_of(a.in.g, forms, a.source(1));
    c.last = detail::ending_of(a);
    return c;
  }

  static constexpr void write(detail::step_writer& w) {
    const node& v = w.anchor();
    const shape x = w.dims(0);
    const bool packed = w.chosen().form == weight_form::bytes;
    if (w.chosen().kernel == step_kind::byte_conv2d) {
      byte_conv2d_fields<planned> f;
      f.g = detail::planned_window(geometry_of(w.in.g, v, x, v.dims), x.rows_of);
      f.o = v.dims[3];
      f.around = attributes_of<op::byte_conv2d>(w).around;
      f.x = w.operand(0);
      f.x_signed = w.type(0) == i8;
      f.w = w.operand(1);
      f.w_signed = w.type(1) == i8;
      f.w_packed = packed;
      w.set_scratch(step_kind::byte_conv2d, f);
      detail::set_sums(w, f, f.o, f.y, f.y_row);
      return w.add_step(step_kind::byte_conv2d, f);
    }
    byte_gemm_fields<planned> f;
    f.m = w.extent(x[0] * x[1] * x[2], x.rows_of);
    f.n = f.b_k = v.dims[3];
    f.k = w.extent(x[3], no_symbol);
    f.batches = w.extent(1, no_symbol);
    f.a = w.operand(0);
    f.a_row = x[3];
    f.a_k = f.b_n = 1;
    f.a_signed = w.type(0) == i8;
    f.b = w.operand(1);
    f.b_signed = w.type(1) == i8;
    f.b_packed = packed;
    w.set_scratch(step_kind::byte_gemm, f);
    detail::set_sums(w, f, f.n, f.c, f.c_row);
    w.add_step(step_kind::byte_gemm, f);
  }

 private:
  static constexpr bool is_pixelwise(const window& w) {
    return w.kernel_h == 1 && w.kernel_w == 1 && w.stride_h == 1 && w.stride_w == 1 && (w.pad_top | w.pad_left | w.pad_bottom | w.pad_right) == 0;
  }
};

}  // namespace igata::inline IGATA_ABI::plan
