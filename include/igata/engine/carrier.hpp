// The carrier: takes a specification through the pipeline, one static constexpr variable per pass, so that each pass has a fresh budget
// of constant evaluation and graphs never become template arguments.
//
// A specification has  static constexpr bool training, splits;  static constexpr int max_batch;  static constexpr void build(builder&);
// It may have  static constexpr text name(),  "training<net>".
#pragma once
#include "drawing.hpp"
#include "facts.hpp"
#include "freeze_plan.hpp"
#include "ill_formed.hpp"
#include "rewriting.hpp"

namespace igata::inline IGATA_ABI {

namespace detail {

// Of a large graph what rewriting in pieces ends with: another budget than that of legalize.
template <class Spec>
struct settle_step {
  static constexpr graph make() {
    const graph built = built_stage<Spec>::value().thaw();
    simplifier pass(built, rewrite_piece<Spec, last_piece<rewrite_piece, Spec>()>::value().thaw());
    graph rewritten = pass.finish();
    return settle_pass(rewritten);
  }
};
template <class Spec>
struct simplify_step {
  static constexpr graph make() {
    if constexpr (is_large(built_stage<Spec>::value().size)) {
      return legalize_pass(graph_stage<settle_step<Spec>, built_stage<Spec>::value().size.grown()>::value().thaw());
    } else {
      const graph built = built_stage<Spec>::value().thaw();
      return simplify_pass(built);
    }
  }
};
template <class Spec>
using simplified_stage = graph_stage<simplify_step<Spec>, built_stage<Spec>::value().size.grown()>;

// Both halves and the values between them: neither is larger than the whole, but for a number in each bound node.
template <graph_sizes Whole>
struct frozen_split {
  static constexpr graph_sizes capacity = [] {
    graph_sizes s = Whole;
    s.attributes += s.nodes;
    s.outputs += s.nodes;
    return s;
  }();
  frozen_graph<capacity> main, bind;
  frozen<bound_value, Whole.nodes> values;
  int value_count;
  constexpr explicit frozen_split(const bind_split& s) : main(s.main), bind(s.bind), values(s.values), value_count(s.values.size()) {}
};

// Unless a specification says otherwise.
template <class Spec>
inline constexpr bool uses_winograd = true;
template <class Spec>
  requires requires { Spec::winograd; }
inline constexpr bool uses_winograd<Spec> = Spec::winograd;

// Where a program trains nothing is bound, and nothing split.
template <class Spec, bool Splits = Spec::splits>
struct split_stage {
  static constexpr frozen_split<simplified_stage<Spec>::value().size> first{
      bind_pass(simplified_stage<Spec>::value().thaw(), true, uses_winograd<Spec>)};
  static constexpr const auto& main() { return first.main; }
  static constexpr frozen<bound_value, first.value_count> bound{first.values.items};
  static constexpr frozen_graph<first.bind.size> bind{first.bind.thaw()};  // reaches the binary
};
template <class Spec>
struct split_stage<Spec, false> {
  static constexpr const auto& main() { return simplified_stage<Spec>::value(); }
  static constexpr frozen<bound_value, 0> bound{};
  static constexpr frozen_graph<graph_sizes{.scopes = 1}> bind{graph{}};
};

template <class Spec>
constexpr weight_forms forms_of() {
  return igata::plan::forms_of(split_stage<Spec>::bound, uses_winograd<Spec>);
}

// In a variable of its own where a graph is large enough to need several budgets.
template <class Spec>
struct fuse_stage {
  static constexpr graph_sizes size = split_stage<Spec>::main().size;
  using frozen_type = frozen_fusion<size.nodes, 2 * size.nodes + size.edges>;
  struct joined {
    static constexpr frozen_type fconstexpr_steps{fuse_joined(split_stage<Spec>::main().thaw())};
    static constexpr const auto& value = fconstexpr_steps;
  };
  static constexpr fusion make() {
    const graph main = split_stage<Spec>::main().thaw();
    if constexpr (is_large(size))
      if constexpr (joined::value.fits()) return fuse_sunk(main, joined::value.thaw(), Spec::max_batch, forms_of<Spec>());
    return fuse(main, Spec::max_batch, forms_of<Spec>());
  }
  static constexpr frozen_type fconstexpr_steps{make()};
  static constexpr const auto& value = fconstexpr_steps;
};

// Calls f with what planning is of.
template <class Spec, class F>
constexpr auto with_planning(F f) {
  const graph main = split_stage<Spec>::main().thaw();
  const fusion groups = fuse_stage<Spec>::value.thaw();
  return f(planning{main, groups, Spec::max_batch});
}
template <class Spec>
struct scratch_stage {
  static constexpr vec<int> make() {
    return with_planning<Spec>([](const planning& in) { return scratch_of_groups(in); });
  }
  static constexpr frozen<int, fuse_stage<Spec>::value.count> fconstexpr_steps{make()};
};
template <class Spec>
struct place_stage {
  static constexpr const auto& fused = fuse_stage<Spec>::value;
  static constexpr placement make() {
    return with_planning<Spec>([](const planning& in) {
      const vec<int> scratch = vec<int>::borrowed(scratch_stage<Spec>::fconstexpr_steps.items, in.f.groups.count);
      return placer(in, scratch).run();
    });
  }
  static constexpr frozen_placement<fuse_stage<Spec>::size.nodes, fused.count> fconstexpr_steps{make()};
  static constexpr const auto& value = fconstexpr_steps;
};

template <class Spec>
inline constexpr plan_sizes plan_guess{split_stage<Spec>::main().size.nodes, 24 * split_stage<Spec>::main().size.nodes + 256, 48,
                                       split_stage<Spec>::main().size.nodes + 64, split_stage<Spec>::main().size.failure};

// Calls f with a planner behind the steps of K pieces.
template <class Spec, int K>
struct write_piece;
template <class Spec, int K, class F>
constexpr auto with_planner(F f) {
  return with_planning<Spec>([&](const planning& in) {
    const placement placed = place_stage<Spec>::value.thaw();
    planner pass(in, placed);
    if constexpr (K > 0) pass.resume(write_piece<Spec, K - 1>::value().thaw());
    return f(pass);
  });
}
template <class Spec, int K>
struct write_piece {
  static constexpr plan_begun make() {
    return with_planner<Spec, K>([](planner& pass) {
      pass.write(ints_at_once);
      return pass.begun();
    });
  }
  static constexpr plan_sizes before() {
    if constexpr (K > 0) return write_piece<Spec, K - 1>::value().size;
    else return {.constants = 64};
  }
  static constexpr plan_sizes guess{before().steps + ints_at_once / 16, before().ints + ints_at_once + 2048, before().programs + 64,
                                    before().constants + 256};
  template <plan_sizes Size>
  using frozen_type = frozen_plan_begun<Size, fuse_stage<Spec>::size.nodes>;
  static constexpr const auto& value() { return stage<write_piece, guess>::value(); }
  static constexpr bool is_last = value().next >= fuse_stage<Spec>::value.count;
};

template <class Spec>
struct plan_stage {
  static constexpr bool in_pieces() {
    if constexpr (is_large(fuse_stage<Spec>::size)) return fuse_stage<Spec>::value.fits();
    else return false;
  }
  static constexpr execution_plan make() {
    if constexpr (in_pieces()) {
      return with_planner<Spec, last_piece<write_piece, Spec>() + 1>([](planner& pass) { return pass.finish(); });
    } else {
      const graph main = split_stage<Spec>::main().thaw();
      return plan_pass(main, forms_of<Spec>(), Spec::max_batch);
    }
  }
  static constexpr plan_sizes guess = [] {
    if constexpr (in_pieces()) {
      constexpr plan_sizes written = write_piece<Spec, last_piece<write_piece, Spec>()>::value().size;
      return plan_sizes{written.steps + 64, written.ints + 2048, written.programs, written.constants, plan_guess<Spec>.failure};
    } else {
      return plan_guess<Spec>;
    }
  }();
  static constexpr frozen_plan<guess> fconstexpr_steps{make()};
  // Where a limit is met the compiler has said so, and a plan of nothing follows.
  static constexpr execution_plan mistake() {
    execution_plan p;
    p.failure << said_by_the_compiler;
    return p;
  }
  static constexpr auto exact() {
    if constexpr (!requires { typename std::bool_constant<(fconstexpr_steps.size.steps >= 0)>; })
      return frozen_plan<plan_sizes{.failure = 1}>{mistake()};
    else if constexpr (guess.holds(fconstexpr_steps.size)) return frozen_plan<fconstexpr_steps.size>{fconstexpr_steps};
    else return frozen_plan<fconstexpr_steps.size>{make()};
  }
  static constexpr auto value = exact();
};

template <class Spec>
struct facts_stage {
  static constexpr facts make() { return facts_of(built_stage<Spec>::value().thaw(), split_stage<Spec>::main().thaw()); }
  static constexpr graph_sizes size = built_stage<Spec>::value().size;
  static constexpr int variables = split_stage<Spec>::main().size.variables;
  static constexpr frozen_facts<64 * variables + 256, size.inputs, size.outputs, variables> fconstexpr_steps{make()};
  static constexpr frozen_facts<fconstexpr_steps.size, size.inputs, size.outputs, variables> exact() {
    if constexpr (fconstexpr_steps.size <= fconstexpr_steps.capacity)
      return frozen_facts<fconstexpr_steps.size, size.inputs, size.outputs, variables>{fconstexpr_steps};
    else return frozen_facts<fconstexpr_steps.size, size.inputs, size.outputs, variables>{make()};
  }
  static constexpr frozen_facts<fconstexpr_steps.size, size.inputs, size.outputs, variables> value = exact();
  using named = named_facts<value>;
};

// The text of a specification's mistake.
template <class Spec, bool Built = built_stage<Spec>::value().size.failure == 0>
struct failure_of {
  static constexpr int size = plan_stage<Spec>::value.size.failure;
  static constexpr const auto& text = plan_stage<Spec>::value.failure;
};
template <class Spec>
struct failure_of<Spec, false> {
  static constexpr int size = built_stage<Spec>::value().size.failure;
  static constexpr const auto& text = built_stage<Spec>::value().failure;
};

// The passes of passes/passes.inc as stages: whether one is evaluated, which it is by asking. Of a small program the simplifier and legalize have one
// stage, and placing and planning.
template <class Spec, compiler_pass P>
struct pass_stage;
template <class Spec>
struct pass_stage<Spec, compiler_pass::build> {
  static constexpr bool is_done() { return built_stage<Spec>::value().size.nodes >= 0; }
};
template <class Spec>
struct pass_stage<Spec, compiler_pass::simplify> {
  static constexpr bool is_done() {
    if constexpr (is_large(built_stage<Spec>::value().size)) return last_piece<rewrite_piece, Spec>() >= 0;
    else return true;
  }
};
template <class Spec>
struct pass_stage<Spec, compiler_pass::legalize> {
  static constexpr bool is_done() { return simplified_stage<Spec>::value().size.nodes >= 0; }
};
template <class Spec>
struct pass_stage<Spec, compiler_pass::bind> {
  static constexpr bool is_done() { return split_stage<Spec>::main().size.nodes >= 0; }
};
template <class Spec>
struct pass_stage<Spec, compiler_pass::fuse> {
  static constexpr bool is_done() { return fuse_stage<Spec>::value.count >= 0; }
};
template <class Spec>
struct pass_stage<Spec, compiler_pass::place> {
  static constexpr bool is_done() {
    if constexpr (is_large(fuse_stage<Spec>::size)) return place_stage<Spec>::value.arena >= 0;
    else return true;
  }
};
template <class Spec>
struct pass_stage<Spec, compiler_pass::plan> {
  static constexpr bool is_done() { return plan_stage<Spec>::value.size.steps >= 0 && facts_stage<Spec>::size.nodes >= 0; }
};
#define IGATA_PASS(name) static_assert(sizeof(pass_stage<void, compiler_pass::name>) > 0);
#include "../passes/passes.inc"

}  // namespace detail

template <class Spec>
struct compiled {
  static constexpr const auto& built() { return detail::built_stage<Spec>::value(); }
  static constexpr const auto& simplified() { return detail::simplified_stage<Spec>::value(); }
  static constexpr const auto& main() { return detail::split_stage<Spec>::main(); }
  static constexpr const auto& bound = detail::split_stage<Spec>::bound;
  static constexpr const auto& bind = detail::split_stage<Spec>::bind;
  static constexpr plan::fusion fused() { return fuse(main().thaw(), Spec::max_batch, detail::forms_of<Spec>()); }
  static constexpr const auto& plan = detail::plan_stage<Spec>::value;

  static constexpr const auto& facts = detail::facts_stage<Spec>::value;
  static constexpr const auto& inputs = detail::facts_stage<Spec>::named::inputs;
  static constexpr const auto& outputs = detail::facts_stage<Spec>::named::outputs;
  static constexpr const auto& symbols = detail::facts_stage<Spec>::named::symbols;  // beside n; facts.symbol_count of them
  static constexpr variable_list variables{detail::facts_stage<Spec>::named::variables.items, detail::facts_stage<Spec>::variables};
};

}  // namespace igata::inline IGATA_ABI
