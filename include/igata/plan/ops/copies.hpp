// What copies its operands into a larger result.
#pragma once
#include "../../ops/pad.hpp"
#include "../step_writer.hpp"

namespace igata::inline IGATA_ABI::plan {

template <>
struct lowering<op::pad> : own_kernel {
  static constexpr unsigned any_strides = ~0u;

  static constexpr void write(detail::step_writer& w) {
    const node& v = w.anchor();
    fill_fields<planned> f;
    f.out = w.result();
    f.count = w.extent(static_cast<int>(v.dims.count()), v.dims.rows_of);
    f.bytes = size_of(v.type);
    const std::uint64_t bits = detail::memory_bits(v.number, v.type);
    f.bits = static_cast<std::uint32_t>(bits);
    f.upper_bits = f.bytes == 8 ? static_cast<std::uint32_t>(bits >> 32) : f.bits;
    w.add_step(step_kind::fill, f);
    const view whole = contiguous_view(w.of().anchor, v.dims);
    place to = w.result();
    const per_axis<pad_axis> frame = attributes_of<op::pad>(w);
    int strides[max_rank]{};
    for (int i = 0; i < v.dims.rank; ++i) {
      to.offset += frame[i].before * whole.stride[i];
      strides[i] = whole.stride[i] * frame[i].step;
    }
    w.write_copy(w.operand_id(0), to, strides);
  }
};

template <>
struct lowering<op::concat> : own_kernel {
  static constexpr unsigned any_strides = ~0u;

  // What is written in its place already needs no copy.
  static constexpr void write(detail::step_writer& w) {
    const node& v = w.anchor();
    const int axis = attributes_of<op::concat>(w).axis;
    const view whole = contiguous_view(w.of().anchor, v.dims);
    place to = w.result();
    for (int i = 0; i < v.arity; ++i) {
      if (w.home_of(w.operand_id(i)).part_of < 0) w.write_copy(w.operand_id(i), to, whole.stride);
      to.offset += w.dims(i)[axis] * whole.stride[axis];
    }
  }
};

}  // namespace igata::inline IGATA_ABI::plan
