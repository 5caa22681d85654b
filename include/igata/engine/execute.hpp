// Runs a plan's steps, one after the other, in blocks of rows or shared by threads. A step's record is what its kernel is called with.
#pragma once
#include "../core/float_control.hpp"
#include "../core/scalar_code.hpp"
#include "../kernels/dispatch.hpp"
#include "execution_context.hpp"

IGATA_SCALAR_CODE

namespace igata::inline IGATA_ABI::detail {

template <class Args>
const Args& arguments(const std::byte* record) noexcept {
  return *reinterpret_cast<const Args*>(record);
}
inline bool does_all(const execution_context& c) noexcept { return c.part.parts == 1 && c.part.all == 0; }

// Who shares a step has its own share and scratch memory.
template <class Args>
Args arguments_of_share(const Args& whole, const execution_context& c) noexcept {
  Args mine = whole;
  mine.part = c.part;
  if constexpr (requires { mine.scratch; })
    if (c.part.part > 0) mine.scratch = c.scratch;
  return mine;
}
template <class Args>
void run_kernel(void (*kernel)(const Args&) noexcept, const std::byte* record, const execution_context& c) noexcept {
  if (does_all(c)) kernel(arguments<Args>(record));
  else kernel(arguments_of_share(arguments<Args>(record), c));
}

// A step of one of the kernels in `Used`; code for others is not there.
template <kernel_subset Used>
inline void execute_step(const plan_step& s, const execution_context& c) noexcept {
  const std::byte* const record = c.records + s.record;
  const kernel_set* const kernels = Used.has_wide() && s.wide ? c.wide_kernels : c.kernels;
  switch (s.kind) {
#define IGATA_KERNEL(name, fields)                                                               \
  case step_kind::name:                                                                          \
    if constexpr (Used.has_either(step_kind::name)) run_kernel(kernels->name, record, c);        \
    break;
#include "../target/kernels.inc"
#undef IGATA_KERNEL
    case step_kind::count_: break;
  }
}

// Steps that go through blocks of rows together: blocks [part, part + 1) / parts of them.
template <kernel_subset Used>
void execute_rows(const plan_step& first, execution_context& c, int part, int parts) noexcept {
  const std::ptrdiff_t most = row_block_floats / first.row, rows = most > 1 ? most : 1;
  const range blocks = share{part, parts}.of((c.n + rows - 1) / rows);
  for (std::ptrdiff_t b = blocks.begin; b < blocks.end; ++b) {
    c.part = {part, 1, nullptr, {b * rows, b * rows + rows < c.n ? b * rows + rows : c.n}, c.n};
    for (int i = 0; i < first.together; ++i) execute_step<Used>((&first)[i], c);
  }
}
constexpr bool goes_by_rows(const plan_step& s, std::ptrdiff_t n) { return s.together > 0 && n * s.row > 2 * row_block_floats; }

// One step on all threads of a team, or steps of blocks of rows.
template <kernel_subset Used>
struct team_step {
  const plan_step& step;
  const execution_context& c;
  bool by_rows = false;
  int arrived = 0;
  float_control control = read_float_control();  // of the caller: every part rounds as it does

  static void run(void* data, int part) {
    team_step& job = *static_cast<team_step*>(data);
    const float_control_scope as_caller(job.control);
    const team& others = *job.c.others;
    execution_context mine = job.c;
    mine.part = {part, others.threads.parts, &job.arrived};
    if (part > 0) mine.scratch = reinterpret_cast<float*>(others.scratch + static_cast<std::size_t>(part - 1) * others.scratch_bytes);
    if (job.by_rows) return execute_rows<Used>(job.step, mine, part, others.threads.parts);
    execute_step<Used>(job.step, mine);
  }
};

}  // namespace igata::inline IGATA_ABI::detail

namespace igata::inline IGATA_ABI::plan {

inline constexpr int work_of_a_team = 400;  // thousands of operations: about 2 us

template <kernel_subset Used>
void execute(const plan_step* steps, int count, int max_batch, const execution_context& c) noexcept {
  const int worth = c.others ? static_cast<int>((static_cast<long long>(work_of_a_team) * max_batch + c.n - 1) / c.n) : 2147483647;
  for (int i = 0; i < count; ++i) {
    if (detail::goes_by_rows(steps[i], c.n) && steps[i].together <= count - i) {
      if (steps[i].work < worth) {
        execution_context mine = c;
        detail::execute_rows<Used>(steps[i], mine, 0, 1);
      } else {
        detail::team_step<Used> job{steps[i], c, true};
        c.others->threads.run(c.others->threads.self, &detail::team_step<Used>::run, &job);
      }
      i += steps[i].together - 1;
    } else if (steps[i].work < worth) [[likely]] {
      detail::execute_step<Used>(steps[i], c);
    } else {
      detail::team_step<Used> job{steps[i], c};
      c.others->threads.run(c.others->threads.self, &detail::team_step<Used>::run, &job);
    }
  }
}

// Whether any steps of a call with so many rows go through them in blocks.
constexpr bool goes_by_rows(const plan_step* steps, int count, std::ptrdiff_t n) {
  for (int i = 0; i < count; ++i)
    if (detail::goes_by_rows(steps[i], n)) return true;
  return false;
}
constexpr kernel_subset kernels_of_steps(const plan_step* steps, int count) {
  kernel_subset used;
  for (int i = 0; i < count; ++i) used.add(steps[i].kind, steps[i].wide);
  return used;
}

}  // namespace igata::inline IGATA_ABI::plan

IGATA_SCALAR_CODE_END
