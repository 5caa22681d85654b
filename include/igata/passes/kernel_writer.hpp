// Steps with a kernel of their own: matrix products, convolutions and their gradients, pooling, tables, padding, concatenation.
#pragma once
#include "finishing.hpp"
#include "loop_writer.hpp"

namespace igata::inline IGATA_ABI::detail {

class kernel_writer : protected loop_writer {
 protected:
  using loop_writer::loop_writer;

  // The first member adds a vector along the columns: the kernel starts from it.
  constexpr int bias_member(int index, int& bias) const {
    const group& of = f_.groups[index];
    if (of.members.empty() || f_.stored(of.anchor) || f_.uses[of.anchor] != 1) return -1;
    const node& v = g_.nodes[of.members[0]];
    if (v.code != op::add || v.type != f32) return -1;
    const int p = g_.operand(v, 0), q = g_.operand(v, 1);
    if (p != of.anchor && q != of.anchor) return -1;
    bias = p == of.anchor ? q : p;
    if (bias == of.anchor || g_.nodes[bias].code == op::constant) return -1;
    const view b = broadcast_view(f_.seen_by(index, bias), g_.nodes[bias].dims, of.dims);
    const collapsed rows = collapse(b, of.dims, 0, of.split), columns = collapse(b, of.dims, of.split, of.dims.rank);
    return rows.ok && columns.ok && rows.stride == 0 && columns.stride == 1 ? of.members[0] : -1;
  }

  // Returns the member that the kernel starts from instead, or -1.
  constexpr int put_bias(int index) {
    int bias = -1;
    const int skip = bias_member(index, bias);
    if (skip >= 0) put(place_of(index, bias));
    else put_null();
    return skip;
  }
  // Where a result goes that no epilogue stores.
  constexpr void put_result(const lowered& l, bool direct) {
    if (direct) put(places_[l.outputs[0]].at);
    else put_null();
  }
  constexpr void put_post(lowered& l, int index, bool direct, int columns) {
    if (direct) return put_null();
    put_behind(sizeof(epilogue));
    put_block(l, index, 1, l.outputs.size(), columns);
  }

  // Bias, result and epilogue of a contraction.
  constexpr void put_results(int index, int columns) {
    const group& of = f_.groups[index];
    const bool is_product = g_.nodes[of.anchor].code == op::matmul;
    lowered l = lower(index, of.anchor, put_bias(index));
    bool direct = l.program.length == 0 && l.outputs.size() == 1 && l.program.result[0] == 0;
    if (direct && !is_product) direct = places_[l.outputs[0]].part_of < 0;  // a convolution's rows are its channels
    put_result(l, direct);
    if (is_product) put(direct ? row_stride(l.outputs[0], of, columns) : columns);
    put_post(l, index, direct, columns);
  }

  // Bias, result, finish and epilogue of an inference convolution.
  constexpr void put_finished_results(int index, int columns) {
    const group& of = f_.groups[index];
    lowered l = lower(index, of.anchor, put_bias(index));
    finishing f;
    const bool finished = find_finishing(g_, f_, index, l, f);
    if (!finished) f = {};
    put_result(l, finished);
    put(finished ? row_stride(l.outputs[0], of, columns) : columns);
    if (f.add) put(place_of(index, f.addend));
    else put_null();
    put(f.row);
    put(field::byte, f.clamped);
    put_float(f.low);
    put_float(f.high);
    put_post(l, index, finished, columns);
  }

