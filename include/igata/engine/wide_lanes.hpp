// Where kernels of lanes of 64 bits come from: <igata/f64.hpp> says so. What no program has is not there.
#pragma once
#include "carrier.hpp"

namespace igata::inline IGATA_ABI::detail {

template <int>
struct wide_lanes {
  static constexpr bool are_there = false;
};

constexpr bool any_wide(const plan_step* steps, int count) {
  for (int i = 0; i < count; ++i)
    if (steps[i].wide) return true;
  return false;
}

// What a program is told that has such steps where their kernels are not.
template <class Spec>
struct no_wide_lanes {
  static constexpr text make() {
    text why;
    if (failure_of<Spec>::size == 0)
      why << Spec::name() << ": computes in f64, i64 or u64; #include <igata/f64.hpp> in front of it, or cast(x, f32), cast(x, i32)";
    return why;
  }
};

}  // namespace igata::inline IGATA_ABI::detail
