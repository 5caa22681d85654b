// What it costs to give work to a pool of two threads that still spin, and to wait until both are done.
#include <igata/threads.hpp>

#include "benchmarking.hpp"

namespace {

void fork_join(benchmark::State& state) {
  igata::threads pool(2);
  const igata::executor two = pool;
  int done[2 * 64]{};  // in lines of their own
  const auto job = [](void* data, int part) { ++static_cast<int*>(data)[part * 64]; };
  for (auto _ : state) {
    two.run(two.self, job, done);
    benchmark::ClobberMemory();
  }
  if (done[0] != done[64]) state.SkipWithError("a part was left out");
}
BENCHMARK(fork_join)->UseRealTime();

}  // namespace
