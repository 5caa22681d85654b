// The kernels, compiled once per instruction set that this unit has: each is a namespace with a `kernel_set kernels`, a struct `fixed` and a template
// `pointwise<P>`. simd/isa.hpp says which there are.
//
// The text files are plain code without guards or includes; they stand inside a region that gives every function its instruction
// set, and optimisation and exact floating point whatever the user's flags are. No header may be included inside a region, and no
// function outside may touch a region's vectors. What is scalar code anyway, the drivers, is compiled once for all targets.
#pragma once
#include <cstddef>  // ptrdiff_t, size_t
#include <cstdint>  // int32_t, uint32_t
#include <utility>  // index_sequence
#if defined(IGATA_USE_XSIMD)
#include <xsimd/xsimd.hpp>  // the user's
#endif

#include "../core/scalar_code.hpp"
#include "../simd/cpu.hpp"
#include "../simd/isa.hpp"
#include "../target/fixed.hpp"
#include "../target/kernels.hpp"

#include "region_macros.inc"

#if defined(__clang__)
#if defined(__x86_64__) || defined(__i386__)
#pragma float_control(precise, on, push)
#endif
#else
#if IGATA_HAS_AVX512  // g++ declares 2,300 builtins at the first sight of it; inside a region of `optimize` it would read those options for each
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,fma")
#pragma GCC pop_options
#endif
#endif
IGATA_SCALAR_CODE  // functions with other options are not inlined into the targets'
#include "drivers.text.hpp"
IGATA_SCALAR_CODE_END

#include "region_options.inc"

// What every CPU of this architecture has, unless the unit is compiled for more.
#if IGATA_HAS_PORTABLE || IGATA_HAS_WASM || IGATA_HAS_NEON || IGATA_HAS_SSE2
#define IGATA_TARGET IGATA_BASE
namespace igata::inline IGATA_ABI::IGATA_TARGET {
using namespace plan;
#include "jobs.text.hpp"
#if IGATA_HAS_WASM
#include "../simd/wasm/vec.text.hpp"
#elif IGATA_HAS_NEON
#include "../simd/neon/vec.text.hpp"
#elif IGATA_HAS_SSE2
#include "../simd/sse2/vec.text.hpp"
#else
#include "../simd/portable/vec.text.hpp"
#endif
#include "../simd/math.text.hpp"
#include "parts.text.hpp"
#include "../simd/quad_tiles.text.hpp"
#include "kernels.text.hpp"
#include "kernel_set.text.hpp"
}
#undef IGATA_TARGET
#endif

#if IGATA_HAS_XSIMD
#define IGATA_TARGET xsimd
namespace igata::inline IGATA_ABI::xsimd {
using namespace plan;
#include "jobs.text.hpp"
#include "../simd/xsimd/vec.text.hpp"
#include "../simd/math.text.hpp"
#include "parts.text.hpp"
#include "../simd/xsimd/tiles.text.hpp"
#include "kernels.text.hpp"
#include "kernel_set.text.hpp"
}
#undef IGATA_TARGET
#endif

#if IGATA_HAS_AVX2
IGATA_REGION(IGATA_AVX2_FEATURES)
#define IGATA_TARGET avx2
namespace igata::inline IGATA_ABI::avx2 {
using namespace plan;
#include "jobs.text.hpp"
#include "../simd/avx2/vec.text.hpp"
#include "../simd/math.text.hpp"
#include "parts.text.hpp"
#include "../simd/avx2/tiles.text.hpp"
#include "kernels.text.hpp"
#include "kernel_set.text.hpp"
}
#undef IGATA_TARGET
IGATA_REGION_END
#endif

#if IGATA_HAS_AVX512
#if !defined(__clang__)
#pragma GCC push_options
#pragma GCC target("tune=skylake-avx512")  // else addresses are kept in vector registers, and their way back waits behind products
#endif
IGATA_REGION(IGATA_AVX512_FEATURES)
#define IGATA_TARGET avx512
namespace igata::inline IGATA_ABI::avx512 {
using namespace plan;
#include "jobs.text.hpp"
#include "../simd/avx512/vec.text.hpp"
#include "../simd/avx512/math.text.hpp"
#include "parts.text.hpp"
#include "../simd/avx512/tiles.text.hpp"
#include "kernels.text.hpp"
#include "kernel_set.text.hpp"
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
