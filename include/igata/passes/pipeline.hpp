// Every pass of passes.inc as a function, with the verifier behind it: what compilation.hpp runs one after the other, and the compiler's stages
// evaluate (engine/carrier.hpp).
#pragma once
#include "../ops/print.hpp"
#include "../plan/measure.hpp"
#include "../plan/planner.hpp"
#include "fuse.hpp"
#include "legalize.hpp"
#include "pass_list.hpp"
#include "simplify.hpp"
#include "split.hpp"
#include "verify.hpp"

namespace igata::inline IGATA_ABI::plan {

// The graph as the model drew it, with its names and ids. Names are resolved in `drawn`.
constexpr graph build_pass(graph& drawn) {
  graph g = finalize(drawn);
  verify_graph(g, name_of(compiler_pass::build));
  return g;
}
constexpr graph build_pass(const graph& drawn) {
  graph g = drawn;
  return build_pass(g);
}
// What the simplifier wrote, with names and ids, and without what nothing uses any more.
constexpr graph settle_pass(graph& rewritten) {
  graph g = finalize(rewritten);
  verify_graph(g, name_of(compiler_pass::simplify));
  return g;
}
constexpr graph legalize_pass(graph&& simplified) {
  if (simplified.failed() || !needs_legalizing(simplified)) return static_cast<graph&&>(simplified);
  graph g = legalize(simplified);
  verify_graph(g, name_of(compiler_pass::legalize));
  return g;
}
// Both.
constexpr graph simplify_pass(const graph& built) {
  graph rewritten = rewrite(built);
  return legalize_pass(settle_pass(rewritten));
}
// Cuts what depends on weights only from an inference program. A mistake in either part is main's.
constexpr bind_split bind_pass(const graph& simplified, bool split, bool winograd = true) {
  bind_split s;
  if (split) s = split_bind(simplified, winograd);
  else s.main = simplified;
  if (!split || s.main.failed()) return s;
  verify_graph(s.main, name_of(compiler_pass::bind));
  verify_graph(s.bind, name_of(compiler_pass::bind));
  if (s.bind.failed() && !s.main.failed()) s.main.failure = s.bind.failure;
  return s;
}
constexpr execution_plan plan_pass(const graph& main, const weight_forms& forms, int max_batch) {
  if (main.failed()) {
    execution_plan p;
    p.failure = main.failure;
    return p;
  }
  const fusion f = fuse(main, max_batch, forms);
  return make_plan(main, f, max_batch);
}

}  // namespace igata::inline IGATA_ABI::plan
