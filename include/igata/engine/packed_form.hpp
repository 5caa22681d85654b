// How values lie that are packed once: their sizes in floats, and what is written there.
#pragma once
#include "../kernels/targets.hpp"
#include "../passes/split.hpp"

namespace igata::inline IGATA_ABI::detail {

// As the matrix that panels are made of.
constexpr int panel_rows(const bound_value& v) { return v.transposed ? v.dims[1] : static_cast<int>(v.dims.count()) / v.dims[v.dims.rank - 1]; }
constexpr int panel_columns(const bound_value& v) { return v.transposed ? v.dims[0] : v.dims[v.dims.rank - 1]; }
constexpr std::ptrdiff_t packed_floats(const bound_value& v) {
  if (v.form == weight_form::plain) return v.dims.count();
  if (v.form == weight_form::panels) return packed_size(panel_rows(v), panel_columns(v));
  return winograd_packed_size(v.dims[2], v.dims[3], winograd_tile_of(v.form));
}

}  // namespace igata::inline IGATA_ABI::detail
