// What session_unit.hpp declares: by the passes that a compiler runs, with programs as data for the interpreter.
#pragma once
#include "../core/scalar_code.hpp"
#include "../kernels/interpreter.hpp"
#include "all_bind_code.hpp"
#include "dump.hpp"
#include "execute.hpp"
#include "session_lanes.hpp"
#include "session_unit.hpp"

#if defined(IGATA_SEPARATE_SESSIONS)
#define IGATA_OF_SESSION_UNIT
#else
#define IGATA_OF_SESSION_UNIT inline
#endif

IGATA_SCALAR_CODE

namespace igata::inline IGATA_ABI::detail {

inline void name_facts(facts& f) {
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

[[gnu::cold]] IGATA_OF_SESSION_UNIT session_plan session_unit::plan(graph& drawn, const text& name, const session_options& options,
                                                                    bool leaves_inputs, const vec<resized_input>& resized) {
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

[[gnu::cold]] IGATA_OF_SESSION_UNIT bool session_unit::has_kernels(graph& drawn, int max_batch) {
  compilation c;
  c.splits = true;
  c.max_batch = max_batch;
  c.drawn = std::move(drawn);
  run_passes(c, [&](compiler_pass pass) {
    if (pass == compiler_pass::build && !c.built.failed()) refuse_built(c.built, "eager", true, false);
  });
  bool all = c.planned.failure.empty();
  for (const plan_step& s : c.planned.steps) all &= !s.wide || wide_session_lanes;
  return all;
}
[[gnu::cold]] IGATA_OF_SESSION_UNIT bool session_unit::binds_alike(const session_plan& p, const session_plan& other) {
  if (&p == &other) return true;
  const auto &mine = p.made.values, &others = other.made.values;
  bool same = mine.size() == others.size();
  for (int i = 0; same && i < mine.size(); ++i)
    same = mine[i].type == others[i].type && mine[i].dims == others[i].dims && mine[i].form == others[i].form &&
           mine[i].transposed == others[i].transposed;
  return same && print(p.made.bind) == print(other.made.bind);
}
[[gnu::cold]] IGATA_OF_SESSION_UNIT packed_weights session_unit::packed(const session_plan& p, const variable_store& weights,
                                                                        const executor& threads) {
  return packed_weights::make(p.made.bind, p.made.values.data(), p.made.values.size(), weights, all_bind_code, threads);
}
[[gnu::cold]] IGATA_OF_SESSION_UNIT variable_store session_unit::variables(const session_plan& p, seed first, const executor& threads) {
  variable_store fresh;
  const fast_values fast{threads, plan::draw_uniform_of};
  declare_variables(p.made.bind, fresh, first, fast);
  declare_variables(p.variables(), fresh, first, fast);
  return fresh;
}
[[gnu::cold]] IGATA_OF_SESSION_UNIT void session_unit::join(const session_plan& p, variable_store& store, seed first) {
  join_store(p.variables(), store, first);
}
[[gnu::cold]] IGATA_OF_SESSION_UNIT std::string session_unit::dump(const session_plan& p, std::string_view pass) { return dumped(p.made, pass); }

inline constexpr kernel_subset session_kernels = kernel_subset::of_both();
[[gnu::cold]] IGATA_OF_SESSION_UNIT void session_unit::choose(program_memory& m, const session_plan& p, isa which) {
  m.choose(&kernels_of(which), p.functions[place_of(which)].data(), p.is_wide ? &wide_session_lanes->kernels_of(which) : nullptr,
           p.program_list.data());
}
[[gnu::cold]] IGATA_OF_SESSION_UNIT void session_unit::bind(program_memory& m) { m.bind<session_kernels>(); }
IGATA_OF_SESSION_UNIT void session_unit::execute(const plan_step* steps, int count, int max_batch, const execution_context& c) noexcept {
  plan::execute<session_kernels>(steps, count, max_batch, c);
}

}  // namespace igata::inline IGATA_ABI::detail

#undef IGATA_OF_SESSION_UNIT
IGATA_SCALAR_CODE_END

#define IGATA_HAS_SESSION_CODE
#if defined(IGATA_HAS_WIDE_LANES)
#include "wide_sessions.hpp"
#endif
