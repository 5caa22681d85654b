// What a graph that was drawn at run time becomes, for all its callers: by the passes that a compiler runs, with programs as data for the
// interpreter.
#pragma once
#include "../core/scalar_code.hpp"
#include "../kernels/interpreter.hpp"
#include "../passes/compilation.hpp"
#include "drawing.hpp"
#include "options.hpp"
#include "program_memory.hpp"

namespace igata::inline IGATA_ABI {

// What a program<…> has as options.
struct session_options {
  int max_batch = 32;
  igata::mode made_for = igata::mode::packed;
  igata::winograd winograd = igata::winograd::on;
};

namespace detail {

struct session_plan {
  compilation made;
  session_options options;
  facts known;
  text input_names, result_names;                 // "{x, y}"
  std::string_view inputs_view, results_view;
  vec<interpreted_program> programs;
  vec<const interpreted_program*> program_list;
  vec<pointwise_fn> functions[compiled_isa_count];
  vec<int> called;                                // the variables whose gradients are handed out, by number

  variable_list variables() const { return {known.variables.data(), known.variables.size()}; }
  program_tables tables() const {
    const execution_plan& p = made.planned;
    return {p.constants.data(),
            static_cast<std::size_t>(p.arena) * 4,
            variables(),
            {p.steps.data(), p.ints.data(), p.steps.size(), p.ints.size(), p.records, known.inputs.size(), known.outputs.size(), known.symbol_count}};
  }
  bool needs_weights() const { return !made.values.empty(); }
};

}  // namespace detail

}  // namespace igata::inline IGATA_ABI

IGATA_SCALAR_CODE

namespace igata::inline IGATA_ABI::detail {

[[gnu::cold]] inline void name_facts(facts& f) {
  int i = 0;
  const auto next = [&] {
    const int begin = i ? f.ends[i - 1] : 0;
    return std::string_view{f.chars.data() + begin, static_cast<std::size_t>(f.ends[i++] - begin)};
  };
  for (input_facts& x : f.inputs) x.name = next();
  for (output_facts& x : f.outputs) x.name = next();
  for (variable_facts& x : f.variables) x.path = next();
  for (int k = 0; k < f.symbol_count; ++k) f.symbols[k].name = next();
}
template <class Facts>
text names_in_braces_of(const vec<Facts>& all) {
  text t;
  t << '{';
  for (int i = 0; i < all.size(); ++i) t << (i ? ", " : "") << all[i].name;
  return std::move(t << '}');
}

// Throws the text that a compiler would give. `name`: "session<net>".
[[gnu::cold]] inline session_plan plan_session(graph& drawn, const text& name, const session_options& options) {
  [[maybe_unused]] const exact_scope exact;
  if (options.max_batch < 1) raise(text() << name << ": max_batch = " << options.max_batch << "; must be 1 or more");
  (check)(drawn);
  session_plan p;
  p.options = options;
  p.made.splits = options.made_for == mode::packed;
  p.made.winograd = options.winograd == winograd::on;
  p.made.max_batch = options.max_batch;
  p.made.drawn = std::move(drawn);
  run_passes(p.made, [&](compiler_pass pass) {
    if (pass != compiler_pass::build) return;
    if (!p.made.built.failed()) refuse_built(p.made.built, name, p.made.splits, false);
    (check)(p.made.built);
  });
  if (!p.made.planned.failure.empty()) raise(p.made.planned.failure);
  p.made.drawn = graph();
  p.known = facts_of(p.made.built, p.made.main);
  name_facts(p.known);
  p.input_names = names_in_braces_of(p.known.inputs);
  p.result_names = names_in_braces_of(p.known.outputs);
  p.inputs_view = p.input_names.view();
  p.results_view = p.result_names.view();
  for (const pointwise_program& one : p.made.planned.programs) p.programs.push(interpreted_program(one));
  for (const interpreted_program& one : p.programs) {
    p.program_list.push(&one);
    for (const isa which : compiled_isas) p.functions[place_of(which)].push(interpreter_of(which, one));
  }
  for (const node& v : p.made.main.nodes) {
    if (v.code != op::call) continue;
    const int number = attributes_of<op::call>(p.made.main, v).number;
    while (p.called.size() <= number) p.called.push(0);
    p.called[number] = leaf_index(p.made.main, p.made.main.operand_node(v, 1));
  }
  return p;
}

}  // namespace igata::inline IGATA_ABI::detail

IGATA_SCALAR_CODE_END
