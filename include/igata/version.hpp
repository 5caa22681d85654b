// Version of the library and the tag of its inline namespace.
//
// The tag carries what the linker must not mix: units compiled with different -m flags, or with and without exceptions, give a link error
// that names the tags where they meet, instead of a program that dies on an older CPU or whose exceptions become aborts.
#pragma once

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

#if defined(__AVX512F__)
#define IGATA_ABI_LEVEL _compiled_with_mavx512
#elif defined(__AVX2__)
#define IGATA_ABI_LEVEL _compiled_with_mavx2
#elif defined(__AVX__)
#define IGATA_ABI_LEVEL _compiled_with_mavx
#else
#define IGATA_ABI_LEVEL
#endif
#if defined(__cpp_exceptions)
#define IGATA_ABI_EXCEPTIONS
#else
#define IGATA_ABI_EXCEPTIONS _no_exceptions
#endif
#define IGATA_ABI_JOIN(version, level, exceptions) version##level##exceptions
#define IGATA_ABI_TAG(version, level, exceptions) IGATA_ABI_JOIN(version, level, exceptions)
#define IGATA_ABI IGATA_ABI_TAG(v0_1, IGATA_ABI_LEVEL, IGATA_ABI_EXCEPTIONS)
#define IGATA_ABI_TEXT(tag) #tag
#define IGATA_ABI_SHOWN(tag) IGATA_ABI_TEXT(tag)
#define IGATA_ABI_NAME IGATA_ABI_SHOWN(IGATA_ABI)  // "v0_1"
