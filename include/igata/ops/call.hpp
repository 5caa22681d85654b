// call: a tensor is handed to a function of the host, which may change it, at its place among the steps. To the compiler it is the identity of memory
// of its own: what it reads is there before, what reads it comes behind, and nothing is fused across. The function is none of the graph's: a program
// holds it.
#pragma once
#include "movement.hpp"

namespace igata::inline IGATA_ABI::ir {

struct call_attributes {
  IGATA_ATTRIBUTES(number = 0);  // among the calls of the graph
};

template <>
struct rule<op::call> {  // (x, the parameter whose gradient it is)
  using attributes = call_attributes;

  static constexpr void infer(graph& g, node& v, source at) {
    const node& x = g.operand_node(v, 0);
    v.type = x.type;
    v.dims = x.dims;
    if (!is_floating(x.type)) g.fail("call", text() << "needs a floating type, got " << name_of(x.type) << "; cast(x, f32) first", at);
  }
  static constexpr void evaluate(const evaluation& e) { e.out = e.in(0); }
  static constexpr void gradient(backward& b) { b.add(0, b.dy); }
};

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI::detail {

constexpr int calls_in(const graph& g) {
  int count = 0;
  for (const node& v : g.nodes) count += v.code == op::call;
  return count;
}
constexpr value call_host(value x, value parameter, int number) { return emit<op::call>(x.owner(), {x, parameter}, {.number = number}, 0, {}); }

}  // namespace igata::inline IGATA_ABI::detail
