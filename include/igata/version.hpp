// Version of the library and the tag of its inline namespace.
//
// The tag carries what the linker must not mix: units compiled with different -m flags, -ffast-math, IGATA_MAX_ISA, or with and without
// exceptions, give a link error that names the tags where they meet, instead of a program that dies on an older CPU or whose exceptions
// become aborts.
#pragma once
#include "core/foreign_macros.hpp"

#define IGATA_VERSION_MAJOR 0
#define IGATA_VERSION_MINOR 1
#define IGATA_VERSION_PATCH 0

#if defined(_MSC_VER) && !defined(__clang__)
#error "igata needs GCC 12 or clang 14 (clang-cl works): it uses their vector extensions"
#elif (defined(__clang__) && __clang_major__ < 14) || (!defined(__clang__) && __GNUC__ < 12)
#error "igata needs GCC 12 or clang 14, or a later one"
#elif __cplusplus < 202002L
#error "igata needs C++20: compile with -std=c++20"
#endif

// Flags that change what inline functions become: the linker keeps one of each, for all units.
#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__AVX512DQ__)
#if defined(__AVX512VBMI__)
#define IGATA_ABI_LEVEL _compiled_with_mavx512vbmi
#else
#define IGATA_ABI_LEVEL _compiled_with_mavx512
#endif
#elif defined(__AVX512F__)
#define IGATA_ABI_LEVEL _compiled_with_mavx512f
#elif defined(__AVX2__) && defined(__FMA__)
#define IGATA_ABI_LEVEL _compiled_with_mavx2_mfma
#elif defined(__AVX2__)
#define IGATA_ABI_LEVEL _compiled_with_mavx2
#elif defined(__FMA__) || defined(__FMA4__)
#define IGATA_ABI_LEVEL _compiled_with_mfma
#elif defined(__AVX__)
#define IGATA_ABI_LEVEL _compiled_with_mavx
#elif defined(__SSE4_2__)
#define IGATA_ABI_LEVEL _compiled_with_msse4_2
#elif defined(__SSE4_1__)
#define IGATA_ABI_LEVEL _compiled_with_msse4_1
#elif defined(__SSSE3__)
#define IGATA_ABI_LEVEL _compiled_with_mssse3
#elif defined(__SSE3__)
#define IGATA_ABI_LEVEL _compiled_with_msse3
#elif defined(__ARM_FEATURE_SVE)
#define IGATA_ABI_LEVEL _compiled_with_sve
#elif defined(__ARM_FEATURE_ATOMICS)
#define IGATA_ABI_LEVEL _compiled_with_lse
#else
#define IGATA_ABI_LEVEL
#endif
#if defined(__BMI2__)
#define IGATA_ABI_BITS _mbmi2
#elif defined(__BMI__) || defined(__LZCNT__)
#define IGATA_ABI_BITS _mbmi
#elif defined(__POPCNT__) && !defined(__SSE4_2__)
#define IGATA_ABI_BITS _mpopcnt
#else
#define IGATA_ABI_BITS
#endif
#if defined(__FAST_MATH__)
#define IGATA_ABI_MATH _ffast_math
#elif defined(__ASSOCIATIVE_MATH__)
#define IGATA_ABI_MATH _funsafe_math_optimizations
#elif defined(__RECIPROCAL_MATH__)
#define IGATA_ABI_MATH _freciprocal_math
#elif defined(__NO_SIGNED_ZEROS__)
#define IGATA_ABI_MATH _fno_signed_zeros
#else
#define IGATA_ABI_MATH
#endif
#if !defined(__FAST_MATH__) && defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__
#define IGATA_ABI_FINITE _ffinite_math_only
#else
#define IGATA_ABI_FINITE
#endif
// The highest instruction set that a unit has kernels for: 0, 1 (AVX2), 2 (AVX-512). g++ stores vectors of 32 and 64 bytes on the stack of Windows,
// which is aligned to 16, by instructions that end a program there (GCC bug 54412); whoever has its assembler write others, by
// -Wa,-muse-unaligned-vector-move, says IGATA_MAX_ISA=2 himself.
#ifndef IGATA_MAX_ISA
#if (defined(_WIN32) || defined(__CYGWIN__)) && !defined(__clang__)
#define IGATA_MAX_ISA 0
#else
#define IGATA_MAX_ISA 2
#endif
#endif
#if IGATA_MAX_ISA == 2
#define IGATA_ABI_TARGETS
#elif IGATA_MAX_ISA == 1
#define IGATA_ABI_TARGETS _max_isa_1
#elif IGATA_MAX_ISA == 0
#define IGATA_ABI_TARGETS _max_isa_0
#else
#error "igata: IGATA_MAX_ISA = 0, 1 or 2 only"
#endif
#if defined(IGATA_USE_XSIMD)
#define IGATA_ABI_XSIMD _xsimd
#else
#define IGATA_ABI_XSIMD
#endif
#if defined(__cpp_exceptions)
#define IGATA_ABI_EXCEPTIONS
#else
#define IGATA_ABI_EXCEPTIONS _no_exceptions
#endif
// Small targets have no vectors and little memory: short code is worth more there than fast code, and arrays begin where their elements may.
#if !defined(IGATA_SMALL_TARGET)
#if (defined(__arm__) && !defined(__ARM_NEON)) || (defined(__riscv) && __riscv_xlen == 32) || defined(__XTENSA__)
#define IGATA_SMALL_TARGET 1
#else
#define IGATA_SMALL_TARGET 0
#endif
#endif
#if IGATA_SMALL_TARGET
#define IGATA_ABI_SMALL _small_target
#else
#define IGATA_ABI_SMALL
#endif
#define IGATA_ABI_JOIN(version, level, bits, math, finite, targets, small, xsimd, exceptions) \
  version##level##bits##math##finite##targets##small##xsimd##exceptions
#define IGATA_ABI_TAG(version, level, bits, math, finite, targets, small, xsimd, exceptions) \
  IGATA_ABI_JOIN(version, level, bits, math, finite, targets, small, xsimd, exceptions)
#define IGATA_ABI                                                                                                                          \
  IGATA_ABI_TAG(v0_1, IGATA_ABI_LEVEL, IGATA_ABI_BITS, IGATA_ABI_MATH, IGATA_ABI_FINITE, IGATA_ABI_TARGETS, IGATA_ABI_SMALL, IGATA_ABI_XSIMD, \
                IGATA_ABI_EXCEPTIONS)
#define IGATA_ABI_TEXT(tag) #tag
#define IGATA_ABI_SHOWN(tag) IGATA_ABI_TEXT(tag)
#define IGATA_ABI_NAME IGATA_ABI_SHOWN(IGATA_ABI)  // "v0_1"

// A user names what stands in igata itself. Graphs, and what is done with them, are in ir; what they become, and what kernels are told, in plan.
namespace igata::inline IGATA_ABI {
namespace ir {}
namespace plan {
using namespace ir;
}
namespace detail {
using namespace plan;
}
}  // namespace igata::inline IGATA_ABI
