// Convolutions and their gradients: which kernel, and what it is told.
#pragma once
#include "../finishing.hpp"
#include "contraction.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

constexpr window_fields<planned> planned_window(const window_geometry& w, bool batched) {
  const auto i = [](std::ptrdiff_t x) { return static_cast<int>(x); };
  return {step_writer::extent(i(w.n), batched), i(w.h), i(w.w), i(w.c), i(w.oh), i(w.ow), i(w.kh), i(w.kw), i(w.stride_h), i(w.stride_w), i(w.dilation_h), i(w.dilation_w),
          i(w.pad_top), i(w.pad_left), i(w.pad_bottom), i(w.pad_right)};
}
constexpr int groups_of(const step_writer& w) { return w.attribute(window::count); }
constexpr bool is_depthwise(const step_writer& w, int channels, int filters) { return channels > 1 && groups_of(w) == channels && filters == channels; }

// A convolution, or what the gradient of its input is as one.
struct convolution {
  window_geometry g;  // of its own batch
  int image, filters, o;  // operands of the node; number of filters
  bool batched, turned;
};
constexpr convolution convolution_of(const step_writer& w) {
  const node& v = w.anchor();
  if (v.code == op::conv2d) return {geometry_of(w.in.g, v, w.dims(0), v.dims), 0, 1, v.dims[3], w.dims(0).batched, false};
  return {turned_window(geometry_of(w.in.g, v, v.dims, w.dims(1)), w.dims(1)[3]), 1, 0, v.dims[3], v.dims.batched, true};
}
constexpr window_geometry largest(window_geometry g, bool batched, int max_batch) {
  if (batched) g.n *= max_batch;
  return g;
}
// 2 or 4: its filters are no bound value, and are transformed for Winograd's method in every run.
constexpr int winograd_each_run(const step_writer& w, const convolution& c) {
  const node& v = w.anchor();
  if (!w.in.forms.winograd || v.type != f32 || groups_of(w) != 1 || w.is_bound(c.filters)) return 0;
  if (c.turned && !input_grad_is_conv(geometry_of(w.in.g, v, v.dims, w.dims(1)), 1)) return 0;
  return winograd_tile(largest(c.g, c.batched, w.in.max_batch), c.o, 1, true);
}

// A convolution that finishes its results, with its filters' transform before it where they are not bound.
constexpr void write_finished(step_writer& w, step_kind kind, const convolution& c, int tile_each_run) {
  finished_conv2d_fields<planned> f;
  f.g = planned_window(c.g, c.batched);
  f.o = c.o;
  f.x = w.operand(c.image);
  f.w = w.operand(c.filters);
  if (tile_each_run) {
    winograd_filters_fields<planned> filters;
    filters.c = static_cast<int>(c.g.c);
    filters.o = c.o;
    filters.w = f.w;
    filters.turned = c.turned;
    f.w = w.temporary(winograd_packed_size(c.g.c, c.o, tile_each_run) + 64);
    filters.out = place(f.w);
    w.add_step(tile_each_run == 4 ? step_kind::winograd4_filters : step_kind::winograd2_filters, filters);
  }
  w.set_scratch(kind, f);
  finishing last;
  const auto finishes = [&](const lowered& l) {
    const bool can = find_finishing(w.in.g, w.in.f, w.group_index(), l, last);
    if (!can) last = {};
    return can;
  };
  f.y_row = c.o;
  set_results(w, f, c.o, finishes, [&](const place& at, int row) {
    f.y = at;
    f.y_row = row;
  });
  if (last.add) f.last.add = w.place_of(last.addend);
  f.last.add_row = last.row;
  f.last.clamped = last.clamped;
  f.last.low = last.low;
  f.last.high = last.high;
  w.add_step(kind, f);
}

}  // namespace detail

template <>
struct lowering<op::conv2d> : own_kernel {
  static constexpr bool fuses(const graph&, const node&) { return true; }
  static constexpr unsigned reads_past = 2;

