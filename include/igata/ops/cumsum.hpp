// cumsum: running sums along an axis. (NumPy, PyTorch; exclusive and reverse as in TensorFlow and ONNX CumSum.)
//
//   value c = cumsum(x, 1);                                   [n, t, c]: y[:, i] = x[:, 0] + … + x[:, i]
//   value rest = cumsum(x, -1, {.exclusive = true, .reverse = true});   the sum of what comes behind
#pragma once
#include "movement.hpp"

namespace igata::inline IGATA_ABI::ir {

struct cumsum_attributes {
  IGATA_ATTRIBUTES(axis = 0, exclusive = 0, reverse = 0);
};

template <>
struct rule<op::cumsum> {
  using attributes = cumsum_attributes;

  static constexpr void infer(graph& g, node& v, source at) {
    const node& x = g.operand_node(v, 0);
    v.type = x.type;
    v.dims = x.dims;
    if (!is_floating(x.type) && x.type != i32 && x.type != i64)
      return g.fail("cumsum", text() << "needs numbers, got " << name_of(x.type) << "; cast(x, f32) first", at);
    if (attributes_of<op::cumsum>(g, v).axis == 0 && x.dims.rows_of) refuse_symbol(g, "cumsum", "along", x.dims.rows_of, at);
  }
  static constexpr void evaluate(const evaluation& e) {
    const shape dims = e.dims();
    const strides step(dims);
    const cumsum_attributes a = attributes_of<op::cumsum>(e);
    const int length = dims[a.axis], along = static_cast<int>(step[a.axis]);
    const bool whole = is_whole(e.v.type);
    for (int i = 0; i < e.out.size(); ++i) {
      const int position = i / along % length;
      if (position != (a.reverse ? length - 1 : 0)) continue;  // the first of a sum
      double sum = 0;
      std::uint64_t bits = 0;
      for (int k = 0, at = i; k < length; ++k, at += a.reverse ? -along : along) {
        const double before = sum;
        if (whole) bits += whole_of(e.in(0)[at], e.v.type), sum = held_as(bits, e.v.type);
        else sum += e.in(0)[at];
        e.out[at] = a.exclusive ? before : sum;
      }
    }
  }
  static constexpr void gradient(backward& b) {
    cumsum_attributes a = attributes_of<op::cumsum>(b);
    a.reverse = !a.reverse;
    b.add(0, emit<op::cumsum>(b.g, {b.dy}, a, 0, {}));
  }
};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI {

struct cumsum_options {
  bool exclusive = false;  // without the element itself: the first sum is 0
  bool reverse = false;    // from the end
};
// Sums are added one after the other, in the axis' order. An axis below 0 counts from the end; it may not be the batch.
constexpr value cumsum(value x, int axis, cumsum_options o = {}, source at = source::here()) {
  if (!x.valid()) return x;
  ir::graph& g = x.owner();
  axis = normalize_axis(g, "cumsum", axis, x.rank(), at);
  if (g.failed()) return poison(g);
  const value from = ir::widened_for_kernels(x, at),
              y = ir::emit<ir::op::cumsum>(g, {from}, {.axis = axis, .exclusive = o.exclusive, .reverse = o.reverse}, 0, at);
  return ir::narrowed_as(y, x.type(), at);
}

}  // namespace igata::inline IGATA_ABI
