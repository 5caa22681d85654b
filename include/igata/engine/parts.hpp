// Work that is done before a program runs, in parts on an executor: first values, packing.
#pragma once
#include "../core/float_control.hpp"
#include "../target/share.hpp"

namespace igata::inline IGATA_ABI::detail {

inline constexpr std::ptrdiff_t least_shared = 32768;  // numbers; less is done sooner than a thread is there

// do_some(begin, end) for parts of [0, pieces), `numbers` of them all; parts round and flush as the caller does. What it throws on a thread ends the
// program, so that without an executor it may throw.
template <class F>
void in_parts(const executor& threads, std::ptrdiff_t pieces, std::ptrdiff_t numbers, const F& do_some) {
  if (threads.parts <= 1 || numbers < least_shared) return do_some(0, pieces);
  struct job {
    const F& do_some;
    std::ptrdiff_t pieces;
    int parts;
    float_control control;
  } shared{do_some, pieces, threads.parts, read_float_control()};
  threads.run(
      threads.self,
      [](void* data, int part) {
        const job& j = *static_cast<const job*>(data);
        const float_control_scope as_caller(j.control);
        j.do_some(j.pieces * part / j.parts, j.pieces * (part + 1) / j.parts);
      },
      &shared);
}

}  // namespace igata::inline IGATA_ABI::detail
