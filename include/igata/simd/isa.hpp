// The instruction sets that igata has kernels for, and which of them this unit has. An instruction set is a folder here (what each says:
// vectors.text.hpp), a line of targets.inc, and where kernels/targets.hpp includes it.
//
// A unit that is compiled for a higher one leaves out the lower ones; IGATA_MAX_ISA (version.hpp) leaves out the higher ones. Both are in the
// tag of igata's namespace, so units that differ do not share kernels.
#pragma once
#include <type_traits>  // integral_constant

#include "../version.hpp"

#define IGATA_AVX2_FEATURES "avx2,fma"
#define IGATA_AVX512_FEATURES "avx512f,avx512bw,avx512vl,avx512dq,fma"

#define IGATA_HAS_PORTABLE 0
#if defined(IGATA_USE_XSIMD)  // the user's xsimd: one more, behind those that have a folder for this architecture
#define IGATA_HAS_XSIMD 1
#else
#define IGATA_HAS_XSIMD 0
#endif
#define IGATA_HAS_WASM 0
#define IGATA_HAS_NEON 0
#define IGATA_HAS_SSE2 0
#define IGATA_HAS_AVX2 0
#define IGATA_HAS_AVX512 0
#if defined(__x86_64__) || defined(__i386__)
#if IGATA_MAX_ISA >= 2
#undef IGATA_HAS_AVX512
#define IGATA_HAS_AVX512 1
#endif
#if IGATA_MAX_ISA >= 1 && \
    !(IGATA_HAS_AVX512 && defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__AVX512DQ__))
#undef IGATA_HAS_AVX2
#define IGATA_HAS_AVX2 1
#endif
#endif
#if defined(__wasm_simd128__)
#define IGATA_BASE wasm
#undef IGATA_HAS_WASM
#define IGATA_HAS_WASM 1
#elif defined(__aarch64__)
#define IGATA_BASE neon
#undef IGATA_HAS_NEON
#define IGATA_HAS_NEON 1
#elif defined(__SSE2__)
#define IGATA_BASE sse2
#if IGATA_MAX_ISA == 0 || !defined(__AVX2__) || !defined(__FMA__)
#undef IGATA_HAS_SSE2
#define IGATA_HAS_SSE2 1
#endif
#else
#define IGATA_BASE portable
#undef IGATA_HAS_PORTABLE
#define IGATA_HAS_PORTABLE 1
#endif

// What of a list's line stands only where the unit compiles it.
#define IGATA_IF_0(...)
#define IGATA_IF_1(...) __VA_ARGS__
#define IGATA_IF_(compiled, ...) IGATA_IF_##compiled(__VA_ARGS__)
#define IGATA_IF(compiled, ...) IGATA_IF_(compiled, __VA_ARGS__)

namespace igata::inline IGATA_ABI {

// All of them, whatever the unit is compiled for. `base` is what every CPU of this architecture has.
enum class isa {
#define IGATA_ISA(name, compiled, features) name,
#include "targets.inc"
#undef IGATA_ISA
  base = IGATA_BASE
};

// In rising order; the first one runs on every CPU that this unit was compiled for.
inline constexpr isa compiled_isas[] = {
#define IGATA_ISA(name, compiled, features) IGATA_IF(compiled, isa::name, )
#include "targets.inc"
#undef IGATA_ISA
};

namespace detail {
inline constexpr const char* isa_names[] = {
#define IGATA_ISA(name, compiled, features) #name,
#include "targets.inc"
#undef IGATA_ISA
};
inline constexpr int isa_count = static_cast<int>(sizeof isa_names / sizeof isa_names[0]);
inline constexpr int compiled_isa_count = static_cast<int>(sizeof compiled_isas / sizeof compiled_isas[0]);

// Where in compiled_isas; one that is not compiled in stands for the lowest.
constexpr int place_of(isa which) noexcept {
  for (int i = 0; i < compiled_isa_count; ++i)
    if (compiled_isas[i] == which) return i;
  return 0;
}
constexpr isa compiled_or_lowest(isa which) noexcept { return compiled_isas[place_of(which)]; }

// A value for each that is compiled in.
template <class T>
struct per_isa {
  T of[compiled_isa_count];
  constexpr const T& operator[](isa which) const noexcept { return of[place_of(which)]; }
};
// f of each, as an integral_constant.
template <class F>
constexpr auto for_each_isa(F f) {
  return per_isa<decltype(f(std::integral_constant<isa, compiled_isas[0]>{}))>{{
#define IGATA_ISA(name, compiled, features) IGATA_IF(compiled, f(std::integral_constant<isa, isa::name>{}), )
#include "targets.inc"
#undef IGATA_ISA
  }};
}
}  // namespace detail

}  // namespace igata::inline IGATA_ABI
