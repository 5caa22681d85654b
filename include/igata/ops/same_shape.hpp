// What losses and metrics of equally shaped operands demand: no broadcasting, so that [n] against [n, 1] is a mistake and not a matrix.
#pragma once
#include "emit.hpp"

namespace igata::inline IGATA_ABI::detail {

// False after an error.
constexpr bool same_shape(value prediction, value target, std::string_view what, source at) {
  if (!prediction.valid() || !target.valid()) return false;
  if (prediction.dims() == target.dims()) return true;
  prediction.owner().fail(what, text() << "prediction " << prediction.dims() << " vs target " << target.dims()
                                       << "; the shapes must be equal, reshape one", at);
  return false;
}

}  // namespace igata::inline IGATA_ABI::detail
