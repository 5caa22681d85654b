// Values put into what is there by index.
#pragma once
#include "../../ops/along_axis.hpp"
#include "../step_writer.hpp"

namespace igata::inline IGATA_ABI::detail {

// Of three operands; `f` has its extents.
constexpr void write_scatter(step_writer& w, scatter_reduction how, scatter_fields<planned> f) {
  const dtype type = w.anchor().type;
  f.bytes = size_of(type);
  f.whole = is_whole(type);
  f.from = w.operand(0);
  f.index = w.operand(1);
  f.there = w.operand(2);
  f.to = w.result();
  if (how == scatter_reduction::none) return w.add_step(step_kind::scatter, f);
  f.kind = how == scatter_reduction::add   ? put_kind::add
           : how == scatter_reduction::mul ? put_kind::mul
           : how == scatter_reduction::max ? put_kind::max
                                           : put_kind::min;
  w.add_step(step_kind::scatter_reduce, f);
}

}  // namespace igata::inline IGATA_ABI::detail
