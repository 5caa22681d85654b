// Running sums.
#pragma once
#include "../../ops/cumsum.hpp"
#include "../step_writer.hpp"

namespace igata::inline IGATA_ABI::plan {

template <>
struct lowering<op::cumsum> : own_kernel {
  static constexpr void write(detail::step_writer& w) {
    const node& v = w.anchor();
    const cumsum_attributes a = attributes_of<op::cumsum>(w);
    const detail::axis_split s(v.dims, a.axis);
    cumsum_fields<planned> f;
    f.outer = w.extent(s.outer, v.dims.rows_of);
    f.length = v.dims[a.axis];
    f.inner = s.inner;
    f.in = w.operand(0);
    f.out = w.result();
    f.whole = is_whole(v.type);
    f.exclusive = a.exclusive;
    f.reverse = a.reverse;
    w.add_step(step_kind::cumsum, f);
  }
};

}  // namespace igata::inline IGATA_ABI::plan
