// How many processors this process may use: those that it may run on (affinity), and no more than its control groups' share of time allows.
#pragma once
#include <cstdio>   // fopen
#include <cstdlib>  // strtoll
#include <cstring>  // strchr
#include <string>   // string
#include <thread>   // hardware_concurrency
#if defined(__linux__)
#include <sched.h>  // sched_getaffinity
#endif

#include "../version.hpp"

namespace igata::inline IGATA_ABI::detail {

// The first line of a file, without its end; "" where there is none.
inline std::string first_line(const std::string& path) {
  std::string line;
  if (std::FILE* file = std::fopen(path.c_str(), "re")) {
    char buffer[256];
    if (std::fgets(buffer, sizeof buffer, file)) line.assign(buffer, std::strcspn(buffer, "\n"));
    std::fclose(file);
  }
  return line;
}

// Whole cores of the time that a group may take in each period; `none` where it may take all.
inline int cores_of_quota(const std::string& quota, const std::string& period, int none) {
  const long long microseconds = std::strtoll(quota.c_str(), nullptr, 10), of = std::strtoll(period.c_str(), nullptr, 10);
  if (microseconds <= 0 || of <= 0 || microseconds / of >= none) return none;
  return microseconds < of ? 1 : static_cast<int>(microseconds / of);
}

// The least of a control group and those above it. Version 2 has a file cpu.max, "150000 100000" or "max 100000"; version 1 one for each number, and
// -1.
inline int cores_of_group(const std::string& mount, std::string group, int none) {
  for (int least = none;;) {
    const std::string folder = mount + (group == "/" ? "" : group);
    const std::string max = first_line(folder + "/cpu.max");
    const std::size_t gap = max.find(' ');
    const int cores = gap != std::string::npos
                          ? cores_of_quota(max.substr(0, gap), max.substr(gap + 1), none)
                          : cores_of_quota(first_line(folder + "/cpu.cfs_quota_us"), first_line(folder + "/cpu.cfs_period_us"), none);
    least = cores < least ? cores : least;
    const std::size_t slash = group.rfind('/');
    if (slash == std::string::npos || group.size() <= 1) return least;
    group.resize(slash > 0 ? slash : 1);
  }
}

// `list` names the process's groups, a line each: "0::/path" of version 2, "4:cpu,cpuacct:/path" of version 1; `mounts` is where they are shown.
inline int cores_of_groups(const std::string& list, const std::string& mounts, int none) {
  std::FILE* file = std::fopen(list.c_str(), "re");
  if (!file) return none;
  int least = none;
  char line[4096];
  while (std::fgets(line, sizeof line, file)) {
    line[std::strcspn(line, "\n")] = 0;
    const char* const first = std::strchr(line, ':');
    const char* const second = first ? std::strchr(first + 1, ':') : nullptr;
    if (!second) continue;
    const std::string controllers(first + 1, second), group(second + 1);
    const bool of_time = (',' + controllers + ',').find(",cpu,") != std::string::npos;
    if (!of_time && !controllers.empty()) continue;
    const int cores = cores_of_group(of_time ? mounts + '/' + controllers : mounts, group, none);
    least = cores < least ? cores : least;
  }
  std::fclose(file);
  return least;
}

inline int cores_of_affinity() {
  const unsigned all = std::thread::hardware_concurrency();
#if defined(__linux__)
  for (std::size_t most = 1024; most <= 1 << 20; most *= 2) {  // EINVAL: the machine has more
    cpu_set_t* const set = CPU_ALLOC(most);
    if (!set) break;
    const int failed = sched_getaffinity(0, CPU_ALLOC_SIZE(most), set);
    const int count = failed ? 0 : CPU_COUNT_S(CPU_ALLOC_SIZE(most), set);
    CPU_FREE(set);
    if (count > 0) return count;
  }
#endif
  return all > 0 ? static_cast<int>(all) : 1;
}

inline int usable_cores() {
  const int cores = cores_of_affinity();
#if defined(__linux__)
  return cores_of_groups("/proc/self/cgroup", "/sys/fs/cgroup", cores);
#else
  return cores;
#endif
}

}  // namespace igata::inline IGATA_ABI::detail
