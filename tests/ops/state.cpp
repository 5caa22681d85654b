#include "../graph_test.hpp"

using namespace testing_graphs;

namespace {

TEST(state, assignments_are_collected) {
  builder s(true);
  const value x = s.input("x", rows({2}));
  const value mean = state_variable(x, "mean", role::buffer, {2}, constant_initializer(0));
  assign(mean, mean * 0.9 + reduce_mean(x, 0) * 0.1);
  const graph g = finalize(s.get());
  ASSERT_EQ(g.assigns.size(), 1);
  environment env;
  env.n = 2;
  env.inputs.push(numbers({1, 2, 3, 4}));
  env.variables.push(numbers({10, 20}));
  expect_near(evaluate(g, env)[g.assigns[0].id], numbers({9.2, 18.3}));
}
TEST(state, a_second_use_continues_from_the_first) {
  builder s(true);
  const value x = s.input("x", {});
  const value sum = state_variable(x, "sum", role::buffer, {}, constant_initializer(0));
  for (int i = 0; i < 3; ++i) assign_in_turn(sum, [&](value before) { return before * 2 + x; });
  const graph g = finalize(s.get());
  ASSERT_EQ(g.assigns.size(), 1);
  environment env;
  env.inputs.push(numbers({1}));
  env.variables.push(numbers({5}));
  expect_near(evaluate(g, env)[g.assigns[0].id], numbers({((5 * 2 + 1) * 2 + 1) * 2 + 1}));
}

constexpr text twice() {
  return failure_of([](builder& s) {
    const value v = state_variable(s.input("x", {}), "sum", role::buffer, {}, constant_initializer(0));
    assign(v, v + 1);
    assign(v, v + 2);
  });
}
static_assert(twice() == "assign: sum is assigned twice in one step; combine the two values");
static_assert(refusal([](value x) { return assign(x, x), x; }, {2}) == "assign: the target is no variable; keep the handle that state_variable gave");
static_assert(refusal([](value x) {
                const value v = state_variable(x, "v", role::buffer, {3}, constant_initializer(0));
                return assign(v, x), x;
              }, {2}) == "assign: v is f32[3], the new value f32[2]");

// A variable is the same for all rows, of any type, and its first value one of the type.
constexpr text variable_of(const shape& dims, dtype type) {
  return refusal([&](value x) { return cast(state_variable(x, "v", role::buffer, dims, constant_initializer(0), type), f32); }, {2});
}
static_assert(variable_of(rows({3}), f32) == "v: [n,3] has the rows of a batch; a variable is the same for all of them: give its shape without n");
static_assert([] {
#define IGATA_DTYPE(name, text, bytes, type, code) if (variable_of({3}, name) != "") return false;
#include <igata/core/dtype.inc>
#undef IGATA_DTYPE
  return true;
}());
static_assert(refusal([](value x) {
                static_cast<void>(state_variable(x, "v", role::buffer, {3}, constant_initializer(0)));
                return cast(state_variable(x, "v", role::buffer, {3}, constant_initializer(0), u8), f32);
              }, {2}) == "v: is f32 here already, and now u8; give one of the two another name");
constexpr text first_value_of(dtype type, double x) {
  return refusal([&](value v) { return cast(state_variable(v, "v", role::buffer, {3}, constant_initializer(x), type), f32); }, {2});
}
static_assert(refusal([](value v) { return cast(state_variable(v, "k", role::key, {}, constant_initializer(0), u8), f32); }, {2}) ==
              "k: is a key of random numbers, and u8; a key is i32");
static_assert(first_value_of(u8, 255) == "" && first_value_of(u8, 256) == "v: its first value 256 is no u8; give it one of the type");
static_assert(first_value_of(i32, 0.5) == "v: its first value 0.5 is no i32; give it one of the type");
static_assert(first_value_of(boolean, 1) == "" && first_value_of(boolean, 2) == "v: its first value 2 is no bool; give it one of the type");
static_assert(first_value_of(f16, 70000) == "v: its first value 70000 is no f16; give it one of the type" && first_value_of(bf16, 70000) == "");
static_assert(first_value_of(u64, 0x1p63) == "" && first_value_of(i64, -0x1p63) == "" && first_value_of(i64, 0x1p63) != "");

}  // namespace
