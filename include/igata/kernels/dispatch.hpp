// Which targets this program has, and which one this CPU should run.
//
//   const kernel_set& k = kernels_of(best_isa());   // once, when a program is constructed
//   pointwise_fn f = pointwise_of<P>(best_isa());
#pragma once
#include "targets.hpp"

namespace igata::inline IGATA_ABI {

enum class isa { base, avx2, avx512 };

// In rising order; the first one runs on every CPU that this unit was compiled for.
inline constexpr isa compiled_isas[] = {
#if IGATA_HAS_BASE
    isa::base,
#endif
#if IGATA_HAS_AVX2
    isa::avx2,
#endif
#if IGATA_HAS_AVX512
    isa::avx512,
#endif
};

namespace detail {
inline bool cpu_runs(isa which) noexcept {
  if (which == compiled_isas[0]) return true;
#if IGATA_HAS_AVX512
  if (which == isa::avx512)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("fma");
#endif
#if IGATA_HAS_AVX2
  if (which == isa::avx2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
  return false;
}
}  // namespace detail

[[gnu::cold]] inline isa best_isa() noexcept {
  isa best = compiled_isas[0];
  for (const isa candidate : compiled_isas)
    if (detail::cpu_runs(candidate)) best = candidate;
  return best;
}

namespace detail {
#if IGATA_HAS_BASE
namespace lowest = base;
#elif IGATA_HAS_AVX2
namespace lowest = avx2;
#else
namespace lowest = avx512;
#endif
}  // namespace detail

// An instruction set that is not compiled in gives the lowest one that is.
constexpr const kernel_set& kernels_of([[maybe_unused]] isa which) noexcept {
#if IGATA_HAS_AVX512
  if (which == isa::avx512) return avx512::kernels;
#endif
#if IGATA_HAS_AVX2
  if (which == isa::avx2) return avx2::kernels;
#endif
  return detail::lowest::kernels;
}

// The kernels with constant extents: fixed_of<isa::avx2>::gemm<S, P>.
namespace detail {
template <isa>
struct fixed_in {
  using type = lowest::fixed;
};
#if IGATA_HAS_AVX512
template <>
struct fixed_in<isa::avx512> {
  using type = avx512::fixed;
};
#endif
#if IGATA_HAS_AVX2
template <>
struct fixed_in<isa::avx2> {
  using type = avx2::fixed;
};
#endif
}  // namespace detail
template <isa Which>
using fixed_of = typename detail::fixed_in<Which>::type;

template <pointwise_program P>
constexpr pointwise_fn pointwise_of([[maybe_unused]] isa which) noexcept {
  if constexpr (is_uniform(P)) return detail::lowest::pointwise<P>;
#if IGATA_HAS_AVX512
  if (which == isa::avx512) return avx512::pointwise<P>;
#endif
#if IGATA_HAS_AVX2
  if (which == isa::avx2) return avx2::pointwise<P>;
#endif
  return detail::lowest::pointwise<P>;
}

}  // namespace igata::inline IGATA_ABI
