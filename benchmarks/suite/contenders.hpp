// igata's own tasks, a unit for each family; empty for workloads of another one.
#pragma once
#include "harness.hpp"

namespace bench {

task igata_gemm(const workload&);
task igata_dense(const workload&);
task igata_images(const workload&);
task igata_elementwise(const workload&);
task igata_training(const workload&);

}  // namespace bench
