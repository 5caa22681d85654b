// Runs a plan's steps, one after the other, in blocks of rows or shared by threads.
#pragma once
#include "../core/float_control.hpp"
#include "../core/scalar_code.hpp"
#include "run_step.hpp"

IGATA_SCALAR_CODE

namespace igata::inline IGATA_ABI {

namespace detail {

#define IGATA_STEPS                                                                                 \
  IGATA_STEP(pointwise, run_pointwise(record, c, nullptr))                                          \
  IGATA_STEP(long_pointwise, run_pointwise(record, c, c.kernels->stream))                           \
  IGATA_STEP(nested_pointwise, run_nested(record, c))                                               \
  IGATA_STEP(reduce, run_kernel(c.kernels->reduce, record, c))                                      \
  IGATA_STEP(reduce_sum, run_kernel(c.kernels->reduce_sum, record, c))                              \
  IGATA_STEP(gemm, run_kernel(c.kernels->gemm, record, c))                                          \
  IGATA_STEP(batched_gemm, run_batched_gemm(record, c))                                             \
  IGATA_STEP(conv2d, run_kernel(c.kernels->conv2d, record, c))                                      \
  IGATA_STEP(direct_conv2d, run_kernel(c.kernels->direct_conv2d, record, c))                        \
  IGATA_STEP(winograd2_conv2d, run_kernel(c.kernels->winograd2_conv2d, record, c))                  \
  IGATA_STEP(winograd4_conv2d, run_kernel(c.kernels->winograd4_conv2d, record, c))                  \
  IGATA_STEP(winograd2_filters, run_kernel(c.kernels->winograd2_filters, record, c))                \
  IGATA_STEP(winograd4_filters, run_kernel(c.kernels->winograd4_filters, record, c))                \
  IGATA_STEP(depthwise_conv2d, run_kernel(c.kernels->depthwise_conv2d, record, c))                  \
  IGATA_STEP(conv2d_filter_grad, run_kernel(c.kernels->conv2d_filter_grad, record, c))              \
  IGATA_STEP(winograd4_filter_grad, run_kernel(c.kernels->winograd4_filter_grad, record, c))        \
  IGATA_STEP(conv2d_input_grad, run_kernel(c.kernels->conv2d_input_grad, record, c))                \
  IGATA_STEP(depthwise_filter_grad, run_kernel(c.kernels->depthwise_filter_grad, record, c))        \
  IGATA_STEP(depthwise_input_grad, run_kernel(c.kernels->depthwise_input_grad, record, c))          \
  IGATA_STEP(max_pool2d, run_kernel(c.kernels->max_pool2d, record, c))                              \
  IGATA_STEP(avg_pool2d, run_kernel(c.kernels->avg_pool2d, record, c))                              \
  IGATA_STEP(max_pool2d_grad, run_kernel(c.kernels->max_pool2d_grad, record, c))                    \
  IGATA_STEP(avg_pool2d_grad, run_kernel(c.kernels->avg_pool2d_grad, record, c))                    \
  IGATA_STEP(gather, run_kernel(c.kernels->gather, record, c))                                      \
  IGATA_STEP(scatter_add, run_kernel(c.kernels->scatter_add, record, c))                            \
  IGATA_STEP(copy, run_kernel(c.kernels->copy, record, c))                                          \
  IGATA_STEP(fill, run_kernel(c.kernels->fill, record, c))

// A step of one of the kinds in `Used` (a bit each); code for others is not there.
template <unsigned Used>
inline void execute_step(const plan_step& s, const context& c) noexcept {
  const std::byte* const record = c.records + s.record;
  switch (s.kind) {
#define IGATA_STEP(name, call)                                             \
  case step_kind::name:                                                    \
    if constexpr (Used >> static_cast<int>(step_kind::name) & 1) call;     \
    break;
    IGATA_STEPS
#undef IGATA_STEP
  }
}

// Steps that go through blocks of rows together: blocks [part, part + 1) / parts of them.
template <unsigned Used>
void execute_rows(const plan_step& first, context& c, int part, int parts) noexcept {
  const std::ptrdiff_t most = row_block_floats / first.row, rows = most > 1 ? most : 1;
  const range blocks = share{part, parts}.of((c.n + rows - 1) / rows);
  for (std::ptrdiff_t b = blocks.begin; b < blocks.end; ++b) {
    c.part = {part, 1, nullptr, {b * rows, b * rows + rows < c.n ? b * rows + rows : c.n}, c.n};
    for (int i = 0; i < first.together; ++i) execute_step<Used>((&first)[i], c);
  }
}
constexpr bool goes_by_rows(const plan_step& s, std::ptrdiff_t n) { return s.together > 0 && n * s.row > 2 * row_block_floats; }

// One step on all threads of a team, or steps of blocks of rows.
template <unsigned Used>
struct team_step {
  const plan_step& step;
  const context& c;
  bool by_rows = false;
  int arrived = 0;
  float_control control = read_float_control();  // of the caller: every part rounds as it does

