// What the model benchmarks share: a program's time for one image on each instruction set, and where it goes.
//
//   igata_benchmark_models_resnet18              Google Benchmark
//   igata_benchmark_models_resnet18 profile      a line per step: its time, its speed, what it does
#pragma once
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include <igata/engine/dump.hpp>
#include <igata/igata.hpp>

namespace benchmarking_models {

using igata::isa;

inline double thread_seconds() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

inline std::vector<float> numbers(std::size_t count) {
  std::vector<float> v(count);
  std::uint32_t state = 1;
  for (float& x : v) {
    state = state * 1664525u + 1013904223u;
    x = static_cast<float>(state >> 8) * 0x1p-23f - 1.f;
  }
  return v;
}

// Of a convolution or a matrix product, for one row.
inline double step_flops(const igata::plan& p, const igata::plan_step& s) {
  const int* at = p.ints.begin() + s.first;
  const auto d = [&](int i) { return static_cast<double>(at[i]); };
  if (s.kind == igata::step_kind::gemm) return 2 * d(0) * d(2) * d(3);
  if (s.kind == igata::step_kind::conv2d) return 2 * d(0) * d(5) * d(6) * d(7) * d(8) * d(17) * d(4) / d(18);
  if (s.kind == igata::step_kind::direct_conv2d || s.kind == igata::step_kind::winograd2_conv2d || s.kind == igata::step_kind::winograd4_conv2d)
    return 2 * d(0) * d(5) * d(6) * d(7) * d(8) * d(17) * d(4);
  if (s.kind == igata::step_kind::depthwise_conv2d) return 2 * d(0) * d(5) * d(6) * d(7) * d(8) * d(17);
  return 0;
}

// Every step by itself, in order, so that the caches hold what they hold in a run. Times are the smallest of `rounds` runs.
template <class Net>
void profile(int rounds) {
  using code = typename Net::code;
  const igata::packed_weights packed = Net::pack(Net::variables());
  const igata::plan plan = code::plan.thaw();
  igata::aligned_memory arena(Net::arena_bytes);
  const std::vector<float> image = numbers(static_cast<std::size_t>(Net::input_row));
  std::vector<float> scores(static_cast<std::size_t>(Net::output_row) + 64);
  const void* in[] = {image.data()};
  void* out[] = {scores.data()};
  const igata::pointwise_fn* const programs = igata::detail::runner<typename Net::specification>::programs_of(igata::best_isa());
  constexpr unsigned used = igata::step_kinds(code::plan.steps.items, code::plan.size.steps);
  const igata::context c{reinterpret_cast<std::uint32_t*>(arena.data()), in, out, nullptr, packed.pointers(), plan.constants.begin(), 1.f, 1,
                         &igata::kernels_of(igata::best_isa()), programs};
  std::vector<double> best(static_cast<std::size_t>(plan.steps.size()), 1e9);
  for (int round = 0; round < rounds; ++round)
    for (int i = 0; i < plan.steps.size(); ++i) {
      const double start = thread_seconds();
      igata::execute<used>(plan.steps.begin() + i, 1, plan.ints.begin(), 1, c);
      best[static_cast<std::size_t>(i)] = std::min(best[static_cast<std::size_t>(i)], thread_seconds() - start);
    }
  const std::string lines = igata::dump<Net>("plan");
  double total = 0;
  std::size_t line = 0;
  for (int i = 0; i < plan.steps.size(); ++i) {
    const double seconds = best[static_cast<std::size_t>(i)], flops = step_flops(plan, plan.steps[i]);
    const std::size_t end = lines.find('\n', line);
    std::printf("%9.1f us  %6.1f GFLOP/s  %s\n", seconds * 1e6, flops / seconds * 1e-9, lines.substr(line, end - line).c_str());
    line = end + 1;
    total += seconds;
  }
  std::printf("%9.1f us  in all\n", total * 1e6);
}

template <class Net>
int run(const char* name, int count, char** arguments) {
  if (count > 1 && std::string_view(arguments[1]) == "profile") {
    profile<Net>(30);
    return 0;
  }
  for (const isa which : igata::compiled_isas) {
    if (!igata::detail::cpu_runs(which)) continue;
    benchmark::RegisterBenchmark((std::string(name) + "/" + igata::kernels_of(which).name).c_str(), [which](benchmark::State& state) {
      Net net{Net::pack(Net::variables())};
      net.use(which);
      const std::vector<float> image = numbers(static_cast<std::size_t>(Net::input_row));
      std::vector<float> scores(static_cast<std::size_t>(Net::output_row));
      for (auto _ : state)
        if (!net.run(image, scores)) state.SkipWithError("run failed");
      state.counters["GFLOP/s"] = benchmark::Counter(1e-9 * static_cast<double>(Net::flops) * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
    })->Unit(benchmark::kMillisecond);
  }
  benchmark::Initialize(&count, arguments);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace benchmarking_models
