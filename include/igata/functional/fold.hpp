// fold: windows of an image put back, where they overlap added: the opposite of cutting them out, and its gradient. (PyTorch's fold, ONNX Col2Im.)
//
//   value image = fold(columns, {5, 5}, {{.size = 2}, {.size = 2}});      columns [n, c * 4, 16]: [n, c, 5, 5]
#pragma once
#include "../ops/along_axis.hpp"
#include "windows.hpp"

namespace igata::inline IGATA_ABI {

// x [n, c * taps, windows], of windows over one to three axes of an image of these extents: [n, c, extents…].
constexpr value fold(value x, const shape& extents, const window_axes& w, source at = source::here()) {
  if (!x.valid()) return x;
  ir::graph& g = x.owner();
  const ir::library_call call(x, at);
  bool fits = w.count >= 1 && w.count <= 3 && extents.rank == w.count && x.rank() == 3;
  long long windows = 1, places = 1, taps = 1;
  for (int i = 0; fits && i < w.count; ++i) {
    const window_axis& a = w.list[i];
    fits = a.size >= 1 && a.stride >= 1 && a.dilation >= 1 && a.before >= 0 && a.after >= 0;
    windows *= fits ? detail::window_count(a, extents[i]) : 0, places *= extents[i], taps *= a.size;
    fits = fits && windows >= 1 && windows <= x.dims()[2] && taps <= x.dims()[1] && places <= 2147483647;
  }
  if (!fits || windows != x.dims()[2] || x.dims()[1] % taps != 0)
    return g.fail("fold", text() << x.dims() << " of windows over " << extents << "; must be [n, channels * taps, windows]", at), ir::poison(g);
  // [taps…, windows…]: the place in the image, or -1.
  value place, inside;
  for (int i = 0; i < w.count; ++i) {
    const window_axis& a = w.list[i];
    const int count = detail::window_count(a, extents[i]);
    shape tap, window;
    for (int k = 0; k < 2 * w.count; ++k) tap.push(k == i ? a.size : 1), window.push(k == w.count + i ? count : 1);
    const value p = reshape_to(ir::iota(g, a.size) * a.dilation, tap) + reshape_to(ir::iota(g, count) * a.stride, window) - a.before;
    const value fits_here = p >= 0 && p < extents[i];
    place = place.valid() ? place * extents[i] + p : p;
    inside = inside.valid() ? inside && fits_here : fits_here;
  }
  shape rows = x.dims();
  rows[1] = static_cast<int>(rows[1] / taps), rows[2] = static_cast<int>(taps * windows);
  shape one = rows, whole = rows;
  one[0] = one[1] = 1, one.rows_of = no_symbol, whole[2] = static_cast<int>(places);
  const value index = broadcast_to(reshape_to(select(inside, place, -1), one), rows);
  const value zeros = broadcast_to(ir::constant(g, 0, x.type(), at), whole);
  shape image = whole;
  --image.rank;
  for (int i = 0; i < extents.rank; ++i) image.push(extents[i]);
  return reshape_to(put_along_axis(zeros, index, reshape_to(x, rows), 2, scatter_reduction::add, at), image);
}

}  // namespace igata::inline IGATA_ABI
