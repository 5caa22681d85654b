// The kernels once more, of lanes of 64 bits (f64, i64), for programs that have such steps: for each instruction set a namespace with a table and
// a template `pointwise<P>`, of the same text as those of targets.hpp; and which this CPU should run. What only lanes of 32 bits have is null.
//
//   wide_kernels_of(best_isa()).gemm(args);  // whose addresses are of doubles
#pragma once
#include <bit>  // bit_cast

#include "dispatch.hpp"
#include "region_macros.inc"

#if defined(__clang__) && (defined(__x86_64__) || defined(__i386__))
#pragma float_control(precise, on, push)
#endif
IGATA_SCALAR_CODE
namespace igata::inline IGATA_ABI::wide_drivers {
using namespace plan;
namespace drivers = wide_drivers;
#include "wide_lanes.text.hpp"
#include "primitives.text.hpp"
#include "../simd/wide/turn_far.text.hpp"
#include "rows.text.hpp"
#include "window.text.hpp"
#include "wide_kernels.text.hpp"
}
IGATA_SCALAR_CODE_END

#include "region_options.inc"

#if IGATA_HAS_PORTABLE || IGATA_HAS_WASM || IGATA_HAS_NEON || IGATA_HAS_SSE2
#define IGATA_TARGET wide_base
namespace igata::inline IGATA_ABI::wide_base {
using namespace plan;
namespace drivers = wide_drivers;
#include "wide_lanes.text.hpp"
#include "jobs.text.hpp"
#if IGATA_HAS_WASM
#include "../simd/wasm/wide.text.hpp"
#elif IGATA_HAS_NEON
#include "../simd/neon/wide.text.hpp"
#elif IGATA_HAS_SSE2
#include "../simd/sse2/wide.text.hpp"
#else
#include "../simd/portable/wide.text.hpp"
#endif
#include "../simd/wide/math.text.hpp"
#include "wide_parts.text.hpp"
#include "../simd/wide/pair_tiles.text.hpp"
#include "wide_kernels.text.hpp"
#include "wide_kernel_set.text.hpp"
}
#undef IGATA_TARGET
namespace igata::inline IGATA_ABI {
namespace wide_portable = wide_base;
namespace wide_wasm = wide_base;
namespace wide_neon = wide_base;
namespace wide_sse2 = wide_base;
}
#endif

#if IGATA_HAS_AVX2
IGATA_REGION(IGATA_AVX2_FEATURES)
#define IGATA_TARGET wide_avx2
namespace igata::inline IGATA_ABI::wide_avx2 {
using namespace plan;
namespace drivers = wide_drivers;
#include "wide_lanes.text.hpp"
#include "jobs.text.hpp"
#include "../simd/avx2/wide.text.hpp"
#include "../simd/wide/math.text.hpp"
#include "wide_parts.text.hpp"
#include "../simd/avx2/wide_tiles.text.hpp"
#include "wide_kernels.text.hpp"
#include "wide_kernel_set.text.hpp"
}
#undef IGATA_TARGET
IGATA_REGION_END
#endif

#if IGATA_HAS_AVX512
#if !defined(__clang__)
#pragma GCC push_options
#pragma GCC target("tune=skylake-avx512")
#endif
IGATA_REGION(IGATA_AVX512_FEATURES)
#define IGATA_TARGET wide_avx512
namespace igata::inline IGATA_ABI::wide_avx512 {
using namespace plan;
namespace drivers = wide_drivers;
#include "wide_lanes.text.hpp"
#include "jobs.text.hpp"
#include "../simd/avx512/wide.text.hpp"
#include "../simd/wide/math.text.hpp"
#include "wide_parts.text.hpp"
#include "../simd/avx512/wide_tiles.text.hpp"
#include "wide_kernels.text.hpp"
#include "wide_kernel_set.text.hpp"
}
#undef IGATA_TARGET
IGATA_REGION_END
#if !defined(__clang__)
#pragma GCC pop_options
#endif
#endif

#if !defined(__clang__)
#pragma GCC pop_options
#elif defined(__x86_64__) || defined(__i386__)
#pragma float_control(pop)
#endif
#include "region_macros_end.inc"

#if IGATA_HAS_XSIMD  // no text of its own
namespace igata::inline IGATA_ABI {
#if IGATA_HAS_PORTABLE || IGATA_HAS_WASM || IGATA_HAS_NEON || IGATA_HAS_SSE2
namespace wide_xsimd = wide_base;
#elif IGATA_HAS_AVX2
namespace wide_xsimd = wide_avx2;
#else
namespace wide_xsimd = wide_avx512;
#endif
}
#endif

namespace igata::inline IGATA_ABI::plan {

// An instruction set that is not compiled in gives the lowest one that is; here and below.
template <kernel_subset Used = kernel_subset::all()>
constexpr const kernel_set& wide_kernels_of([[maybe_unused]] isa which) noexcept {
  switch (which) {
#define IGATA_ISA(name, compiled, features) IGATA_IF(compiled, case isa::name : return wide_##name::kernels<Used>;)
#include "../simd/targets.inc"
#undef IGATA_ISA
    default:
      return wide_kernels_of<Used>(compiled_isas[0]);
  }
}
template <pointwise_program P>
constexpr pointwise_fn wide_pointwise_of([[maybe_unused]] isa which) noexcept {
  switch (is_uniform(P) ? compiled_isas[0] : which) {
#define IGATA_ISA(name, compiled, features) IGATA_IF(compiled, case isa::name : return wide_##name::pointwise<P>;)
#include "../simd/targets.inc"
#undef IGATA_ISA
    default:
      return wide_pointwise_of<P>(compiled_isas[0]);
  }
}

}  // namespace igata::inline IGATA_ABI::plan
