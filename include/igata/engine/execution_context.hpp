// Everything that a run needs; filled once per call.
#pragma once
#include "../plan/plan.hpp"

namespace igata::inline IGATA_ABI::plan {

// The threads of a program, and scratch memory of its own for each but the first.
struct team {
  executor threads;
  std::byte* scratch = nullptr;
  std::size_t scratch_bytes = 0;  // of each
};

struct execution_context {
  std::uint32_t* arena;
  const void* const* inputs;
  void* const* outputs;
  void* const* variables;
  const void* const* bound;
  const std::uint32_t* constants;
  float rows;                      // n as a number
  std::ptrdiff_t n;
  const kernel_set* kernels;
  const pointwise_fn* programs;
  const interpreted_program* const* interpreted = nullptr;  // what the interpreter runs where `programs` are it
  const host_function* host = nullptr;   // what calls call
  const std::byte* records = nullptr;  // see records.hpp
  const team* others = nullptr;    // who shares the work
  share part = {};                 // of the step at hand
  float* scratch = nullptr;        // of a share other than the first
  symbol_sizes sizes = {};         // where there are symbols beside n
  const kernel_set* wide_kernels = nullptr;  // of lanes of 64 bits
};

}  // namespace igata::inline IGATA_ABI::plan
