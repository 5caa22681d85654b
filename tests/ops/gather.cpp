#include "../graph_test.hpp"

using namespace testing_graphs;

namespace {

// gather(table, index) with a constant index, made by iota: 0, 2, 1, 0 …
value looked_up(value table) { return gather(table, cast(floor(iota(table.owner(), 4, f32) * 0.75), i32)); }

TEST(gather, gradients) {
  expect_gradients([](const vec<value>& x) { return looked_up(x[0]); }, {{3, 2}});
  expect_gradients([](const vec<value>& x) { return looked_up(x[0]); }, {{3}});
  expect_second_gradients([](const vec<value>& x) { const value y = looked_up(x[0]); return y * y; }, {{3, 2}}, {.tolerance = 1e-5});
}
TEST(gather, values) {
  builder s(false);
  const value table = s.input("table", {3, 2}), index = s.input("index", rows({2}), i32);
  s.output("y", gather(table, index));
  environment env;
  env.n = 2;
  env.inputs.push(numbers({0, 1, 10, 11, 20, 21}));
  env.inputs.push(numbers({2, 0, 1, 1}));
  expect_near(run(s.get(), env, "y"), numbers({20, 21, 0, 1, 10, 11, 10, 11}));
}

constexpr bool limits_its_input() {
  builder s(false);
  const value table = s.input("table", {30, 2}), index = s.input("index", rows({2}), i32);
  gather(table, reshape(index, {-1}));
  return s.get().inputs[1].classes == 30;
}
static_assert(limits_its_input());
static_assert(refusal([](value x) { return gather(x, x); }, {4, 2}) == "gather: the index must be i32, got f32; cast(x, i32)");

}  // namespace
