// Running sums.
#pragma once
#include "../step_writer.hpp"

namespace igata::inline IGATA_ABI {

template <>
struct lowering<op::cumsum> : own_kernel {
  static constexpr void write(detail::step_writer& w) {
    const node& v = w.anchor();
    const detail::axis_split s(v.dims, w.attribute(0));
    cumsum_fields<planned> f;
    f.outer = w.extent(s.outer, v.dims.batched);
    f.length = v.dims[w.attribute(0)];
    f.inner = s.inner;
    f.in = w.operand(0);
    f.out = w.result();
    f.whole = v.type == i32;
    f.exclusive = w.attribute(1);
    f.reverse = w.attribute(2);
    w.add_step(step_kind::cumsum, f);
  }
};

}  // namespace igata::inline IGATA_ABI
