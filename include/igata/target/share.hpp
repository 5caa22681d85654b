// How a kernel's work is divided among threads. Every thread calls the kernel with the same arguments but its own share; shares write
// different elements. The pieces are cut by the sizes alone and an element's sum never crosses a share, so results have the same
// bits for any number of threads.
#pragma once
#include <cstddef>  // ptrdiff_t

#include "../version.hpp"

namespace igata::inline IGATA_ABI::plan {

struct range {
  std::ptrdiff_t begin, end;
  constexpr std::ptrdiff_t size() const { return end > begin ? end - begin : 0; }
};

struct share {
  int part = 0, parts = 1;
  int* arrived = nullptr;  // zero when the kernel begins, where parts > 1
  range rows = {0, 0};     // of the batch's `all` rows, where a share is a block of them
  std::ptrdiff_t all = 0;

  // This share of `count` items, in whole pieces of `grain`.
  constexpr range of(std::ptrdiff_t count, std::ptrdiff_t grain = 1) const {
    if (all > 0) return {count / all * rows.begin, count / all * rows.end};
    if (parts == 1) return {0, count};
    const std::ptrdiff_t pieces = (count + grain - 1) / grain, begin = pieces * part / parts * grain, end = pieces * (part + 1) / parts * grain;
    return {begin < count ? begin : count, end < count ? end : count};
  }
  // Whether all other shares of the kernel are done: the last one puts together what they made.
  bool is_last() const { return parts == 1 || __atomic_add_fetch(arrived, 1, __ATOMIC_ACQ_REL) == parts; }
};

}  // namespace igata::inline IGATA_ABI::plan

namespace igata::inline IGATA_ABI {

// Runs job(data, part) once for every part of [0, parts), on any threads and in any order, and returns when all are done.
//
//   net.use(executor{&my_scheduler, 4, &run_on_my_scheduler});
struct executor {
  void* self = nullptr;
  int parts = 1;
  void (*run)(void* self, void (*job)(void* data, int part), void* data) = nullptr;
};

}  // namespace igata::inline IGATA_ABI
