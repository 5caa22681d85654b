// An instruction set that a user names must be there.
#pragma once
#include "../kernels/dispatch.hpp"
#include "error.hpp"

namespace igata::inline IGATA_ABI::detail {

// Refuses what this unit was not compiled for, and what would end in an illegal instruction on this CPU.
[[gnu::cold]] inline void require_isa(isa which) {
  text there;
  for (const isa compiled : compiled_isas) {
    if (!cpu_runs(compiled)) continue;
    if (compiled == which) return;
    there << (there.empty() ? "" : ", ") << isa_names[static_cast<int>(compiled)];
  }
  const auto index = static_cast<unsigned>(which);
  raise(text() << "use: isa: expected one that this CPU and this unit's flags have (" << there << "), got "
               << (index < isa_count ? isa_names[index] : "another number"));
}

}  // namespace igata::inline IGATA_ABI::detail
