// The interpreter of pointwise programs, for plans that are made at run time, on each instruction set of targets.hpp.
//
//   const interpreted_program p(some_program);
//   pointwise_args args; … args.program = &p;
//   interpreter_of(best_isa(), p)(args);
#pragma once
#include "../target/interpreted.hpp"
#include "dispatch.hpp"

#define IGATA_LANES(target) target
#define IGATA_LANES_BASE IGATA_BASE
#define IGATA_LANES_XSIMD xsimd
#define IGATA_INTERPRETER_OF interpreter_of
#include "interpreters.inc"
#undef IGATA_LANES
#undef IGATA_LANES_BASE
#undef IGATA_LANES_XSIMD
#undef IGATA_INTERPRETER_OF