  static void run(void* data, int part) {
    team_step& job = *static_cast<team_step*>(data);
    const float_control_scope as_caller(job.control);
    const team& others = *job.c.others;
    context mine = job.c;
    mine.part = {part, others.threads.parts, &job.arrived};
    if (part > 0) mine.scratch = reinterpret_cast<float*>(others.scratch + static_cast<std::size_t>(part - 1) * others.scratch_bytes);
    if (job.by_rows) return execute_rows<Used>(job.step, mine, part, others.threads.parts);
    execute_step<Used>(job.step, mine);
  }
};
}  // namespace detail

inline constexpr int work_of_a_team = 400;  // thousands of operations: about 2 us

template <unsigned Used>
void execute(const plan_step* steps, int count, int max_batch, const context& c) noexcept {
  const int worth = c.others ? static_cast<int>((static_cast<long long>(work_of_a_team) * max_batch + c.n - 1) / c.n) : 2147483647;
  for (int i = 0; i < count; ++i) {
    if (detail::goes_by_rows(steps[i], c.n) && steps[i].together <= count - i) {
      if (steps[i].work < worth) {
        context mine = c;
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
#undef IGATA_STEPS

// Whether any steps of a call with so many rows go through them in blocks.
constexpr bool goes_by_rows(const plan_step* steps, int count, std::ptrdiff_t n) {
  for (int i = 0; i < count; ++i)
    if (detail::goes_by_rows(steps[i], n)) return true;
  return false;
}
constexpr unsigned step_kinds(const plan_step* steps, int count) {
  unsigned used = 0;
  for (int i = 0; i < count; ++i) used |= 1u << static_cast<int>(steps[i].kind);
  return used;
}
// Of a target's kernels those that the steps need; the others do not reach the binary.
constexpr kernel_set needed_kernels(const kernel_set& all, unsigned used) {
  const auto has = [used](step_kind kind) { return used >> static_cast<int>(kind) & 1; };
  kernel_set some{};
  some.name = all.name;
  some.vector_floats = all.vector_floats;
  if (has(step_kind::long_pointwise) || has(step_kind::nested_pointwise)) some.stream = all.stream;
  if (has(step_kind::reduce)) some.reduce = all.reduce;
  if (has(step_kind::reduce_sum)) some.reduce_sum = all.reduce_sum;
  if (has(step_kind::gemm) || has(step_kind::batched_gemm)) some.gemm = all.gemm;
  if (has(step_kind::conv2d)) some.conv2d = all.conv2d;
  if (has(step_kind::direct_conv2d)) some.direct_conv2d = all.direct_conv2d;
  if (has(step_kind::winograd2_conv2d)) some.winograd2_conv2d = all.winograd2_conv2d;
  if (has(step_kind::winograd4_conv2d)) some.winograd4_conv2d = all.winograd4_conv2d;
  if (has(step_kind::winograd2_filters)) some.winograd2_filters = all.winograd2_filters;
  if (has(step_kind::winograd4_filters)) some.winograd4_filters = all.winograd4_filters;
  if (has(step_kind::depthwise_conv2d)) some.depthwise_conv2d = all.depthwise_conv2d;
  if (has(step_kind::conv2d_filter_grad)) some.conv2d_filter_grad = all.conv2d_filter_grad;
  if (has(step_kind::winograd4_filter_grad)) some.winograd4_filter_grad = all.winograd4_filter_grad;
  if (has(step_kind::conv2d_input_grad)) some.conv2d_input_grad = all.conv2d_input_grad;
  if (has(step_kind::depthwise_filter_grad)) some.depthwise_filter_grad = all.depthwise_filter_grad;
  if (has(step_kind::depthwise_input_grad)) some.depthwise_input_grad = all.depthwise_input_grad;
  if (has(step_kind::max_pool2d)) some.max_pool2d = all.max_pool2d;
  if (has(step_kind::avg_pool2d)) some.avg_pool2d = all.avg_pool2d;
  if (has(step_kind::max_pool2d_grad)) some.max_pool2d_grad = all.max_pool2d_grad;
  if (has(step_kind::avg_pool2d_grad)) some.avg_pool2d_grad = all.avg_pool2d_grad;
  if (has(step_kind::gather)) some.gather = all.gather;
  if (has(step_kind::scatter_add)) some.scatter_add = all.scatter_add;
  if (has(step_kind::copy)) some.copy = all.copy;
  if (has(step_kind::fill)) some.fill = all.fill;
  return some;
}

}  // namespace igata::inline IGATA_ABI

IGATA_SCALAR_CODE_END
