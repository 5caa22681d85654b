// A plan as straight-line code runs it, with loops in the place of kernels whose extents are constants (tests/kernels/fixed.cpp has those): what
// straight.hpp reads from a plan's integers is all that they know.
#pragma once
#include <vector>

#include <igata/engine/straight.hpp>

#include "interpret.hpp"

namespace interpret {
using igata::detail::straight_step;

inline std::ptrdiff_t extent_of(const fixed_extent& e, const execution_context& c) { return e.batched ? e.count * c.n : e.count; }

// One row of a program; with `skipped` 1 the first input is `block`. `at`: the other inputs' addresses, then the outputs'.
inline void run_fixed_row(const pointwise_program& p, const fixed_rows& step, const void* const* at, const void* block, std::ptrdiff_t row,
                          std::ptrdiff_t cols) {
  const int skipped = block != nullptr;
  pointwise_args a{};
  a.rows = 1, a.cols = cols;
  a.in[0] = block;
  for (int i = skipped; i < p.inputs; ++i) a.in[i] = static_cast<const float*>(at[i - skipped]) + row * step.in[i];
  for (int o = 0; o < p.outputs; ++o) a.out[o] = static_cast<float*>(const_cast<void*>(at[p.inputs - skipped + o])) + row * step.out[o];
  run(p, a);
}
inline float packed(const float* b, std::ptrdiff_t k, std::ptrdiff_t n, std::ptrdiff_t row, std::ptrdiff_t column) {
  const std::ptrdiff_t panel = column / panel_width * panel_width, rest = (n - panel + 15) / 16 * 16;
  return b[panel * k + row * (rest < panel_width ? rest : panel_width) + column - panel];
}
inline void run_fixed(const straight_step& s, const pointwise_program* p, const execution_context& c) {
  const void* at[sizeof s.at / sizeof *s.at];
  for (int i = 0; i < s.addresses; ++i) at[i] = igata::detail::address_of(s.at[i], c);
  switch (s.kind) {
    case straight_step::form::read: return;
    case straight_step::form::copy: std::memcpy(const_cast<void*>(at[1]), at[0], static_cast<std::size_t>(extent_of(s.elements, c)) * 4); return;
    case straight_step::form::pointwise:
      for (std::ptrdiff_t row = 0; row < extent_of(s.loop.rows, c); ++row)
        run_fixed_row(*p, s.loop.step, at, nullptr, row, extent_of(s.loop.cols, c));
      return;
    case straight_step::form::gemm: {
      const fixed_gemm& g = s.product;
      const auto floats = [&](int i) { return static_cast<const float*>(at[i]); };
      std::vector<float> sums(static_cast<std::size_t>(g.n));
      for (std::ptrdiff_t row = 0; row < extent_of(g.m, c); ++row) {
        for (int j = 0; j < g.n; ++j) {
          double sum = g.has_bias ? static_cast<double>(floats(2)[j]) : 0;
          for (int k = 0; k < g.k; ++k)
            sum += static_cast<double>(floats(0)[row * g.a_row + k * g.a_k]) *
                   static_cast<double>(g.b_packed ? packed(floats(1), g.k, g.n, k, j) : floats(1)[k * g.b_k + j]);
          sums[static_cast<std::size_t>(j)] = static_cast<float>(sum);
        }
        const void* const* const behind = at + 2 + g.has_bias;
        if (p) run_fixed_row(*p, g.step, behind, sums.data(), row, g.n);
        else std::memcpy(static_cast<float*>(const_cast<void*>(*behind)) + row * g.c_row, sums.data(), sums.size() * 4);
      }
    }
  }
}

// Returns whether the step has such a kernel.
inline bool execute_straight(const execution_plan& p, const plan_step& step, const execution_context& c) {
  const straight_step s = igata::detail::straight_reader(p.ints.data() + step.first, p.programs.data(), step.program, p.max_batch).run(step.kind);
  const bool fixed = s.kind != straight_step::form::read;
  if (fixed) run_fixed(s, step.program < 0 ? nullptr : &p.programs[step.program], c);
  else igata::detail::execute_step<kernel_subset::all()>(step, c);
  return fixed;
}
// Returns how many of the steps have.
inline int execute_straight(const execution_plan& p, const execution_context& c) {
  int fixed = 0;
  for (const plan_step& step : p.steps) fixed += execute_straight(p, step, c);
  return fixed;
}

}  // namespace interpret
