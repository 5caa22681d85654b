#include "../graph_test.hpp"

using namespace testing_graphs;

namespace {

double at(vec<double> x, int i) { return x[i]; }

environment seeded(const graph& g, int seed, int step, int n) {
  environment env;
  env.n = n;
  env.inputs.push(vec<double>(static_cast<int>(rows({5}).count(n))));
  for (const variable& v : g.variables) env.variables.push(vec<double>(1, v.kind == role::key ? seed : step));
  return env;
}
TEST(random, is_a_function_of_seed_step_name_and_place) {
  builder s(true);
  const value x = s.input("x", rows({5}));
  s.output("a", random_like(x, "a"));
  s.output("b", random_like(x, "b"));
  const auto draw = [&](const char* name, int seed, int step, int n) { return run(s.get(), seeded(s.get(), seed, step, n), name); };
  const auto once = draw("a", 1, 0, 4);
  expect_near(draw("a", 1, 0, 4), once);
  const auto fewer = draw("a", 1, 0, 2);
  for (int i = 0; i < fewer.size(); ++i) EXPECT_EQ(fewer[i], once[i]);  // a row does not depend on n
  EXPECT_NE(at(draw("a", 2, 0, 4), 0), once[0]);
  EXPECT_NE(at(draw("a", 1, 1, 4), 0), once[0]);
  EXPECT_NE(at(draw("b", 1, 0, 4), 0), once[0]);
}
TEST(random, is_uniform) {
  builder s(true);
  s.output("a", random_like(s.input("x", rows({5}))));
  const auto u = run(s.get(), seeded(s.get(), 1, 0, 4000), "a");
  double sum = 0, squares = 0;
  for (const double x : u) {
    ASSERT_TRUE(x >= 0 && x < 1);
    sum += x, squares += x * x;
  }
  EXPECT_NEAR(sum / u.size(), 0.5, 0.01);
  EXPECT_NEAR(squares / u.size(), 1.0 / 3, 0.01);
}
TEST(random, the_step_is_counted_once) {
  builder s(true);
  const value x = s.input("x", rows({5}));
  s.output("a", random_like(x, "a") + random_like(x, "b"));
  ASSERT_EQ(s.get().assigns.size(), 1);
  EXPECT_EQ(s.get().path_of(s.get().variables[s.get().assigns[0].variable]).view(), "random/step");
}

static_assert(refusal([](value x) { return random_uniform(x, cast(x, i32), 1, {2}); }, {}) == "random_uniform: seed and step must be i32 scalars");
static_assert(refusal([](value x) { return random_uniform(cast(x, i32), cast(reshape(x, {1}), i32), 1, {2}); }, {}) ==
              "random_uniform: seed and step must be i32 scalars");
static_assert(refusal([](value x) { return random_uniform(cast(x, i32), cast(x, i32), 1, {2}); }, {}).empty());
// Numbers in a row are of a type that programs have.
static_assert(refusal([](value x) { return iota(x.owner(), 3, u8); }, {}) == "iota: numbers are f32 or i32, got u8");
static_assert(refusal([](value x) { return iota(x.owner(), 3, boolean); }, {}) == "iota: numbers are f32 or i32, got bool");

}  // namespace
