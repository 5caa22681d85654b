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
#include "../simd/isa.hpp"
#include "../target/fixed.hpp"
#include "../target/kernels.hpp"

#define IGATA_PRAGMA(text) _Pragma(#text)
#define IGATA_INLINE [[gnu::always_inline]] inline
#define IGATA_UNROLL _Pragma("GCC unroll 9")  // g++ keeps an array in memory if any loop over it stays a loop
#define IGATA_UNROLL_ALL _Pragma("GCC unroll 16")
#if defined(__clang__)
#define IGATA_REGION(isa) IGATA_PRAGMA(clang attribute push(__attribute__((target(isa))), apply_to = function))
#define IGATA_REGION_END _Pragma("clang attribute pop")
#define IGATA_PIN(v)
#define IGATA_KEEP_INDEX(i)
#if __FINITE_MATH_ONLY__
// Whatever the region says: what clang knows to be NaN or infinite it takes for anything under a user's -ffast-math.
#define IGATA_HIDE(bits) asm("" : "+r"(bits))
#if defined(__SSE2__)
#define IGATA_HIDE_VECTOR(v) asm("" : "+v"(v))
#elif defined(__aarch64__)
#define IGATA_HIDE_VECTOR(v) asm("" : "+w"(v))
#endif
#else
#define IGATA_HIDE(bits)
#endif
#else
#define IGATA_REGION(isa) _Pragma("GCC push_options") IGATA_PRAGMA(GCC target(isa))
#define IGATA_REGION_END _Pragma("GCC pop_options")
// g++ otherwise folds one load into every use of it, or moves code from behind a loop into it and spills.
#define IGATA_PIN(v) asm("" : "+v"(v))
// g++ otherwise gives every pointer that is indexed with i an addition of its own.
#define IGATA_KEEP_INDEX(i) asm("" : "+r"(i))
#define IGATA_HIDE(bits)
#endif
#if !defined(IGATA_HIDE_VECTOR)
#define IGATA_HIDE_VECTOR(v)
#endif

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

#if !defined(__clang__)
#pragma GCC push_options
#if IGATA_SMALL_TARGET
#pragma GCC optimize("Os", "no-fast-math", "fp-contract=off")
#else
// Without the passes that cost compile time and give these loops nothing. PRE would also move the first operation behind a loop into it.
#pragma GCC optimize("O2", "no-fast-math", "fp-contract=off", "no-tree-pre", "no-tree-vrp", "no-gcse", "no-thread-jumps", "no-tree-dominator-opts", \
                     "no-tree-slp-vectorize", "no-schedule-insns2", "no-tree-ccp", "no-tree-pta", "no-code-hoisting", "no-tree-scev-cprop")
#endif
#endif

// IGATA_ELEMENTWISE_FMA, _SQRT: clang's builtins for vectors of any length.
#if defined(__has_builtin)
#if __has_builtin(__builtin_elementwise_fma) && defined(__clang__)
#define IGATA_ELEMENTWISE_FMA 1
#endif
#if __has_builtin(__builtin_elementwise_sqrt) && defined(__clang__)
#define IGATA_ELEMENTWISE_SQRT 1
#endif
#endif

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

#undef IGATA_PRAGMA
#undef IGATA_INLINE
#undef IGATA_UNROLL
#undef IGATA_UNROLL_ALL
#undef IGATA_REGION
#undef IGATA_REGION_END
#undef IGATA_PIN
#undef IGATA_HIDE
#undef IGATA_HIDE_VECTOR
#undef IGATA_KEEP_INDEX
#undef IGATA_ELEMENTWISE_FMA
#undef IGATA_ELEMENTWISE_SQRT
