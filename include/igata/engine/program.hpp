// A compiled specification with its memory: what training<…> and inference<…> run.
#pragma once
#include <array>  // array

#include "carrier.hpp"
#include "runtime.hpp"

namespace igata::inline IGATA_ABI::detail {

template <class Spec>
constexpr input_facts facts_of_input(int i) {
  const auto& g = compiled<Spec>::built;
  const graph thawed = g.thaw();
  const input_entry& e = g.inputs[i];
  bool label = false;
  const int limit = index_limit(thawed, i, label);
  const node& v = g.nodes[e.id < 0 ? 0 : e.id];
  int row = 1;
  for (int d = 1; d < v.dims.rank; ++d) row *= v.dims[d];
  return {{g.chars.items + e.name.at, static_cast<std::size_t>(e.name.size)}, v.type, row, limit, label};
}
template <class Spec>
constexpr output_facts facts_of_output(int i) {
  const auto& g = compiled<Spec>::built;
  const output_entry& e = g.outputs[i];
  const node& v = g.nodes[e.id];
  int row = 1;
  for (int d = v.dims.batched ? 1 : 0; d < v.dims.rank; ++d) row *= v.dims[d];
  return {{g.chars.items + e.name.at, static_cast<std::size_t>(e.name.size)}, v.type, row, v.dims.batched};
}

template <class Spec>
class runner {
 public:
  using code = compiled<Spec>;
  static_assert(code::check());
  static constexpr int input_count = code::built.inputs.size(), output_count = code::built.outputs.size();
  static constexpr auto inputs = [] {
    std::array<input_facts, input_count> a{};
    for (int i = 0; i < input_count; ++i) a[static_cast<std::size_t>(i)] = facts_of_input<Spec>(i);
    return a;
  }();
  static constexpr auto outputs = [] {
    std::array<output_facts, output_count> a{};
    for (int i = 0; i < output_count; ++i) a[static_cast<std::size_t>(i)] = facts_of_output<Spec>(i);
    return a;
  }();
  static constexpr std::size_t arena_bytes = static_cast<std::size_t>(code::plan.arena) * 4;

  explicit runner(variable_store& store) : isa_(best_isa()), arena_(arena_bytes) { bind(store); }
  explicit runner(packed_weights packed) : isa_(best_isa()), arena_(arena_bytes), packed_(std::move(packed)) {}

  void bind(variable_store& store) { variables_ = variable_pointers(code::main.thaw(), store); }
  void use(isa which) { isa_ = which; }

  status run(const void* const* in, void* const* out, int n) noexcept {
    if (const status s = check_inputs(inputs.data(), input_count, in, n, Spec::max_batch); !s) return s;
    const context c{reinterpret_cast<std::uint32_t*>(arena_.data()), in, out, variables_.data(), packed_.pointers(), code::plan.constants.items,
                    static_cast<float>(n), n, &kernels_of(isa_), programs(isa_)};
    for (const step& s : code::plan.steps) execute(s, code::plan.ints.items, c);
    return {};
  }

 private:
  template <std::size_t... I>
  static const pointwise_fn* table(isa which, std::index_sequence<I...>) {
    static const pointwise_fn tables[3][sizeof...(I) + 1] = {
        {pointwise_of<code::plan.programs.items[I]>(isa::base)..., nullptr},
        {pointwise_of<code::plan.programs.items[I]>(isa::avx2)..., nullptr},
        {pointwise_of<code::plan.programs.items[I]>(isa::avx512)..., nullptr},
    };
    return tables[static_cast<int>(which)];
  }
  static const pointwise_fn* programs(isa which) { return table(which, std::make_index_sequence<static_cast<std::size_t>(code::plan.programs.size())>{}); }

  isa isa_;
  aligned_memory arena_;
  packed_weights packed_;
  std::vector<void*> variables_;
};

}  // namespace igata::inline IGATA_ABI::detail
