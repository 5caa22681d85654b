// Version of the library and the tag of its inline namespace.
//
// The tag carries the translation unit's instruction set level, so that two units compiled with different -m flags give a
// link error where they meet instead of a program that dies on an older CPU.
#pragma once

#define IGATA_VERSION_MAJOR 0
#define IGATA_VERSION_MINOR 1
#define IGATA_VERSION_PATCH 0

#if defined(_MSC_VER) && !defined(__clang__)
#error "igata needs GCC 12 or clang 14 (clang-cl works): it uses their vector extensions"
#endif

#if defined(__AVX512F__)
#define IGATA_ABI v0_1_avx512
#elif defined(__AVX2__)
#define IGATA_ABI v0_1_avx2
#else
#define IGATA_ABI v0_1
#endif
