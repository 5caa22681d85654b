// The pipeline: every pass by its name, in order, with the verifier behind each.
#pragma once
#include "../ir/print.hpp"
#include "../ir/verify.hpp"
#include "builder.hpp"
#include "fuse.hpp"
#include "legalize.hpp"
#include "../plan/measure.hpp"
#include "../plan/planner.hpp"
#include "split.hpp"

namespace igata::inline IGATA_ABI {

// The graph as the model drew it, with its names and ids. Names are resolved in `drawn`.
constexpr graph build_pass(graph& drawn) {
  graph g = finalize(drawn);
  verify_graph(g, "build");
  return g;
}
constexpr graph build_pass(const graph& drawn) {
  graph g = drawn;
  return build_pass(g);
}
constexpr graph settle_pass(graph& rewritten) {
  graph g = finalize(rewritten);
  verify_graph(g, "simplify");
  if (g.failed() || !needs_legalizing(g)) return g;
  g = legalize(g);
  verify_graph(g, "legalize");
  return g;
}
constexpr graph simplify_pass(const graph& built) {
  graph rewritten = rewrite(built);
  return settle_pass(rewritten);
}
// Cuts what depends on weights only from an inference program.
constexpr bind_split bind_pass(const graph& simplified, bool split, bool winograd = true) {
  bind_split s;
  if (split) s = split_bind(simplified, winograd);
  else s.main = simplified;
  verify_graph(s.main, "bind");
  return s;
}
constexpr plan plan_pass(const graph& main, const weight_forms& forms, int max_batch) {
  if (main.failed()) {
    plan p;
    p.failure = main.failure;
    return p;
  }
  const fusion f = fuse(main, max_batch, forms);
  return make_plan(main, f, max_batch);
}

}  // namespace igata::inline IGATA_ABI
