// det: determinants of matrices, by elimination with the largest pivot of each column.
//
//   value d = det(x);      x [n, 3, 3]: [n]
#pragma once
#include "../ops/along_axis.hpp"

namespace igata::inline IGATA_ABI {

// x [..., k, k]: [...]. A step for each column, so for small matrices: k is at most 64.
constexpr value det(value x, source at = source::here()) {
  if (!x.valid()) return x;
  ir::graph& g = x.owner();
  const ir::library_call call(x, at);
  const int rank = x.rank();
  if (rank < 2 || x.extent(-1) != x.extent(-2) || x.extent(-1) < 1 || x.extent(-1) > 64 || (rank == 2 && x.dims().rows_of))
    return g.fail("det", text() << "of " << x.dims() << "; must be [..., k, k] with k up to 64", at), ir::poison(g);
  value y, rest = x;
  for (int k = x.extent(-1); k > 0; --k) {
    const value column = slice(rest, -1, 0, 1), pivot = argmax(abs(stop_gradient(column)), -2, true);  // [..., 1, 1]
    // The rows 0 and `pivot` change places.
    const value row = reshape_to(ir::iota(g, k), {k, 1});
    const value from = select(row == pivot, pivot * 0, select(row == 0, pivot + row * 0, row + pivot * 0));
    const value turned = take_along_axis(rest, broadcast_to(from, rest.dims()), rank - 2);
    const value first = slice(turned, -2, 0, 1), head = slice(first, -1, 0, 1);
    const value factor = select(pivot == 0, head, -head);
    y = y.valid() ? y * factor : factor;
    if (k == 1) break;
    const value below = slice(turned, -2, 1, k), scale = slice(below, -1, 0, 1) / select(head == 0, 1, head);
    rest = slice(below, -1, 1, k) - scale * slice(first, -1, 1, k);
  }
  shape dims = x.dims();
  dims.rank -= 2;
  return reshape_to(y, dims);
}

}  // namespace igata::inline IGATA_ABI
