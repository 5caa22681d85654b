// What a graph that was drawn at run time becomes, for all its callers: by the passes that a compiler runs, with programs as data for the
// interpreter.
#pragma once
#include "../core/scalar_code.hpp"
#include "../kernels/interpreter.hpp"
#include "../passes/compilation.hpp"
#include "drawing.hpp"
#include "options.hpp"
#include "program_memory.hpp"
#include "session_lanes.hpp"

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
  packed_weights packed(const variable_store& weights, const executor& threads) const {
    return packed_weights::make(made.bind, made.values.data(), made.values.size(), weights, all_bind_code, threads);
  }
  // Whether weights that were packed for the other are this one's.
  bool binds_as(const session_plan& other) const {
    if (this == &other) return true;
    const auto &mine = made.values, &others = other.made.values;
    bool same = mine.size() == others.size();
    for (int i = 0; same && i < mine.size(); ++i)
      same = mine[i].type == others[i].type && mine[i].dims == others[i].dims && mine[i].form == others[i].form &&
             mine[i].transposed == others[i].transposed;
    return same && print(made.bind) == print(other.made.bind);
  }
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
[[gnu::cold]] inline session_plan plan_session(graph& drawn, const text& name, const session_options& options, bool leaves_inputs,
                                               const vec<resized_input>& resized) {
  [[maybe_unused]] const exact_scope exact;
  if (options.max_batch < 1) raise(text() << name << ": max_batch = " << options.max_batch << "; must be 1 or more");
  (check)(drawn);
  session_plan p;
  p.options = options;
  p.resized = resized;
  p.made.splits = options.made_for == mode::packed;
  p.made.winograd = options.winograd == winograd::on;
  p.made.max_batch = options.max_batch;
  p.made.drawn = std::move(drawn);
  run_passes(p.made, [&](compiler_pass pass) {
    if (pass != compiler_pass::build) return;
    if (!p.made.built.failed()) refuse_built(p.made.built, name, p.made.splits, leaves_inputs);
    (check)(p.made.built);
  });
  if (!p.made.planned.failure.empty()) raise(p.made.planned.failure);
  for (const plan_step& s : p.made.planned.steps) p.is_wide |= s.wide;
  if (p.is_wide && !wide_session_lanes)
    raise(text() << name << ": computes in f64, i64 or u64; #include <igata/f64.hpp> beside <igata/session.hpp>, or cast(x, f32), cast(x, i32)");
  p.made.drawn = graph();
  p.known = facts_of(p.made.built, p.made.main);
  name_facts(p.known);
  p.input_names = names_in_braces_of(p.known.inputs);
  p.result_names = names_in_braces_of(p.known.outputs);
  p.inputs_view = p.input_names.view();
  p.results_view = p.result_names.view();
  const vec<pointwise_program>& programs = p.made.planned.programs;
  for (const pointwise_program& one : programs) p.programs.push(interpreted_program(without_width(one)));
  for (int i = 0; i < programs.size(); ++i) {
    const interpreted_program& one = p.programs[i];
    p.program_list.push(&one);
    for (const isa which : compiled_isas)
      p.functions[place_of(which)].push(is_wide(programs[i]) ? wide_session_lanes->interpreter_of(which, one) : interpreter_of(which, one));
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

#define IGATA_HAS_SESSIONS
#if defined(IGATA_HAS_WIDE_LANES)
#include "wide_sessions.hpp"
#endif
