// The interpreter of pointwise programs on lanes of 64 bits: as interpreter.hpp.
#pragma once
#include "../target/interpreted.hpp"
#include "wide.hpp"

#include "region_macros.inc"

#if defined(__clang__) && (defined(__x86_64__) || defined(__i386__))
#pragma float_control(precise, on, push)
#endif
#include "region_options.inc"

#if IGATA_HAS_PORTABLE || IGATA_HAS_WASM || IGATA_HAS_NEON || IGATA_HAS_SSE2
namespace igata::inline IGATA_ABI::wide_base {
#include "interpreter.text.hpp"
}
#endif

#if IGATA_HAS_AVX2
IGATA_REGION(IGATA_AVX2_FEATURES)
namespace igata::inline IGATA_ABI::wide_avx2 {
#include "interpreter.text.hpp"
}
IGATA_REGION_END
#endif

#if IGATA_HAS_AVX512
#if !defined(__clang__)
#pragma GCC push_options
#pragma GCC target("tune=skylake-avx512")
#endif
IGATA_REGION(IGATA_AVX512_FEATURES)
namespace igata::inline IGATA_ABI::wide_avx512 {
#include "interpreter.text.hpp"
}
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

namespace igata::inline IGATA_ABI::plan {

inline pointwise_fn wide_interpreter_of(isa which, const interpreted_program& p) noexcept {
  switch (is_uniform(p.program) ? compiled_isas[0] : which) {
#define IGATA_ISA(name, compiled, features) IGATA_IF(compiled, case isa::name : return wide_##name::interpreter<interpreted_program>::run;)
#include "../simd/targets.inc"
#undef IGATA_ISA
    default:
      return wide_interpreter_of(compiled_isas[0], p);
  }
}

}  // namespace igata::inline IGATA_ABI::plan
