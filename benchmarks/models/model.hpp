// What the model benchmarks share: a program's time for one image on each instruction set, and where it goes.
//
//   igata_benchmark_models_resnet18              Google Benchmark
//   igata_benchmark_models_resnet18 profile      a line per step: its time, its speed, what it does
#pragma once
#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <igata/engine/profile.hpp>
#include <igata/igata.hpp>

namespace benchmarking_models {

using igata::isa;

inline std::vector<float> numbers(std::size_t count) {
  std::vector<float> v(count);
  std::uint32_t state = 1;
  for (float& x : v) {
    state = state * 1664525u + 1013904223u;
    x = static_cast<float>(state >> 8) * 0x1p-23f - 1.f;
  }
  return v;
}

template <class Net>
int run(const char* name, int count, char** arguments) {
  if (count > 1 && std::string_view(arguments[1]) == "profile") {
    Net net{Net::pack(Net::variables())};
    const std::vector<float> image = numbers(static_cast<std::size_t>(Net::input_row()));
    std::fputs(igata::profile(net, {image}, 1).text().c_str(), stdout);
    return 0;
  }
  for (const isa which : igata::compiled_isas) {
    if (!igata::detail::cpu_runs(which)) continue;
    benchmark::RegisterBenchmark((std::string(name) + "/" + igata::plan::kernels_of(which).name).c_str(), [which](benchmark::State& state) {
      Net net{Net::pack(Net::variables())};
      net.use(which);
      const std::vector<float> image = numbers(static_cast<std::size_t>(Net::input_row()));
      std::vector<float> scores(static_cast<std::size_t>(Net::output_row()));
      for (auto _ : state)
        if (!net.run(image, scores)) state.SkipWithError("run failed");
      state.counters["GFLOP/s"] =
          benchmark::Counter(1e-9 * static_cast<double>(Net::flops) * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
    })->Unit(benchmark::kMillisecond);
  }
  benchmark::Initialize(&count, arguments);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace benchmarking_models
