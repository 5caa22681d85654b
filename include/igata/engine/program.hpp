// A compiled specification with its memory: what training<…> and inference<…> run.
#pragma once
#include "carrier.hpp"
#include "runtime.hpp"

namespace igata::inline IGATA_ABI::detail {

// What running needs of a compiled specification, without its type.
struct program_tables {
  const input_facts* inputs;
  int input_count, max_batch;
  const plan_step* steps;
  int step_count;
  const int* ints;
  const std::uint32_t* constants;
  std::size_t arena_bytes;
  variable_list variables;
};

class program_memory {
 public:
  program_memory(const program_tables& tables, variable_store& store) : tables_(tables), arena_(tables.arena_bytes) { bind(store); }
  program_memory(const program_tables& tables, packed_weights packed)
      : tables_(tables), arena_(tables.arena_bytes), packed_(std::move(packed)) {}

  void bind(variable_store& store) { variables_ = variable_pointers(tables_.variables, store); }
  void bind(packed_weights packed) { packed_ = std::move(packed); }

  // `execute` runs the steps.
  template <class Execute>
  status run(const void* const* in, void* const* out, int n, const kernel_set& kernels, const pointwise_fn* programs,
             Execute execute) noexcept {
    if (const status s = check_inputs(tables_.inputs, tables_.input_count, in, n, tables_.max_batch); !s) return s;
    const context c{reinterpret_cast<std::uint32_t*>(arena_.data()),
                    in,
                    out,
                    variables_.data(),
                    packed_.pointers(),
                    tables_.constants,
                    static_cast<float>(n),
                    n,
                    &kernels,
                    programs};
    execute(c);
    return {};
  }

 private:
  const program_tables& tables_;
  aligned_memory arena_;
  packed_weights packed_;
  std::vector<void*> variables_;
};

template <class Spec>
class runner {
 public:
  using code = compiled<Spec>;
  static_assert(sizeof(decltype(code::check())) > 0);
  static constexpr const auto& inputs = code::inputs;
  static constexpr const auto& outputs = code::outputs;
  static constexpr int input_count = inputs.size(), output_count = outputs.size();
  static constexpr std::size_t arena_bytes = static_cast<std::size_t>(code::plan.arena) * 4;
  // Few steps and little work each: the loop over a table would be a large part of it.
  static constexpr bool is_small = code::plan.size.steps <= 32 && code::facts.flops * Spec::max_batch <= 2 * 65536;
  static constexpr program_tables tables{inputs.items,
                                         input_count,
                                         Spec::max_batch,
                                         code::plan.steps.items,
                                         code::plan.size.steps,
                                         code::plan.ints.items,
                                         code::plan.constants.items,
                                         arena_bytes,
                                         code::variables};

  explicit runner(variable_store& store) : memory_(tables, store) { use(best_isa()); }
  explicit runner(packed_weights packed) : memory_(tables, std::move(packed)) { use(best_isa()); }

  template <class Weights>
  void bind(Weights&& weights) {
    memory_.bind(static_cast<Weights&&>(weights));
  }
  void use(isa which) {
    kernels_ = &kernels[static_cast<int>(which)];
    programs_ = programs_of(which);
  }
  static const pointwise_fn* programs_of(isa which) {
    return programs(which, std::make_index_sequence<static_cast<std::size_t>(code::plan.size.programs)>{});
  }
  status run(const void* const* in, void* const* out, int n) noexcept {
    return memory_.run(in, out, n, *kernels_, programs_, [](const context& c) {
      if constexpr (is_small)
        execute_straight<code::plan>(c, std::make_index_sequence<static_cast<std::size_t>(code::plan.size.steps)>{});
      else
        execute<used>(tables.steps, tables.step_count, tables.ints, c);
    });
  }

 private:
  static constexpr unsigned used = step_kinds(code::plan.steps.items, code::plan.size.steps);
  static constexpr kernel_set kernels[] = {needed_kernels(kernels_of(isa::base), used), needed_kernels(kernels_of(isa::avx2), used),
                                           needed_kernels(kernels_of(isa::avx512), used)};

  template <std::size_t... I>
  static const pointwise_fn* programs(isa which, std::index_sequence<I...>) {
    static constexpr pointwise_fn table[3][sizeof...(I) + 1] = {
        {pointwise_of<code::plan.programs.items[I]>(isa::base)..., nullptr},
        {pointwise_of<code::plan.programs.items[I]>(isa::avx2)..., nullptr},
        {pointwise_of<code::plan.programs.items[I]>(isa::avx512)..., nullptr},
    };
    return table[static_cast<int>(which)];
  }

  program_memory memory_;
  const kernel_set* kernels_ = nullptr;
  const pointwise_fn* programs_ = nullptr;
};

}  // namespace igata::inline IGATA_ABI::detail
