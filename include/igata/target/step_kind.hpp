// The kernels of kernels.inc as numbers.
#pragma once
#include <cstdint>      // uint8_t
#include <string_view>  // string_view

#include "../version.hpp"

namespace igata::inline IGATA_ABI::plan {

// The kernel of a step.
enum class step_kind : std::uint8_t {
#define IGATA_KERNEL(name, fields) name,
#include "kernels.inc"
#undef IGATA_KERNEL
  count_
};
constexpr std::string_view name_of(step_kind k) {
  constexpr std::string_view names[] = {
#define IGATA_KERNEL(name, fields) #name,
#include "kernels.inc"
#undef IGATA_KERNEL
  };
  return names[static_cast<int>(k)];
}

}  // namespace igata::inline IGATA_ABI::plan
