// Kernels of lanes of 64 bits: programs that compute in f64, i64 or u64. A unit that does not include this does not parse them.
#pragma once
#include "engine/wide_lanes.hpp"
#include "kernels/wide.hpp"

namespace igata::inline IGATA_ABI::detail {

template <>
struct wide_lanes<0> {
  static constexpr bool are_there = true;
  // Only those that steps call; the others do not reach the binary.
  template <kernel_subset Used>
  static constexpr plan::kernel_set kernels_of(isa which) {
    const plan::kernel_set& all = plan::wide_kernels_of(which);
    plan::kernel_set some{};
    some.name = all.name;
    some.vector_floats = all.vector_floats;
#define IGATA_KERNEL(name, fields) \
  if (Used.has(plan::step_kind::name, true)) some.name = all.name;
#include "target/kernels.inc"
#undef IGATA_KERNEL
    return some;
  }
  template <pointwise_program P>
  static constexpr pointwise_fn pointwise_of(isa which) noexcept {
    return plan::wide_pointwise_of<P>(which);
  }
};

}  // namespace igata::inline IGATA_ABI::detail
