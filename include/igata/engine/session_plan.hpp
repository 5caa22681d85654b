// What a graph that was drawn at run time becomes, for all its callers.
#pragma once
#include "../passes/compilation.hpp"
#include "../target/interpreted.hpp"
#include "drawing.hpp"
#include "options.hpp"
#include "program_memory.hpp"

namespace igata::inline IGATA_ABI {

// What a program<…> has as options.
struct session_options {
  int max_batch = 32;
  igata::mode made_for = igata::mode::packed;
  igata::winograd winograd = igata::winograd::on;
  int plans = 4;  // that are kept, where inputs are given other extents
};

namespace detail {

template <auto... Options>
concept SessionOptions =
    !((is_max_batch<std::remove_cvref_t<decltype(Options)>> || is_winograd<std::remove_cvref_t<decltype(Options)>>) || ...);

struct session_plan {
  compilation made;
  session_options options;
  facts known;
  text input_names, result_names;                 // "{x, y}"
  std::string_view inputs_view, results_view;
  vec<interpreted_program> programs;
  vec<const interpreted_program*> program_list;
  vec<pointwise_fn> functions[compiled_isa_count];
  vec<resized_input> resized;                     // inputs whose extents are not those that the function says
  vec<int> called;                                // the variables whose gradients are handed out, by number

  variable_list variables() const { return {known.variables.data(), known.variables.size()}; }
  program_tables tables() const {
    const execution_plan& p = made.planned;
    return {p.constants.data(),
            static_cast<std::size_t>(p.arena) * 4,
            variables(),
            {p.steps.data(), p.ints.data(), p.steps.size(), p.ints.size(), p.records, known.inputs.size(), known.outputs.size(), known.symbol_count}};
  }
  bool is_wide = false;                           // computes in lanes of 64 bits too

  bool needs_weights() const { return !made.values.empty(); }
  std::size_t scratch_bytes() const { return (static_cast<std::size_t>(made.planned.scratch) + 79) / 16 * 64; }
  int input_named(std::string_view name) const {
    int i = known.inputs.size() - 1;
    while (i >= 0 && known.inputs[i].name != name) --i;
    return i;
  }
  // Its inputs with other extents than the function says, where these are changed.
  vec<resized_input> resized_by(const std::initializer_list<resized_input>& changed) const {
    vec<resized_input> all = resized;
    for (const resized_input& x : changed) {
      const int i = input_named(x.name.view());
      if (i < 0) raise(text() << "resize: no input '" << x.name << "'; the session's inputs are " << input_names);
      const shape& now = made.built.inputs[i].dims;
      if (const int extents = now.rank - (now.rows_of != no_symbol); x.extents.rank != extents)
        raise(text() << "resize: input '" << x.name << "': expected " << extents << (extents == 1 ? " extent" : " extents") << ", as " << now
                     << " has, got " << x.extents.rank);
      bool found = false;
      for (resized_input& r : all)
        if (r.name == x.name) r = x, found = true;
      if (!found) all.push(x);
    }
    return all;
  }
  // Whether its inputs have these extents, and else those that the function says.
  bool has(const vec<resized_input>& wanted) const {
    int of_mine = 0;
    for (const resized_input& w : wanted) {
      const int i = input_named(w.name.view());
      if (i < 0 || !(extents_without_rows(made.built.inputs[i].dims) == w.extents)) return false;
      for (const resized_input& r : resized) of_mine += r.name == w.name;
    }
    return of_mine == resized.size();
  }
};

}  // namespace detail

}  // namespace igata::inline IGATA_ABI
