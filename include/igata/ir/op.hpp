// Names and families of the primitives.
#pragma once
#include <cstdint>      // uint8_t
#include <string_view>  // string_view

#include "../version.hpp"

namespace igata::inline IGATA_ABI::ir {

enum class op : std::uint8_t {
#define IGATA_OP(name, family, arity) name,
#include "op_list.inc"
#undef IGATA_OP
  count_
};

enum class family : std::uint8_t {
  leaf,
  elementwise,
  movement,     // may become another view of its operand's memory
  reduction,
  contraction,  // takes an epilogue
  opaque,        // everything else with a kernel of its own
};

// Tables at namespace scope: one inside a function would be built anew by each call in constant evaluation.

}  // namespace igata::inline IGATA_ABI::ir

namespace igata::inline IGATA_ABI::detail {

inline constexpr family op_families[] = {
#define IGATA_OP(name, group, arity) family::group,
#include "op_list.inc"
#undef IGATA_OP
};
inline constexpr std::string_view op_names[] = {
#define IGATA_OP(name, group, arity) #name,
#include "op_list.inc"
#undef IGATA_OP
};
inline constexpr int op_arities[] = {
#define IGATA_OP(name, group, arity) arity,
#include "op_list.inc"
#undef IGATA_OP
};

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::ir {

constexpr family family_of(op code) { return detail::op_families[static_cast<int>(code)]; }
constexpr std::string_view name_of(op code) { return detail::op_names[static_cast<int>(code)]; }

}  // namespace igata::inline IGATA_ABI::ir
