// Numbers about a graph: parameters, floating-point operations.
#pragma once
#include "../ops/matmul.hpp"
#include "../ops/window.hpp"

namespace igata::inline IGATA_ABI::plan {

// Elements of all variables with this role.
constexpr long long variable_count(const graph& g, role kind) {
  long long total = 0;
  for (const variable& v : g.variables)
    if (v.kind == kind) total += v.dims.count();
  return total;
}
constexpr long long variable_bytes(const graph& g, role kind) {
  long long bytes = 0;
  for (const variable& v : g.variables)
    if (v.kind == kind) bytes += v.dims.count() * size_of(v.type);
  return bytes;
}

// What the number of operations of a node is a multiple of.
constexpr symbol rows_of(const graph& g, const node& v) {
  if (v.arity > 0 && g.operand_node(v, 0).dims.rows_of) return g.operand_node(v, 0).dims.rows_of;
  return v.dims.rows_of;
}

// What multiplies and adds in registers: a loop over memory takes as long for an element as some of its operations.
constexpr bool multiplies(op code) {
  return family_of(code) == family::contraction || code == op::conv2d_input_grad || code == op::conv2d_filter_grad;
}
// Floating-point operations of one node for n rows: two for a multiply-add, one for an element of anything elementwise or reduced.
constexpr long long flops_of(const graph& g, const node& v, int n = 1) {
  switch (v.code) {
    case op::byte_matmul:
    case op::matmul: {
      const shape a = g.operand_node(v, 0).dims;
      const int inner = matmul_attributes_of(g, v).transpose_a ? a.rank - 2 : a.rank - 1;
      return 2 * v.dims.count(n) * a[inner] * (a.rows_of && inner == 0 ? n : 1);
    }
    case op::byte_conv2d:
    case op::conv2d: {
      const shape w = g.operand_node(v, 1).dims;
      return 2 * v.dims.count(n) * w[0] * w[1] * w[2];
    }
    case op::conv2d_input_grad: {
      const shape w = g.operand_node(v, 0).dims;
      return 2 * g.operand_node(v, 1).dims.count(n) * w[0] * w[1] * w[2];
    }
    case op::conv2d_filter_grad: return 2 * g.operand_node(v, 1).dims.count(n) * v.dims[0] * v.dims[1] * v.dims[2];
    case op::max_pool2d:
    case op::avg_pool2d: {
      const window w = window::of(g, v);
      return v.dims.count(n) * w.kernel_h * w.kernel_w;
    }
    default: break;
  }
  if (family_of(v.code) == family::elementwise) return v.dims.count(n);
  if (family_of(v.code) == family::reduction) return g.operand_node(v, 0).dims.count(n);
  return 0;
}
constexpr long long flops(const graph& g, int n = 1) {
  long long total = 0;
  for (const node& v : g.nodes) total += flops_of(g, v, n);
  return total;
}

}  // namespace igata::inline IGATA_ABI::plan
