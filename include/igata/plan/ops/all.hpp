// Every primitive's lowering.
#pragma once
#include "along_axis.hpp"
#include "byte_conv2d.hpp"
#include "byte_matmul.hpp"
#include "call.hpp"
#include "conv2d.hpp"
#include "copies.hpp"
#include "cumsum.hpp"
#include "elementwise.hpp"
#include "matmul.hpp"
#include "pool2d.hpp"
#include "reduction.hpp"
#include "table.hpp"

namespace igata::inline IGATA_ABI::detail {

struct lowering_facts {
  bool (*fuses)(const graph&, const node&);
  unsigned reads_past, any_strides;
  bool chooses;  // not of the function's address: to g++ with sanitizers whether that is null is no constant
  choice (*choose)(const anchored&, const weight_forms&);
};
template <class Lowering>
constexpr lowering_facts facts_of_lowering() {
  if constexpr (requires { &Lowering::choose; }) return {Lowering::fuses, Lowering::reads_past, Lowering::any_strides, true, Lowering::choose};
  else return {Lowering::fuses, Lowering::reads_past, Lowering::any_strides, false, nullptr};
}
inline constexpr lowering_facts lowerings[] = {
#define IGATA_OP(name, family, arity) facts_of_lowering<lowering<op::name>>(),
#include "../../ir/op_list.inc"
#undef IGATA_OP
};

}  // namespace igata::inline IGATA_ABI::detail
