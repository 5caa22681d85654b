// Kernels of lanes of 64 bits: programs and sessions that compute in f64, i64 or u64. A unit that does not include this does not parse them.
#pragma once
#include "engine/wide_lanes.hpp"
#include "kernels/wide.hpp"

namespace igata::inline IGATA_ABI::detail {

template <>
struct wide_lanes<0> {
  static constexpr bool are_there = true;
  template <kernel_subset Used>
  static constexpr const plan::kernel_set& kernels_of(isa which) noexcept {
    return plan::wide_kernels_of<Used.of_wide()>(which);
  }
  template <pointwise_program P>
  static constexpr pointwise_fn pointwise_of(isa which) noexcept {
    return plan::wide_pointwise_of<P>(which);
  }
};

}  // namespace igata::inline IGATA_ABI::detail

#define IGATA_HAS_WIDE_LANES
#if defined(IGATA_HAS_SESSION_CODE)
#include "engine/wide_sessions.hpp"
#endif
