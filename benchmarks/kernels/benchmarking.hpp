// What the kernel benchmarks share: data, and one registration per instruction set this CPU can run.
#pragma once
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <igata/kernels/dispatch.hpp>

namespace benchmarking_kernels {

using igata::isa;
using std::ptrdiff_t;

// n floats in [-1, 1], cache-line aligned, with room behind for whole vectors.
class buffer {
 public:
  explicit buffer(ptrdiff_t n) : storage_(static_cast<std::size_t>(n + 96)) {
    std::uint32_t state = 1;
    for (float& x : storage_) {
      state = state * 1664525u + 1013904223u;
      x = static_cast<float>(state >> 8) * 0x1p-23f - 1.f;
    }
    data_ = storage_.data() + (64 - reinterpret_cast<std::uintptr_t>(storage_.data()) % 64) % 64 / 4;
  }
  buffer(const buffer&) = delete;
  buffer& operator=(const buffer&) = delete;
  float* data() { return data_; }

 private:
  std::vector<float> storage_;
  float* data_;
};

// f(state, kernels, isa), registered as name/isa.
template <class F>
void on_each_isa(const std::string& name, F f) {
  for (const isa which : igata::compiled_isas) {
    if (!igata::detail::cpu_runs(which)) continue;
    benchmark::RegisterBenchmark((name + "/" + igata::plan::kernels_of(which).name).c_str(),
                                 [f, which](benchmark::State& state) { f(state, igata::plan::kernels_of(which), which); });
  }
}

inline void count_flops(benchmark::State& state, double flops) {
  state.counters["GFLOP/s"] = benchmark::Counter(flops * 1e-9 * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
inline void count_bytes(benchmark::State& state, double bytes) {
  state.counters["GB/s"] = benchmark::Counter(bytes * 1e-9 * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

}  // namespace benchmarking_kernels
