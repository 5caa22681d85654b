// Convolutions and their gradients: which kernel, and what it is told.
#pragma once
#include "contraction.hpp"

namespace igata::inline IGATA_ABI::detail {

constexpr window_fields<planned> planned_window(const window_geometry& w, symbol rows_of) {
  const auto i = [](std::ptrdiff_t x) { return static_cast<int>(x); };
  return {step_writer::extent(i(w.n), rows_of), i(w.h), i(w.w), i(w.c), i(w.oh), i(w.ow), i(w.kh), i(w.kw), i(w.stride_h), i(w.stride_w),
          i(w.dilation_h), i(w.dilation_w),
          i(w.pad_top), i(w.pad_left), i(w.pad_bottom), i(w.pad_right)};
}
constexpr int groups_of(const anchored& a) { return attributes_of<op::conv2d>(a).groups; }
constexpr bool is_depthwise(const anchored& a, int channels, int filters) { return channels > 1 && groups_of(a) == channels && filters == channels; }

// A convolution, or what the gradient of its input is as one.
struct convolution {
  window_geometry g;  // of its own batch
  int image, filters, o;  // operands of the node; number of filters
  symbol rows_of;
  bool turned;
};
constexpr convolution convolution_of(const anchored& a) {
  const node& v = a.anchor();
  if (v.code == op::conv2d) return {geometry_of(a.in.g, v, a.dims(0), v.dims), 0, 1, v.dims[3], a.dims(0).rows_of, false};
  return {turned_window(geometry_of(a.in.g, v, v.dims, a.dims(1)), a.dims(1)[3]), 1, 0, v.dims[3], v.dims.rows_of, true};
}
constexpr window_geometry largest(window_geometry g, symbol rows_of, const symbol_sizes& most) {
  g.n *= most[rows_of];
  return g;
}
// 2 or 4: its filters are no bound value, and are transformed for Winograd's method in every run.
constexpr int winograd_each_run(const anchored& a, const convolution& c, const weight_forms& forms) {
  const node& v = a.anchor();
  if (!forms.winograd || v.type != f32 || groups_of(a) != 1 || a.source(c.filters).code == op::bound) return 0;
  if (c.turned && !input_grad_is_conv(geometry_of(a.in.g, v, v.dims, a.dims(1)), 1)) return 0;
  return winograd_tile(largest(c.g, c.rows_of, a.in.most), c.o, 1, true);
}

// A convolution that finishes its results, with its filters' transform before it where they are not bound.
constexpr void write_finished(step_writer& w, const convolution& c) {
  const choice& chosen = w.chosen();
  finished_conv2d_fields<planned> f;
  f.g = planned_window(c.g, c.rows_of);
  f.o = c.o;
  f.x = w.operand(c.image);
  f.w = w.operand(c.filters);
  if (const int tile = chosen.tile_each_run) {
    winograd_filters_fields<planned> filters;
    filters.c = static_cast<int>(c.g.c);
    filters.o = c.o;
    filters.w = f.w;
    filters.turned = c.turned;
    f.w = w.temporary(winograd_packed_size(c.g.c, c.o, tile) + readable_behind);
    filters.out = place(f.w);
    w.add_step(tile == 4 ? step_kind::winograd4_filters : step_kind::winograd2_filters, filters);
  }
  w.set_scratch(chosen.kernel, f);
  f.y_row = c.o;
  set_results(w, f, c.o, true, [&](const place& at, int row) {
    f.y = at;
    f.y_row = row;
  });
  const ending& last = chosen.last;
  if (last.addend >= 0) f.last.add = w.place_of(last.addend);
  f.last.add_row = last.addend_row;
  f.last.clamped = last.clamped;
  f.last.low = last.low;
  f.last.high = last.high;
  w.add_step(chosen.kernel, f);
}

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::plan {

template <>
struct lowering<op::conv2d> : own_kernel {
  static constexpr bool fuses(const graph&, const node&) { return true; }
  static constexpr unsigned reads_past = 2;

  // By the form of the weights, but for a few filters on one channel.
  static constexpr choice choose(const detail::anchored& a, const weight_forms& forms) {
    const detail::convolution v = detail::convolution_of(a);
    choice c;
    c.form = form_of(a.in.g, forms, a.source(1));
    c.tile_each_run = detail::winograd_each_run(a, v, forms);
    switch (c.form) {
      case weight_form::winograd2: c.kernel = step_kind::winograd2_conv2d; break;
      case weight_form::winograd4: c.kernel = step_kind::winograd4_conv2d; break;
      case weight_form::panels: c.kernel = conv2d_in_octs(v.g, v.o) ? step_kind::conv2d : step_kind::direct_conv2d; break;
      case weight_form::bytes:  // not of floats
      case weight_form::plain:
        c.kernel = c.tile_each_run == 4 ? step_kind::winograd4_conv2d
                   : c.tile_each_run == 2 ? step_kind::winograd2_conv2d
                   : detail::is_depthwise(a, static_cast<int>(v.g.c), v.o) ? step_kind::depthwise_conv2d : step_kind::conv2d;
    }
    c.last = detail::ending_of(a, c.kernel != step_kind::conv2d);
    return c;
  }

  static constexpr void write(detail::step_writer& w) {
    const detail::convolution c = detail::convolution_of(w.at());
    if (w.chosen().kernel != step_kind::conv2d) return detail::write_finished(w, c);
    conv2d_fields<planned> f;
    f.g = detail::planned_window(c.g, c.rows_of);
    f.o = c.o;
    f.groups = detail::groups_of(w.at());
    f.x = w.operand(0);
    f.w = w.operand(1);
    f.w_packed = w.chosen().form == weight_form::panels;
    w.set_scratch(step_kind::conv2d, f);
    detail::set_results(w, f, c.o, false, [&](const place& at, int) { f.y = at; });  // rows are channels
    w.add_step(step_kind::conv2d, f);
  }
};

template <>
struct lowering<op::conv2d_filter_grad> : own_kernel {
  static constexpr unsigned reads_past = 2;

  static constexpr choice choose(const detail::anchored& a, const weight_forms& forms) {
    const shape x = a.dims(0), dy = a.dims(1);
    const window_geometry g = detail::largest(geometry_of(a.in.g, a.anchor(), x, dy), x.rows_of, a.in.most);
    choice c;
    if (forms.winograd && a.anchor().type == f32 && winograd_filter_grad_pays(g, dy[3], detail::groups_of(a)))
      c.kernel = step_kind::winograd4_filter_grad;
    else c.kernel = detail::is_depthwise(a, x[3], dy[3]) ? step_kind::depthwise_filter_grad : step_kind::conv2d_filter_grad;
    return c;
  }

  static constexpr void write(detail::step_writer& w) {
    const shape x = w.dims(0), dy = w.dims(1);
    conv2d_filter_grad_fields<planned> f;
    f.g = detail::planned_window(geometry_of(w.in.g, w.anchor(), x, dy), x.rows_of);
    f.o = dy[3];
    f.groups = detail::groups_of(w.at());
    f.x = w.operand(0);
    f.dy = w.operand(1);
    f.dw = w.result();
    w.set_scratch(w.chosen().kernel, f);
    w.add_step(w.chosen().kernel, f);
  }
};

template <>
struct lowering<op::conv2d_input_grad> : own_kernel {
  static constexpr unsigned reads_past = 3;

  static constexpr choice choose(const detail::anchored& a, const weight_forms& forms) {
    choice c;
    c.tile_each_run = detail::winograd_each_run(a, detail::convolution_of(a), forms);
    if (c.tile_each_run) c.kernel = c.tile_each_run == 4 ? step_kind::winograd4_conv2d : step_kind::winograd2_conv2d;
    else c.kernel = detail::is_depthwise(a, a.anchor().dims[3], a.dims(1)[3]) ? step_kind::depthwise_input_grad : step_kind::conv2d_input_grad;
    return c;
  }

  static constexpr void write(detail::step_writer& w) {
    if (w.chosen().tile_each_run) return detail::write_finished(w, detail::convolution_of(w.at()));
    const node& v = w.anchor();
    const shape dy = w.dims(1);
    conv2d_input_grad_fields<planned> f;
    f.g = detail::planned_window(geometry_of(w.in.g, v, v.dims, dy), v.dims.rows_of);
    f.o = dy[3];
    f.groups = detail::groups_of(w.at());
    f.w = w.operand(0);
    f.dy = w.operand(1);
    f.dx = w.result();
    w.set_scratch(w.chosen().kernel, f);
    w.add_step(w.chosen().kernel, f);
  }
};

}  // namespace igata::inline IGATA_ABI::plan
