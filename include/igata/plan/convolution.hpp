// What passes decide about a convolution: the geometry that its kernel gets, and how its bound filters are stored.
#pragma once
#include "../core/vec.hpp"
#include "../ops/conv2d.hpp"
#include "../target/winograd.hpp"

namespace igata::inline IGATA_ABI::plan {

// Of a windowed node whose images are `x` and whose results are `y`; the batch is that of x.
constexpr window_geometry geometry_of(const graph& g, const node& v, const shape& x, const shape& y) {
  const window w = window::of(g, v);
  return {x[0],       x[1],       x[2],         x[3],         y[1],      y[2],       w.kernel_h,   w.kernel_w,
          w.stride_h, w.stride_w, w.dilation_h, w.dilation_w, w.pad_top, w.pad_left, w.pad_bottom, w.pad_right};
}
// How weights reach the kernels: the form of each bound value, and whether filters that are not bound may be transformed for Winograd's
// method in every run.
struct weight_forms {
  vec<weight_form> bound;
  bool winograd = true;
};
// How a weight is stored.
constexpr weight_form form_of(const graph& g, const weight_forms& forms, const node& w) {
  return w.code == op::bound ? forms.bound[leaf_index(g, w)] : weight_form::plain;
}
constexpr weight_form filter_form(const graph& g, const node& v, bool winograd) {
  const int tile =
      winograd ? winograd_tile(geometry_of(g, v, g.operand_node(v, 0).dims, v.dims), v.dims[3], attributes_of<op::conv2d>(g, v).groups) : 0;
  return tile == 4 ? weight_form::winograd4 : tile == 2 ? weight_form::winograd2 : weight_form::panels;
}

}  // namespace igata::inline IGATA_ABI::plan
