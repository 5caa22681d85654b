// igata itself, compiled with other flags than the suite: its kernels carry their own, so the ratios should be near 1.
#include "../suite/igata.hpp"

namespace {

using namespace bench;

constexpr bool some(const workload& w) { return (w.batch == 64 || w.batch == 512) && w.kind != family::elementwise; }

task make(const workload& w) { return find<some>(w, true); }

}  // namespace

IGATA_BENCH_PEER({"igata " IGATA_BENCH_FLAGS, "", make})
