// A function of the host: its address is in no plan.
#pragma once
#include "../../ops/call.hpp"
#include "../step_writer.hpp"

namespace igata::inline IGATA_ABI::plan {

template <>
struct lowering<op::call> : own_kernel {
  static constexpr void write(detail::step_writer& w) {
    const node& v = w.anchor();
    call_fields<planned> f;
    f.host = place{space::host, 0, 0};
    f.in = w.operand(0);
    f.out = w.result();
    f.count = w.extent(static_cast<int>(v.dims.count()), v.dims.rows_of);
    f.number = attributes_of<op::call>(w).number;
    w.add_step(step_kind::call, f);
  }
};

}  // namespace igata::inline IGATA_ABI::plan
