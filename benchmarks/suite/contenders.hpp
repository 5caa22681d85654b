// igata's own tasks, a unit for each family; empty for workloads of another one. `single`: on one thread whatever thread_count() says.
#pragma once
#include "harness.hpp"

namespace bench {

task igata_gemm(const workload&, bool single);
task igata_dense(const workload&, bool single);
task igata_images(const workload&, bool single);
task igata_elementwise(const workload&, bool single);
task igata_training(const workload&, bool single);

}  // namespace bench
