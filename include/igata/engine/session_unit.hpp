// The code of sessions that no unit need have of its own: passes, kernels, packing, printing. Each unit with sessions compiles it, or with
// IGATA_SEPARATE_SESSIONS the one that includes <igata/session_unit.hpp>.
#pragma once
#include <string>  // string

#include "session_plan.hpp"

namespace igata::inline IGATA_ABI::detail {

struct session_unit {
  // Throws the text that a compiler would give. `name`: "session<net>".
  static session_plan plan(graph& drawn, const text& name, const session_options& options, bool leaves_inputs, const vec<resized_input>& resized);
  static bool has_kernels(graph& drawn, int max_batch);
  // Whether weights that were packed for one are the other's.
  static bool binds_alike(const session_plan& p, const session_plan& other);
  static packed_weights packed(const session_plan& p, const variable_store& weights, const executor& threads);
  static variable_store variables(const session_plan& p, seed first, const executor& threads);
  static void join(const session_plan& p, variable_store& store, seed first);
  static std::string dump(const session_plan& p, std::string_view pass);
  // What runs, and on which memory.
  static void choose(program_memory& m, const session_plan& p, isa which);
  static void bind(program_memory& m);
  static void execute(const plan_step* steps, int count, int max_batch, const execution_context& c) noexcept;
};

}  // namespace igata::inline IGATA_ABI::detail
