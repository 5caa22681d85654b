// What a library offers to the suite: for a workload a task, ready to run. A peer is a shared object with one entry, `igata_bench_peer`.
#pragma once
#include <cstdlib>
#include <functional>
#include <string>

#include "data.hpp"

namespace bench {

struct task {
  std::function<void()> run;               // once: one inference of the whole batch, or one training step
  std::function<numbers()> result;         // after a run: the results, row by row, or the loss before the step's update
  std::function<std::string()> profile{};  // optional: where the time goes

  explicit operator bool() const { return static_cast<bool>(run); }
};

struct contender {
  const char* name;
  const char* version;
  task (*make)(const workload&);  // an empty task where the library does not do this workload
};
struct contender_list {
  const contender* items;
  int count;
};

// How many threads a task of igata's is to use.
inline int thread_count() {
  const char* const count = std::getenv("IGATA_BENCH_THREADS");
  return count ? std::atoi(count) : 1;
}

// Keeps the compiler from moving work across, and from leaving it out.
inline void clobber() { asm volatile("" ::: "memory"); }

}  // namespace bench

#define IGATA_BENCH_PEER(...)                                                              \
  extern "C" __attribute__((visibility("default"))) bench::contender_list igata_bench_peer() { \
    static const bench::contender all[] = {__VA_ARGS__};                                   \
    return {all, sizeof all / sizeof *all};                                                \
  }
