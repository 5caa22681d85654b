// The kernels of kernels.inc as numbers.
#pragma once
#include <cstdint>  // uint8_t

#include "../version.hpp"

namespace igata::inline IGATA_ABI {

// The kernel of a step.
enum class step_kind : std::uint8_t {
#define IGATA_KERNEL(name, fields) name,
#include "kernels.inc"
#undef IGATA_KERNEL
  count_
};

}  // namespace igata::inline IGATA_ABI
