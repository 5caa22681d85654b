// Names and families of the primitives.
#pragma once
#include <cstdint>      // uint8_t
#include <string_view>  // string_view

#include "../version.hpp"

namespace igata::inline IGATA_ABI {

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
  dense,        // everything else with a kernel of its own
};

constexpr family family_of(op code) {
  constexpr family table[] = {
#define IGATA_OP(name, group, arity) family::group,
#include "op_list.inc"
#undef IGATA_OP
  };
  return table[static_cast<int>(code)];
}

constexpr std::string_view name_of(op code) {
  constexpr std::string_view table[] = {
#define IGATA_OP(name, group, arity) #name,
#include "op_list.inc"
#undef IGATA_OP
  };
  return table[static_cast<int>(code)];
}

constexpr int arity_of(op code) {
  constexpr int table[] = {
#define IGATA_OP(name, group, arity) arity,
#include "op_list.inc"
#undef IGATA_OP
  };
  return table[static_cast<int>(code)];
}

}  // namespace igata::inline IGATA_ABI