  static constexpr void write(detail::step_writer& w) {
    const detail::convolution c = detail::convolution_of(w);
    const int each_run = detail::winograd_each_run(w, c);
    const step_kind kind = kernel(w, c, each_run);
    if (kind != step_kind::conv2d) return detail::write_finished(w, kind, c, each_run);
    conv2d_fields<planned> f;
    f.g = detail::planned_window(c.g, c.batched);
    f.o = c.o;
    f.groups = detail::groups_of(w);
    f.x = w.operand(0);
    f.w = w.operand(1);
    f.w_packed = w.form_of(1) == weight_form::panels;
    w.set_scratch(kind, f);
    const auto direct = [&](const lowered& l) { return detail::computes_nothing(l) && w.home_of(l.outputs[0]).part_of < 0; };  // rows are channels
    detail::set_results(w, f, c.o, direct, [&](const place& at, int) { f.y = at; });
    w.add_step(kind, f);
  }

 private:
  // By the form of the weights, but for a few filters on one channel.
  static constexpr step_kind kernel(const detail::step_writer& w, const detail::convolution& c, int each_run) {
    switch (w.form_of(1)) {
      case weight_form::winograd2: return step_kind::winograd2_conv2d;
      case weight_form::winograd4: return step_kind::winograd4_conv2d;
      case weight_form::panels: return conv2d_in_octs(c.g, c.o) ? step_kind::conv2d : step_kind::direct_conv2d;
      case weight_form::plain: break;
    }
    if (each_run) return each_run == 4 ? step_kind::winograd4_conv2d : step_kind::winograd2_conv2d;
    return detail::is_depthwise(w, static_cast<int>(c.g.c), c.o) ? step_kind::depthwise_conv2d : step_kind::conv2d;
  }
};

template <>
struct lowering<op::conv2d_filter_grad> : own_kernel {
  static constexpr unsigned reads_past = 2;

  static constexpr void write(detail::step_writer& w) {
    const node& v = w.anchor();
    const shape x = w.dims(0), dy = w.dims(1);
    const window_geometry g = geometry_of(w.in.g, v, x, dy);
    const int groups = detail::groups_of(w);
    const bool winograd = w.in.forms.winograd && v.type == f32 && winograd_filter_grad_pays(detail::largest(g, x.batched, w.in.max_batch), dy[3], groups);
    const step_kind kind = winograd ? step_kind::winograd4_filter_grad : detail::is_depthwise(w, x[3], dy[3]) ? step_kind::depthwise_filter_grad : step_kind::conv2d_filter_grad;
    conv2d_filter_grad_fields<planned> f;
    f.g = detail::planned_window(g, x.batched);
    f.o = dy[3];
    f.groups = groups;
    f.x = w.operand(0);
    f.dy = w.operand(1);
    f.dw = w.result();
    w.set_scratch(kind, f);
    w.add_step(kind, f);
  }
};

template <>
struct lowering<op::conv2d_input_grad> : own_kernel {
  static constexpr unsigned reads_past = 3;

  static constexpr void write(detail::step_writer& w) {
    const node& v = w.anchor();
    const shape dy = w.dims(1);
    const detail::convolution c = detail::convolution_of(w);
    if (const int tile = detail::winograd_each_run(w, c))
      return detail::write_finished(w, tile == 4 ? step_kind::winograd4_conv2d : step_kind::winograd2_conv2d, c, tile);
    const step_kind kind = detail::is_depthwise(w, v.dims[3], dy[3]) ? step_kind::depthwise_input_grad : step_kind::conv2d_input_grad;
    conv2d_input_grad_fields<planned> f;
    f.g = detail::planned_window(geometry_of(w.in.g, v, v.dims, dy), v.dims.batched);
    f.o = dy[3];
    f.groups = detail::groups_of(w);
    f.w = w.operand(0);
    f.dy = w.operand(1);
    f.dx = w.result();
    w.set_scratch(kind, f);
    w.add_step(kind, f);
  }
};

}  // namespace igata::inline IGATA_ABI