  constexpr void write_gemm(int index) {
    const group& of = f_.groups[index];
    const node& v = g_.nodes[of.anchor];
    const int a = g_.operand(v, 0), b = g_.operand(v, 1);
    const bool ta = g_.attribute(v, 0), tb = g_.attribute(v, 1);
    const shape p = g_.nodes[a].dims, q = g_.nodes[b].dims;
    const int n = v.dims[v.dims.rank - 1], k = p[ta ? p.rank - 2 : p.rank - 1];
    const bool shared = q.rank == 2;
    int m = v.dims[v.dims.rank - 2], batches = 1;
    for (int i = 0; i + 2 < v.dims.rank; ++i) (shared ? m : batches) *= v.dims[i];
    const bool batched_rows = v.dims.batched && (shared || v.dims.rank == 2), many = v.dims.batched && !batched_rows;
    if (batches == 1 && !many) {
      begin_step(step_kind::gemm, index);
    } else {
      begin_step(step_kind::batched_gemm, index);
      put_extent(batches, many);
      put(m * k);
      put(k * n);
      put(m * n);
    }
    put_extent(m, batched_rows);
    put(n);
    put_extent(k, ta && p.batched && p.rank == 2);
    put(place_of(index, a));
    put(ta ? 1 : k);
    put(ta ? p[p.rank - 1] : 1);
    put(place_of(index, b));
    put(tb ? 1 : n);
    put(tb ? k : 1);
    put(field::byte, form_of(index, b) == weight_form::panels);
    put(place{space::arena, 0, scratch_[index]});
    put_whole();
    if (of.kind == group_kind::contraction) return put_results(index, n);
    put_null();
    put(places_[of.anchor].at);
    put(n);
    put_null();
  }

  constexpr void put_geometry(const node& v, const shape& x, const shape& y) { put_geometry(geometry(v, x, y), x.batched); }
  constexpr void put_geometry(const window_geometry& w, bool batched) {
    put_extent(static_cast<int>(w.n), batched);
    int* to = put_words(15);
    for (const std::ptrdiff_t i : {w.h, w.w, w.c, w.oh, w.ow, w.kh, w.kw, w.stride_h, w.stride_w, w.dilation_h, w.dilation_w, w.pad_top, w.pad_left, w.pad_bottom, w.pad_right})
      *to++ = static_cast<int>(i);
  }

  constexpr void write_conv2d(int index) {
    const node& v = g_.nodes[f_.groups[index].anchor];
    const step_kind kind = conv2d_kind(index, v);
    if (kind != step_kind::conv2d) return write_finished_conv2d(index, kind);
    begin_step(step_kind::conv2d, index);
    put_geometry(v, g_.operand_node(v, 0).dims, v.dims);
    put(v.dims[3]);
    put(groups_of(v));
    put(place_of(index, g_.operand(v, 0)));
    put(place_of(index, g_.operand(v, 1)));
    put(field::byte, form_of(index, g_.operand(v, 1)) == weight_form::panels);
    put(place{space::arena, 0, scratch_[index]});
    put_whole();
    put_results(index, v.dims[3]);
  }

  // A convolution that finishes its results, or an input's gradient as one; with its filters' transform before it where they are not bound.
  constexpr void write_finished_conv2d(int index, step_kind kind) {
    const node& v = g_.nodes[f_.groups[index].anchor];
    const convolution c = convolution_of(v);
    const int tile = winograd_each_run(index, v);
    place w = place_of(index, c.filters), scratch{space::arena, 0, scratch_[index]};
    if (tile) {
      begin_step(tile == 4 ? step_kind::winograd4_filters : step_kind::winograd2_filters, index);
      put(static_cast<int>(c.g.c));
      put(c.o);
      put(w);
      put(field::byte, v.code == op::conv2d_input_grad);
      put(scratch);
      put_whole();
      w = scratch;
      scratch.offset += winograd_filters_size(c, tile);
    }
    begin_step(kind, index);
    put_geometry(c.g, c.batched);
    put(c.o);
    put(place_of(index, g_.operand(v, v.code == op::conv2d_input_grad ? 1 : 0)));
    put(w);
    put(scratch);
    put_whole();
    put_finished_results(index, c.o);
  }

  // A pool's: the part of a window's sum that is its mean, and whether padding is left out; and who does it.
  constexpr void put_scale(const node& v) {
    put_float(1.0f / static_cast<float>(g_.attribute(v, 0) * g_.attribute(v, 1)));
    put(field::byte, !g_.attribute(v, window::count));
    put_whole();
  }

