// The interpreter of pointwise programs on lanes of 64 bits: as interpreter.hpp.
#pragma once
#include "../target/interpreted.hpp"
#include "wide.hpp"

#define IGATA_LANES(target) wide_##target
#define IGATA_LANES_BASE wide_base
#define IGATA_INTERPRETER_OF wide_interpreter_of
#include "interpreters.inc"
#undef IGATA_LANES
#undef IGATA_LANES_BASE
#undef IGATA_INTERPRETER_OF
