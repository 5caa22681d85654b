// The networks of the benchmark suite as programs, beside their sessions.
#pragma once
#include "../../benchmarks/suite/igata.hpp"
#include "beside_session.hpp"

namespace beside_session {

// All of one family.
template <bench::family Family, int I = 0>
void expect_same_inferences() {
  if constexpr (I < bench::workload_count) {
    if constexpr (bench::workloads[I].kind == Family) {
      SCOPED_TRACE(bench::workloads[I].name);
      expect_same_inference<inference<bench::model<I>{}, bench::input<I>(), max_batch{bench::workloads[I].batch}>>();
    }
    expect_same_inferences<Family, I + 1>();
  }
}

}  // namespace beside_session
