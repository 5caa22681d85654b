// Whether more of a measure is better: accuracy is better::higher, a loss better::lower.
#pragma once
#include <cstdint>  // uint8_t

#include "../version.hpp"

namespace igata::inline IGATA_ABI {

enum class better : std::uint8_t { automatic, lower, higher };  // automatic: as the measure itself says

}  // namespace igata::inline IGATA_ABI
