// What packs the weights of graphs that come at run time: the code of every primitive, of which other programs have only their own.
#pragma once
#include "packing.hpp"

namespace igata::inline IGATA_ABI::detail {

inline constexpr bind_code all_bind_code = bind_code_of<ir::op_set::all(), (1u << static_cast<int>(pack_form::count)) - 1>();

}  // namespace igata::inline IGATA_ABI::detail
