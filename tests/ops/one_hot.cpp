#include "../graph_test.hpp"

using namespace testing_graphs;

namespace {

TEST(one_hot, numbers) {
  builder s(false);
  s.output("y", one_hot(s.input("index", rows({2}), i32), 3));
  environment env;
  env.n = 2;
  env.inputs.push(numbers({2, 0, -1, 3}));
  expect_near(run(s.get(), env, "y"), numbers({0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0}));  // outside: zeros
}
static_assert(dims_of([](value x) { return one_hot(cast(x, i32), 5); }, rows({4})) == rows({4, 5}));
static_assert(dims_of([](value x) { return one_hot(cast(x, i32), 5); }, rows({})) == rows({5}));
static_assert([] {
  builder s(false);
  return one_hot(s.input("index", {4}, i32), 2, i32).type() == i32;
}());
static_assert(refusal([](value x) { return one_hot(x, 5); }, {4, 2}) == "one_hot: the index must be whole numbers, got f32; cast(x, i32)");
static_assert(refusal([](value x) { return one_hot(cast(x, i32), 0); }, {4, 2}) == "one_hot: 0 classes; must be 1 or more");
static_assert(refusal([](value x) { return one_hot(cast(x, i32), 2); }, {1, 1, 1, 1, 1, 1}) ==
              "one_hot: [1,1,1,1,1,1] has no room for another axis; at most 6 are possible");

}  // namespace
