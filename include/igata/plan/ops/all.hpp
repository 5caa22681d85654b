// Every primitive's lowering.
#pragma once
#include "along_axis.hpp"
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
  choice (*choose)(const anchored&, const weight_forms&);
};
inline constexpr lowering_facts lowerings[] = {
#define IGATA_OP(name, family, arity) {lowering<op::name>::fuses, lowering<op::name>::reads_past, lowering<op::name>::any_strides, lowering<op::name>::choose},
#include "../../ir/op_list.inc"
#undef IGATA_OP
};

}  // namespace igata::inline IGATA_ABI::detail