  constexpr void write_dense(int index) {
    const int id = f_.groups[index].anchor;
    const node& v = g_.nodes[id];
    const place out = places_[id].at;
    const auto in = [&](int i) { return place_of(index, g_.operand(v, i)); };
    const auto in_dims = [&](int i) { return g_.operand_node(v, i).dims; };
    switch (v.code) {
      case op::matmul: return write_gemm(index);
      case op::conv2d_filter_grad:
      case op::conv2d_input_grad: {
        const bool filters = v.code == op::conv2d_filter_grad;
        if (const int tile = filters ? 0 : winograd_each_run(index, v))
          return write_finished_conv2d(index, tile == 4 ? step_kind::winograd4_conv2d : step_kind::winograd2_conv2d);
        const bool winograd = filters && winograd_filter_grad(v);
        const bool depthwise = is_depthwise(v, filters ? in_dims(0)[3] : v.dims[3], in_dims(1)[3]);
        begin_step(winograd ? step_kind::winograd4_filter_grad
                   : depthwise ? (filters ? step_kind::depthwise_filter_grad : step_kind::depthwise_input_grad)
                             : filters ? step_kind::conv2d_filter_grad : step_kind::conv2d_input_grad, index);
        put_geometry(v, filters ? in_dims(0) : v.dims, in_dims(1));
        put(in_dims(1)[3]);
        put(groups_of(v));
        put(in(0));
        put(in(1));
        put(out);
        if (filters) put_scratch(index, winograd ? 0 : partial_of(v));
        else put(place{space::arena, 0, scratch_[index]});
        return put_whole();
      }
      case op::max_pool2d:
      case op::avg_pool2d:
        begin_step(v.code == op::max_pool2d ? step_kind::max_pool2d : step_kind::avg_pool2d, index);
        put_geometry(v, in_dims(0), v.dims);
        put(in(0));
        put(out);
        return put_scale(v);
      case op::max_pool2d_grad:
      case op::avg_pool2d_grad: {
        const int dy = v.code == op::max_pool2d_grad ? 1 : 0;
        begin_step(dy ? step_kind::max_pool2d_grad : step_kind::avg_pool2d_grad, index);
        put_geometry(v, v.dims, in_dims(dy));
        put(in(0));
        put(in(dy));
        put(out);
        return put_scale(v);
      }
      case op::gather:
      case op::scatter_add: {
        const bool gathers = v.code == op::gather;
        const shape table = gathers ? in_dims(0) : v.dims, index_dims = in_dims(1);
        begin_step(gathers ? step_kind::gather : step_kind::scatter_add, index);
        put(in(0));
        put(in(1));
        put(out);
        put_extent(static_cast<int>(index_dims.count()), index_dims.batched);
        put(static_cast<int>(table.count()) / (table[0] ? table[0] : 1));
        put(table[0]);
        return put_whole();
      }
      case op::pad: {
        begin_step(step_kind::fill, index);
        put(out);
        put_extent(static_cast<int>(v.dims.count()), v.dims.batched);
        put(field::bits, static_cast<int>(stored_bits(v.number, v.type)));
        put_whole();
        const view whole = contiguous_view(id, v.dims);
        place to = out;
        int strides[max_rank]{};
        for (int i = 0; i < v.dims.rank; ++i) {
          to.offset += g_.attribute(v, i) * whole.stride[i];
          strides[i] = whole.stride[i] * g_.attribute(v, 2 * v.dims.rank + i);
        }
        write_copy(index, g_.operand(v, 0), to, strides);
        return;
      }
      case op::concat: {
        const view whole = contiguous_view(id, v.dims);
        const int axis = g_.attribute(v, 0);
        place to = out;
        for (int i = 0; i < v.arity; ++i) {
          if (places_[g_.operand(v, i)].part_of < 0) write_copy(index, g_.operand(v, i), to, whole.stride);
          to.offset += in_dims(i)[axis] * whole.stride[axis];
        }
        return;
      }
      default:
        if (plan_.failure.empty()) plan_.failure << "plan: " << name_of(v.code) << " has no kernel";
    }
  }
};

}  // namespace igata::inline IGATA_ABI::detail
