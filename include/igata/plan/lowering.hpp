// How a primitive becomes steps. Each has a lowering: those with a kernel of their own a file in ops/, the others one for their family.
//
//   template <>
//   struct lowering<op::gather> : own_kernel {
//     static constexpr void write(detail::step_writer& w) { … w.add_step(step_kind::gather, fields); }
//   };
//
// One that has more than one kernel for its primitive, or weights that are stored for it, says which when groups are made:
//
//     static constexpr choice choose(const detail::anchored& a, const weight_forms& forms);
//
// A lowering is asked twice, before memory is given to anything and when the plan is written: what it wants of step_writer::temporary is what the
// group's scratch memory is.
#pragma once
#include "convolution.hpp"
#include "planning.hpp"

namespace igata::inline IGATA_ABI::detail {

class step_writer;

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::plan {

template <op Code, family Kind = family_of(Code)>
struct lowering;

// Unless a lowering says otherwise.
struct own_kernel {
  // Whether elementwise nodes may follow in the kernel's loop.
  static constexpr bool fuses(const graph&, const node&) { return false; }
  // The operands, a bit each, past whose end the kernel may read: of a caller's memory there is a copy.
  static constexpr unsigned reads_past = 0;
  // The operands, a bit each, that may lie in memory with any strides.
  static constexpr unsigned any_strides = 0;
};

}  // namespace igata::inline IGATA_ABI::plan
