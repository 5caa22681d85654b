// igata itself, compiled with other flags than the suite: its kernels carry their own, so the ratios should be near 1.
#include "../suite/igata.hpp"

namespace {

constexpr bool some(const bench::workload& w) { return (w.batch == 64 || w.batch == 512) && w.kind != bench::family::elementwise; }

}  // namespace

IGATA_BENCH_PEER({"igata " IGATA_BENCH_FLAGS, "", bench::find<some>})
