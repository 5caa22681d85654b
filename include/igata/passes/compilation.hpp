// A program on its way through the passes at run time, with what each of them left: for tests and for dumps.
//
//   compilation c;
//   c.drawn = …, c.splits = true, c.max_batch = 8;
//   run_passes(c);
//   print(c, dump_name::plan)
//
// A compiler takes a program through the same functions, each in a budget of constant evaluation of its own (engine/carrier.hpp).
#pragma once
#include "../plan/print_plan.hpp"
#include "pipeline.hpp"
#include "verify_plan.hpp"

namespace igata::inline IGATA_ABI::plan {

struct compilation {
  bool splits = false, winograd = true;  // as an inference program has it: what depends on weights alone is computed once; filters may be transformed
  int max_batch = 1;
  graph drawn, built, simplified, main, bind;
  vec<bound_value> values;               // of bind, in main
  weight_forms forms;
  fusion groups;
  detail::placement placed;
  execution_plan planned;

  constexpr detail::planning planning() const { return {main, groups, max_batch}; }
};

template <compiler_pass P>
struct pass_rule;  // a pass of passes.inc without a rule does not compile
template <>
struct pass_rule<compiler_pass::build> {
  static constexpr void run(compilation& c) { c.built = build_pass(c.drawn); }
};
template <>
struct pass_rule<compiler_pass::simplify> {
  static constexpr void run(compilation& c) {
    graph rewritten = rewrite(c.built);
    c.simplified = settle_pass(rewritten);
  }
};
template <>
struct pass_rule<compiler_pass::legalize> {
  static constexpr void run(compilation& c) { c.simplified = legalize_pass(static_cast<graph&&>(c.simplified)); }
};
template <>
struct pass_rule<compiler_pass::bind> {
  static constexpr void run(compilation& c) {
    bind_split s = bind_pass(c.simplified, c.splits, c.winograd);
    c.forms = forms_of(s.values, c.winograd);
    c.main = static_cast<graph&&>(s.main);
    c.bind = static_cast<graph&&>(s.bind);
    c.values = static_cast<vec<bound_value>&&>(s.values);
  }
};
template <>
struct pass_rule<compiler_pass::fuse> {
  static constexpr void run(compilation& c) {
    if (!c.main.failed()) c.groups = fuse(c.main, c.max_batch, c.forms);
  }
};
template <>
struct pass_rule<compiler_pass::place> {
  static constexpr void run(compilation& c) {
    if (!c.main.failed()) c.placed = detail::place_groups(c.planning());
  }
};
template <>
struct pass_rule<compiler_pass::plan> {
  static constexpr void run(compilation& c) {
    if (c.main.failed()) {
      c.planned.failure = c.main.failure;
      return;
    }
    const detail::planning in = c.planning();
    detail::planner pass(in, c.placed);
    pass.write();
    c.planned = pass.finish();
  }
};

// All passes, and `behind` each of them f(its number).
template <class F>
constexpr void run_passes(compilation& c, F behind) {
#define IGATA_PASS(name)                     \
  pass_rule<compiler_pass::name>::run(c);    \
  behind(compiler_pass::name);
#include "passes.inc"
}
// The same, and the plan is verified, which takes as long as running it.
constexpr void run_passes(compilation& c) {
  run_passes(c, [](compiler_pass) {});
  if (!c.main.failed()) verify_plan(c.planning(), c.placed, c.values, c.planned);
}

template <dump_name D>
struct dump_rule;  // what passes.inc says can be looked at
template <>
struct dump_rule<dump_name::build> {
  static constexpr text print(const compilation& c) { return igata::ir::print(c.built); }
};
template <>
struct dump_rule<dump_name::simplify> {
  static constexpr text print(const compilation& c) { return igata::ir::print(c.simplified); }
};
template <>
struct dump_rule<dump_name::main> {
  static constexpr text print(const compilation& c) { return igata::ir::print(c.main); }
};
template <>
struct dump_rule<dump_name::bind> {
  static constexpr text print(const compilation& c) { return igata::ir::print(c.bind); }
};
template <>
struct dump_rule<dump_name::fuse> {
  static constexpr text print(const compilation& c) { return print_fusion(c.main, c.groups); }
};
template <>
struct dump_rule<dump_name::plan> {
  static constexpr text print(const compilation& c) { return print_plan(c.main, c.groups, c.planned); }
};
constexpr text print(const compilation& c, dump_name what) {
  switch (what) {
#define IGATA_DUMP(name, pass) \
  case dump_name::name: return dump_rule<dump_name::name>::print(c);
#include "passes.inc"
    case dump_name::count_: break;
  }
  return {};
}

}  // namespace igata::inline IGATA_ABI::plan
