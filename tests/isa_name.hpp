// The name of an instruction set in messages. That of kernels_of(which) would have all kernels compiled.
#pragma once
#include <igata/simd/isa.hpp>

inline const char* isa_name(igata::isa which) { return igata::detail::isa_names[static_cast<int>(which)]; }
