// How values lie that are packed once: their sizes in floats.
#pragma once
#include "../kernels/targets.hpp"
#include "../passes/split.hpp"

namespace igata::inline IGATA_ABI::detail {

// A value's matrix where it is stored in panels.
struct panel_matrix {
  std::ptrdiff_t rows = 0, columns = 0;
  constexpr explicit panel_matrix(const plan::bound_value& v) : columns(v.transposed ? v.dims[0] : v.dims[v.dims.rank - 1]) {
    rows = columns ? v.dims.count() / columns : 0;
  }
};
// Floats of the packed form.
constexpr std::ptrdiff_t packed_floats(const plan::bound_value& v) {
  if (v.form == plan::weight_form::plain) return (v.dims.count() * size_of(v.type) + 3) / 4;
  if (const int tile = plan::winograd_tile_of(v.form)) return plan::winograd_packed_size(v.dims[2], v.dims[3], tile);
  const panel_matrix m(v);
  if (v.form == plan::weight_form::bytes) return plan::byte_panels_floats(m.rows, m.columns);
  return plan::packed_size(m.rows, m.columns);
}

}  // namespace igata::inline IGATA_ABI::detail
