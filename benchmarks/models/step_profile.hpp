// How long each step of a program takes by itself, with everything it reads in the caches: `print_steps<Net>(inputs, least)` behind a
// program's total shows where the time goes.
#pragma once
#include <cstdio>
#include <string>
#include <vector>

#include <igata/engine/dump.hpp>
#include <igata/igata.hpp>

namespace benchmarking_models {

using namespace igata;

template <class Code, std::size_t... I>
std::vector<pointwise_fn> programs_of(isa which, std::index_sequence<I...>) {
  return {pointwise_of<Code::plan.programs.items[I]>(which)..., nullptr};
}

// `least(f)` gives the ns of f(). Outputs go to memory of their own; what the steps change in the variables of `store` stays.
template <class Net, class Least>
void print_steps(variable_store& store, const packed_weights& packed, const std::vector<const void*>& inputs, int rows, Least least) {
  using code = typename Net::code;
  const auto& plan = code::plan;
  aligned_memory arena(static_cast<std::size_t>(plan.arena) * 4);
  std::vector<aligned_memory> results;
  std::vector<void*> outputs;
  for (const output_facts& o : code::outputs) {
    results.emplace_back(static_cast<std::size_t>(o.row) * static_cast<std::size_t>(plan.max_batch) * 4);
    outputs.push_back(results.back().data());
  }
  const auto variables = variable_pointers(code::variables, store);
  const auto programs = programs_of<code>(best_isa(), std::make_index_sequence<static_cast<std::size_t>(plan.size.programs)>{});
  const context c{reinterpret_cast<std::uint32_t*>(arena.data()), inputs.data(), outputs.data(), variables.data(), packed.pointers(), plan.constants.items,
                  static_cast<float>(rows), rows, &kernels_of(best_isa()), programs.data()};
  constexpr unsigned used = step_kinds(plan.steps.items, plan.size.steps);
  execute<used>(plan.steps.items, plan.size.steps, plan.ints.items, plan.max_batch, c);
  const std::string text = dump<Net>("plan");
  const char* line = text.c_str();
  double total = 0;
  for (int i = 0; i < plan.size.steps; ++i) {
    const double ns = least([&] { execute<used>(plan.steps.items + i, 1, plan.ints.items, plan.max_batch, c); });
    total += ns;
    const char* const end = line + std::string_view(line).find('\n');
    std::printf("  %10.1f  %.*s\n", ns, static_cast<int>(end - line), line);
    line = end + 1;
  }
  std::printf("  %10.1f  all steps\n", total);
}

}  // namespace benchmarking_models
