// Gives sessions kernels of lanes of 64 bits: <igata/f64.hpp> and <igata/session.hpp> include it, whichever comes second.
#pragma once
#include "../kernels/wide_interpreter.hpp"
#include "session_lanes.hpp"

namespace igata::inline IGATA_ABI::detail {

inline constexpr session_lanes lanes_of_64_bits{&plan::wide_kernels_of<plan::kernel_subset::all()>, &plan::wide_interpreter_of};
inline const bool sessions_are_wide = (wide_session_lanes = &lanes_of_64_bits) != nullptr;

}  // namespace igata::inline IGATA_ABI::detail
