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
static_assert(failure_of([](builder& s) { gather(s.input("table", {30, 2}), s.input("index", rows({}), i32, 31)); }) ==
              "gather: input 'index' has numbers in [0, 31) for a choice of 30; correct one of the two");
static_assert(failure_of([](builder& s) { gather(s.input("table", rows({2})), s.input("index", rows({}), i32)); }) ==
              "gather: the table [n,2] has a batch, and must be the same for all rows; to choose in each row multiply by one_hot(index, 2) and sum");
static_assert(failure_of([](builder& s) { gather(s.input("table", rows({2})), s.input("index", rows({}), i32, 2)); }) ==
              "gather: the table [n,2] has a batch, and must be the same for all rows; to choose in each row multiply by one_hot(index, 2) and sum");
static_assert(failure_of([](builder& s) { gather(s.input("table", rows({})), s.input("index", rows({}), i32, 2)); }) ==
              "gather: the table [n] has a batch, and must be the same for all rows");
static_assert(failure_of([](builder& s) { gather(s.input("table", {}), s.input("index", rows({}), i32)); }) ==
              "gather: the table is a single number; it needs rows");
static_assert(failure_of([](builder& s) { gather(s.input("table", {2, 2, 2, 2}), s.input("index", rows({2, 2, 2}), i32)); }) ==
              "gather: table [2,2,2,2] by index [n,2,2,2] has 7 axes; at most 6");
// Along an axis, an element for every index.
constexpr auto elements_of = [](int axis, int count) {
  return [=](const vec<value>& x) {
    graph& g = x[0].owner();
    shape dims = x[0].dims();
    dims[axis] = count;
    const value index = cast(floor(iota(g, count, f32) * 0.75), i32);  // 0, 0, 1, 2 …
    shape along;
    for (int i = 0; i < dims.rank; ++i) along.push(i == axis ? count : 1);
    return take_along_axis(x[0], broadcast_to(reshape_to(index, along), dims), axis);
  };
};
TEST(take_along_axis, gradients) {
  for (const shape& dims : {shape{3, 2}, rows({3, 2}), shape{2, 3, 2}})
    for (int axis = (dims.rows_of != no_symbol); axis < dims.rank; ++axis)
      for (const int count : {1, 3}) {
        expect_gradients(elements_of(axis, count), {dims});
        expect_second_gradients([&](const vec<value>& x) { const value y = elements_of(axis, count)(x); return y * y; }, {dims}, {.tolerance = 1e-5});
      }
}
TEST(take_along_axis, values) {
  builder s(false);
  const value x = s.input("x", rows({3})), index = s.input("index", rows({2}), i32);
  s.output("y", take_along_axis(x, index, -1));
  EXPECT_EQ(s.get().inputs[1].classes, 3);
  environment env;
  env.n = 2;
  env.inputs.push(numbers({1, 2, 3, 10, 20, 30}));
  env.inputs.push(numbers({2, 0, 1, 1}));
  expect_near(run(s.get(), env, "y"), numbers({3, 1, 20, 20}));
  const auto of = [](double shift) {
    return run_function([=](const vec<value>& x) { return take_along_axis(x[0], cast(x[0] * 0 + shift, i32), 0); }, {{2, 2}},
                        {numbers({1, 2, 3, 4})});
  };
  expect_near(of(1), numbers({3, 4, 3, 4}));
  expect_near(of(2), numbers({0, 0, 0, 0}));
  expect_near(of(-1), numbers({0, 0, 0, 0}));
}
static_assert(refusal([](value x) { return take_along_axis(x, x, 1); }, {4, 2}) ==
              "take_along_axis: the index must be whole numbers, got f32; cast(x, i32)");
static_assert(refusal([](value x) { return take_along_axis(x, cast(reduce_sum(x, 0, true), i32), 1); }, {4, 2}) ==
              "take_along_axis: [4,2] by index [1,2] along axis 1; all other extents must be equal: broadcast_to or reshape");
static_assert(refusal([](value x) { return take_along_axis(x, cast(reduce_sum(x, 0), i32), 1); }, {4, 2}) ==
              "take_along_axis: [4,2] by index [2] along axis 1; all other extents must be equal: broadcast_to or reshape");
static_assert(refusal([](value x) { return take_along_axis(x, cast(x, i32), 0); }, rows({2})) ==
              "take_along_axis: along the batch axis; n is not a number (needs batch<N>)");
static_assert(failure_of([](builder& s) { take_along_axis(s.input("x", rows({3})), s.input("i", rows({1}), i32, 4), 1); }) ==
              "take_along_axis: input 'i' has numbers in [0, 4) for a choice of 3; correct one of the two");

// What a computed index names outside the table is 0, and gives no gradient.
constexpr bool outside_is_zero() {
  builder s(true);
  vec<value> table;
  table.push(s.input("table", {2, 1}));
  const value y = gather(table[0], iota(s.get(), 4) - 1);
  const value slope = gradients(reduce_sum(y), table)[0];
  environment env;
  env.inputs.push(vec<double>(2, 7.0));
  const vec<vec<double>> all = evaluate(s.get(), env);
  const vec<double>&got = all[y.id()], &d = all[slope.id()];
  return got[0] == 0 && got[1] == 7 && got[2] == 7 && got[3] == 0 && d[0] == 1 && d[1] == 1;
}
static_assert(outside_is_zero());
static_assert(refusal([](value x) { return gather(x, x); }, {4, 2}) == "gather: the index must be whole numbers, got f32; cast(x, i32)");

}  // namespace
