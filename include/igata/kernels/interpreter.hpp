// The interpreter of pointwise programs, for plans that are made at run time, on each instruction set of targets.hpp.
//
//   const interpreted_program p(some_program);
//   pointwise_args args; … args.program = &p;
//   interpreter_of(best_isa(), p)(args);
#pragma once
#include "../target/interpreted.hpp"
#include "dispatch.hpp"
#include "region_macros.inc"

#if defined(__clang__) && (defined(__x86_64__) || defined(__i386__))
#pragma float_control(precise, on, push)
#endif
#include "region_options.inc"

#if IGATA_HAS_PORTABLE || IGATA_HAS_WASM || IGATA_HAS_NEON || IGATA_HAS_SSE2
namespace igata::inline IGATA_ABI::IGATA_BASE {
#include "interpreter.text.hpp"
}
#endif

#if IGATA_HAS_XSIMD
namespace igata::inline IGATA_ABI::xsimd {
#include "interpreter.text.hpp"
}
#endif

#if IGATA_HAS_AVX2
IGATA_REGION(IGATA_AVX2_FEATURES)
namespace igata::inline IGATA_ABI::avx2 {
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
namespace igata::inline IGATA_ABI::avx512 {
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

inline pointwise_fn interpreter_of(isa which, const interpreted_program& p) noexcept {
  switch (is_uniform(p.program) ? compiled_isas[0] : which) {  // as pointwise_of chooses
#define IGATA_ISA(name, compiled, features) IGATA_IF(compiled, case isa::name : return name::interpreter<interpreted_program>::run;)
#include "../simd/targets.inc"
#undef IGATA_ISA
    default:
      return interpreter_of(compiled_isas[0], p);
  }
}

}  // namespace igata::inline IGATA_ABI::plan
