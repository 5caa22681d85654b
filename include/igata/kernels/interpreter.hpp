// The interpreter of pointwise programs, for plans that are made at run time.
//
//   const interpreted_program p(some_program);
//   pointwise_args args; … args.program = &p;
//   interpreter_of(best_isa(), p)(args);
#pragma once
#include "../target/interpreted.hpp"
#include "dispatch.hpp"

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
