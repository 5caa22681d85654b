// What is known of a compiled specification by its type: what calls of it are checked by.
#pragma once
#include "carrier.hpp"

namespace igata::inline IGATA_ABI::detail {

template <class Spec>
struct program_facts {
  using code = compiled<Spec>;
  static constexpr const auto& inputs = code::inputs;
  static constexpr const auto& outputs = code::outputs;
  static constexpr int input_count = inputs.size(), output_count = outputs.size();
  static constexpr const auto& symbols = code::symbols;
  static constexpr int symbol_count = code::facts.symbol_count;  // beside n
  static constexpr bool is_sound = failure_of<Spec>::size == 0;
  static constexpr int max_batch = Spec::max_batch;
  static constexpr std::size_t arena_bytes = static_cast<std::size_t>(code::plan.arena) * 4;
};

}  // namespace igata::inline IGATA_ABI::detail
