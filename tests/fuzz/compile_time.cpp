// The same random graphs through the passes in constant evaluation: what the compiler plans must be what a run plans.
#include <gtest/gtest.h>

#include <igata/passes/pipeline.hpp>

#include "draw.hpp"

namespace {
using namespace fuzz;

constexpr std::uint64_t planned(int i) {
  const form kind = static_cast<form>(i % 3);
  const recipe r = recipe_of(static_cast<std::uint32_t>(1000 + i / 3), kind, drawing::kinds_of_all, 2, 4);
  builder b(kind == form::training);
  drawing(b, r).draw();
  const graph built = build_pass(b.get()), simplified = simplify_pass(built);
  const bind_split split = bind_pass(simplified, kind == form::inference);
  weight_forms forms;
  for (const bound_value& v : split.values) forms.bound.push(v.form);
  const execution_plan p = plan_pass(split.main, forms, r.most_rows);
  std::uint64_t h = static_cast<std::uint64_t>(p.arena) + static_cast<std::uint64_t>(p.failure.size());
  const auto add = [&](auto x) { h = (h ^ static_cast<std::uint64_t>(x)) * 0x100000001b3u; };
  for (const plan_step& s : p.steps) add(s.kind), add(s.program), add(s.first), add(s.record), add(s.work), add(s.together), add(s.row), add(s.group);
  add(p.records), add(p.scratch), add(p.arena_without_reuse);
  for (const int x : p.ints) add(x);
  for (const pointwise_program& x : p.programs) {
    add(x.inputs), add(x.outputs), add(x.length);
    for (int k = 0; k < x.length; ++k) add(x.code[k]);
    for (int k = 0; k < x.inputs; ++k) add(x.kind[k]);
    for (int k = 0; k < x.outputs; ++k) add(x.result[k]);
  }
  for (const std::uint32_t x : p.constants) add(x);
  return h;
}

#ifdef __clang__
constexpr int first = 120;  // each compiler has graphs of its own
#else
constexpr int first = 0;
#endif
template <int I>
inline constexpr std::uint64_t at_compile_time = planned(first + I);
template <int... I>
void compare(std::integer_sequence<int, I...>) {
  const std::uint64_t made[] = {at_compile_time<I>...};
  for (int i = 0; i < static_cast<int>(sizeof...(I)); ++i) EXPECT_EQ(made[i], planned(first + i)) << first + i;
}
TEST(fuzz, compile_time) { compare(std::make_integer_sequence<int, 120>{}); }

}  // namespace
