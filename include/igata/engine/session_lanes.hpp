// Where the kernels of lanes of 64 bits of sessions come from. A unit that includes <igata/f64.hpp> and <igata/session.hpp> gives them to the whole
// program when that starts (wide_sessions.hpp): what a session is does not depend on the unit that makes it.
#pragma once
#include "../simd/isa.hpp"
#include "../target/interpreted.hpp"
#include "../target/kernels.hpp"

namespace igata::inline IGATA_ABI::detail {

struct session_lanes {
  const plan::kernel_set& (*kernels_of)(isa) noexcept;
  plan::pointwise_fn (*interpreter_of)(isa, const plan::interpreted_program&) noexcept;
};
inline const session_lanes* wide_session_lanes = nullptr;

}  // namespace igata::inline IGATA_ABI::detail
