// Which targets this program has, and which one this CPU should run.
//
//   const kernel_set& k = kernels_of(best_isa());   // once, when a program is constructed
//   pointwise_fn f = pointwise_of<P>(best_isa());
#pragma once
#include "../simd/cpu.hpp"
#include "targets.hpp"

namespace igata::inline IGATA_ABI::detail {

inline constexpr cpu_features needed_features[] = {
#define IGATA_ISA(name, compiled, features) features_named(features),
#include "../simd/targets.inc"
#undef IGATA_ISA
};
// Whether a CPU with these features runs this unit's kernels for an instruction set. The lowest needs no more than the unit itself.
constexpr bool runs_on(cpu_features cpu, isa which) {
  return which == compiled_isas[0] || (compiled_or_lowest(which) == which && cpu.has(needed_features[static_cast<int>(which)]));
}
constexpr isa best_on(cpu_features cpu) {
  isa best = compiled_isas[0];
  for (const isa candidate : compiled_isas)
    if (runs_on(cpu, candidate)) best = candidate;
  return best;
}
inline bool cpu_runs(isa which) noexcept { return runs_on(this_cpu(), which); }

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI {

[[gnu::cold]] inline isa best_isa() noexcept { return detail::best_on(detail::this_cpu()); }

namespace detail {
template <isa Which>
struct target : target<compiled_or_lowest(Which)> {};
#define IGATA_ISA(name, compiled, features)                           \
  IGATA_IF(                                                           \
      compiled, template <> struct target<isa::name> {                \
        using fixed = name::fixed;                                    \
        template <pointwise_program P>                                \
        static constexpr pointwise_fn pointwise = name::pointwise<P>; \
      };)
#include "../simd/targets.inc"
#undef IGATA_ISA
using lowest = target<compiled_isas[0]>;
}  // namespace detail

}  // namespace igata::inline IGATA_ABI

namespace igata::inline IGATA_ABI::plan {

// An instruction set that is not compiled in gives the lowest one that is; here and below.
template <kernel_subset Used = kernel_subset::all()>
constexpr const kernel_set& kernels_of([[maybe_unused]] isa which) noexcept {
  switch (which) {
#define IGATA_ISA(name, compiled, features) IGATA_IF(compiled, case isa::name : return name::kernels<Used>;)
#include "../simd/targets.inc"
#undef IGATA_ISA
    default:
      return kernels_of<Used>(compiled_isas[0]);
  }
}

// The kernels with constant extents: fixed_of<isa::avx2>::gemm<S, P>.
template <isa Which>
using fixed_of = typename detail::target<Which>::fixed;

template <pointwise_program P>
constexpr pointwise_fn pointwise_of([[maybe_unused]] isa which) noexcept {
  if constexpr (is_uniform(P)) return detail::lowest::pointwise<P>;
  switch (which) {
#define IGATA_ISA(name, compiled, features) IGATA_IF(compiled, case isa::name : return name::pointwise<P>;)
#include "../simd/targets.inc"
#undef IGATA_ISA
    default:
      return detail::lowest::pointwise<P>;
  }
}

// The functions of kernels/binding.text.hpp.
using draw_uniform_fn = void (*)(std::uint32_t key_x, std::uint32_t key_y, std::uint32_t first, std::ptrdiff_t count, double scale,
                                 float* out) noexcept;
using filter_points_fn = void (*)(const drivers::filter_points_job&) noexcept;
constexpr draw_uniform_fn draw_uniform_of([[maybe_unused]] isa which) noexcept {
  switch (which) {
#define IGATA_ISA(name, compiled, features) IGATA_IF(compiled, case isa::name : return name::draw_uniform;)
#include "../simd/targets.inc"
#undef IGATA_ISA
    default:
      return draw_uniform_of(compiled_isas[0]);
  }
}
constexpr filter_points_fn filter_points_of([[maybe_unused]] isa which) noexcept {
  switch (which) {
#define IGATA_ISA(name, compiled, features) IGATA_IF(compiled, case isa::name : return name::filter_points;)
#include "../simd/targets.inc"
#undef IGATA_ISA
    default:
      return filter_points_of(compiled_isas[0]);
  }
}

}  // namespace igata::inline IGATA_ABI::plan
