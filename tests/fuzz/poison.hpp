// Executes a plan with all memory poisoned that nobody has written, or that nobody is to read any more: those parts of the arena hold a pattern
// before every step. Kernels may look at them, but results must not.
#pragma once
#include <cstring>
#include <vector>

#include <igata/engine/execute.hpp>
#include <igata/plan/touched.hpp>

#include "straight.hpp"

namespace fuzz {
using namespace igata;
using namespace igata::plan;

inline constexpr std::uint32_t poisons[] = {0xffffffffu, 0x5a5a5a5au};  // a NaN, and a number of which nobody would notice that it is none

// Of elements of fewer bytes a step may write some in 4 bytes and leave the others.
inline bool is_written_whole(const touched_region& r, std::ptrdiff_t word) {
  if (r.at.size >= 4) return true;
  const bool in_a_row = r.axes.count == 0 || (r.axes.count == 1 && r.axes.list[0].stride == 1);
  return in_a_row && word * 4 >= r.first() * r.at.size && word * 4 + 4 <= (r.last() + 1) * r.at.size;
}

// By step: which elements of the arena it is the last to touch before they are written again. Of steps that take turns, the last one has those of
// all. Straight-line code takes none in turns.
inline std::vector<std::vector<int>> dead_behind(const execution_plan& p, const symbol_sizes& sizes, bool straight) {
  const auto end_of = [&](int i) {
    return !straight && igata::detail::goes_by_rows(p.steps[i], sizes[batch_symbol]) ? i + p.steps[i].together : i + 1;
  };
  std::vector<int> ends;
  for (int i = 0; i < p.steps.size(); i = ends.back()) ends.push_back(end_of(i));
  std::vector<char> live(static_cast<std::size_t>(p.arena));
  std::vector<std::vector<int>> dead(static_cast<std::size_t>(p.steps.size()));
  for (std::size_t unit = ends.size(); unit-- > 0;) {
    const int begin = unit > 0 ? ends[unit - 1] : 0, end = ends[unit];
    std::vector<int>& list = dead[static_cast<std::size_t>(end - 1)];
    const auto note = [&](std::ptrdiff_t at) {
      if (!live[static_cast<std::size_t>(at)]) list.push_back(static_cast<int>(at));
    };
    std::vector<vec<touched_region>> touched;
    for (int i = begin; i < end; ++i) {
      touched.push_back(touched_by(p, i, sizes));
      for (const touched_region& r : touched.back())
        if (r.at.where == space::arena) r.for_each(note);
      for_each_scratch(p, i, sizes, [&](const place& at, std::ptrdiff_t floats) {
        for (std::ptrdiff_t k = 0; k < floats; ++k) note(at.offset + k);
      });
    }
    for (std::size_t i = touched.size(); i-- > 0;)
      for (const bool written : {true, false})
        for (const touched_region& r : touched[i])
          if (r.written == written && r.at.where == space::arena)
            r.for_each([&](std::ptrdiff_t at) {
              if (!written || is_written_whole(r, at)) live[static_cast<std::size_t>(at)] = !written;
            });
  }
  return dead;
}
inline void execute_poisoned(const execution_plan& p, const execution_context& c, std::uint32_t poison, bool straight) {
  symbol_sizes sizes = c.sizes;
  sizes.of[batch_symbol] = static_cast<int>(c.n);
  const auto dead = dead_behind(p, sizes, straight);
  for (int i = 0; i < p.arena; ++i) c.arena[i] = poison;
  for (int i = 0; i < p.steps.size();) {
    const int together = !straight && igata::detail::goes_by_rows(p.steps[i], c.n) ? p.steps[i].together : 1;
    if (straight) interpret::execute_straight(p, p.steps[i], c);
    else igata::plan::execute<kernel_subset::of_both()>(p.steps.data() + i, together, p.max_batch, c);
    i += together;
    for (const int at : dead[static_cast<std::size_t>(i - 1)]) c.arena[at] = poison;
  }
}

}  // namespace fuzz
