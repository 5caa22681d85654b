// The trainings of the benchmark suite: the programs, and the sessions of their graphs, after some steps.
#include "suite_networks.hpp"

namespace {
using namespace beside_session;

template <int I = 0>
void expect_same_trainings() {
  if constexpr (I < bench::workload_count) {
    if constexpr (bench::workloads[I].trains())
      expect_same_training<training<bench::model<I>{}, bench::input<I>(), bench::labels_option<I>(), bench::loss_of<I>(), bench::optimizer_of<I>(),
                                    max_batch{bench::workloads[I].batch}>>(2);
    expect_same_trainings<I + 1>();
  }
}
TEST(session_trainings, all) { expect_same_trainings(); }

}  // namespace
