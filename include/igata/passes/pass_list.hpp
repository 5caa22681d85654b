// The passes of passes.inc as numbers, and their names.
#pragma once
#include <cstdint>      // uint8_t
#include <string_view>  // string_view

#include "../version.hpp"

namespace igata::inline IGATA_ABI::plan {

enum class compiler_pass : std::uint8_t {
#define IGATA_PASS(name) name,
#include "passes.inc"
  count_
};
inline constexpr int pass_count = static_cast<int>(compiler_pass::count_);
inline constexpr std::string_view pass_names[] = {
#define IGATA_PASS(name) #name,
#include "passes.inc"
};
constexpr std::string_view name_of(compiler_pass p) { return pass_names[static_cast<int>(p)]; }

// What can be looked at by name.
enum class dump_name : std::uint8_t {
#define IGATA_DUMP(name, pass) name,
#include "passes.inc"
  count_
};
inline constexpr std::string_view dump_names[] = {
#define IGATA_DUMP(name, pass) #name,
#include "passes.inc"
};

}  // namespace igata::inline IGATA_ABI::plan
