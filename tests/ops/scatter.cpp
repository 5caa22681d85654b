// Values put into a table, along an axis and by tuples: references, gradients, errors.
#include "../graph_test.hpp"

#include <igata/functional/index_tuples.hpp>

using namespace testing_graphs;

namespace {

constexpr scatter_reduction kinds[] = {scatter_reduction::none, scatter_reduction::add, scatter_reduction::mul, scatter_reduction::max,
                                       scatter_reduction::min};

// 0, 0, 1, 2 …: the first place is met twice.
value twice(graph& g, int count) { return cast(floor(iota(g, count, f32) * 0.75), i32); }
value along(graph& g, int count, int axis, shape dims) {
  shape column;
  for (int i = 0; i < dims.rank; ++i) column.push(i == axis ? count : 1);
  dims[axis] = count;
  return broadcast_to(reshape_to(twice(g, count), column), dims);
}

TEST(scatter, values) {
  const auto of = [](scatter_reduction how, dtype type) {
    return run_function(
        [=](const vec<value>& x) { return cast(scatter(cast(x[0], type), cast(x[1], i32) * 1, cast(x[2], type), how), f32); },
        {{3, 2}, {4}, {4, 2}}, {numbers({2, 3, 4, 5, 6, 7}), numbers({2, 0, 2, 3}), numbers({1, 2, 5, 6, 10, 1, 9, 9})});
  };
  for (const dtype type : {f32, f64, f16, bf16, i32, i64, u8, i8, u16, i16, u32, u64}) {
    SCOPED_TRACE(name_of(type));
    expect_near(of(scatter_reduction::none, type), numbers({5, 6, 4, 5, 10, 1}));
    expect_near(of(scatter_reduction::add, type), numbers({7, 9, 4, 5, 17, 10}));
    expect_near(of(scatter_reduction::mul, type), numbers({10, 18, 4, 5, 60, 14}));
    expect_near(of(scatter_reduction::max, type), numbers({5, 6, 4, 5, 10, 7}));
    expect_near(of(scatter_reduction::min, type), numbers({2, 3, 4, 5, 1, 1}));
  }
  const double nan = math::nan;
  const vec<double> y = run_function(
      [](const vec<value>& x) { return scatter(x[0], iota(x[0].owner(), 3) / 2, x[1], scatter_reduction::max); }, {{3}, {3}},
      {numbers({1, nan, 3}), numbers({nan, 2, 5})});
  EXPECT_TRUE(math::is_nan(y[0]) && math::is_nan(y[1]) && y[2] == 3);
}
TEST(scatter, wraps) {
  const auto of = [](double there, double x, scatter_reduction how, dtype type) {
    return run_function([=](const vec<value>& v) { return cast(scatter(cast(v[0], type), iota(v[0].owner(), 1), cast(v[1], type), how), f64); },
                        {{1}, {1}}, {numbers({there}), numbers({x})})[0];
  };
  EXPECT_EQ(of(200, 100, scatter_reduction::add, u8), 44);
  EXPECT_EQ(of(-100, 100, scatter_reduction::mul, i8), -16);
  EXPECT_EQ(of(200, 100, scatter_reduction::max, u8), 200);
  EXPECT_EQ(of(4294967040.0, 7, scatter_reduction::max, u32), 4294967040.0);
  EXPECT_EQ(of(4294967040.0, 7, scatter_reduction::min, u32), 7);
  EXPECT_EQ(of(4294967040.0, 512, scatter_reduction::add, u32), 256);
  EXPECT_EQ(of(0x1p63, 7, scatter_reduction::max, u64), 0x1p63);
  EXPECT_EQ(of(-0x1p62, -7, scatter_reduction::min, i64), -0x1p62);
}
TEST(scatter, gradients) {
  for (const scatter_reduction how : kinds) {
    SCOPED_TRACE(static_cast<int>(how));
    const gradient_options o{.low = 0.3, .high = 1.5};
    expect_gradients([=](const vec<value>& x) { return scatter(x[0], twice(x[0].owner(), 4), x[1], how); }, {{3, 2}, {4, 2}}, o);
    expect_gradients([=](const vec<value>& x) { return scatter(x[0], reshape(twice(x[0].owner(), 4) - 1, {2, 2}), x[1], how); }, {{3}, {2, 2}}, o);
    for (const shape& dims : {shape{3, 2}, rows({3, 2}), shape{2, 3, 2}})
      for (int axis = (dims.rows_of != no_symbol); axis < dims.rank; ++axis)
        for (const int count : {1, 4}) {
          shape part = dims;
          part[axis] = count;
          const auto f = [=](const vec<value>& x) { return put_along_axis(x[0], along(x[0].owner(), count, axis, dims), x[1], axis, how); };
          expect_gradients(f, {dims, part}, o);
          if (how == scatter_reduction::none || how == scatter_reduction::add)
            expect_second_gradients([&](const vec<value>& x) { const value y = f(x); return y * y; }, {dims, part}, {.tolerance = 1e-5});
        }
  }
}
// The product of the others, where zeros are.
TEST(scatter, gradients_of_products_at_zeros) {
  builder s(true);
  const value x = s.input("x", {3}), v = s.input("v", {4}), y = scatter(x, iota(s.get(), 4) / 2, v, scatter_reduction::mul);
  const vec<value> d = gradients(reduce_sum(y), {x, v});
  environment env;
  env.inputs.push(numbers({0, 2, 5}));
  env.inputs.push(numbers({3, 4, 0, 0}));
  const auto all = evaluate(s.get(), env);
  expect_near(all[d[0].id()], numbers({12, 0, 1}));
  expect_near(all[d[1].id()], numbers({0, 0, 0, 0}));
}
// Equal extremes share.
TEST(scatter, gradients_of_equal_extremes) {
  builder s(true);
  const value x = s.input("x", {2}), v = s.input("v", {3}), y = scatter(x, iota(s.get(), 3) / 2, v, scatter_reduction::max);
  const vec<value> d = gradients(reduce_sum(y), {x, v});
  environment env;
  env.inputs.push(numbers({4, 1}));
  env.inputs.push(numbers({4, 4, 0}));
  const auto all = evaluate(s.get(), env);
  expect_near(all[d[0].id()], numbers({1. / 3, 1}));
  expect_near(all[d[1].id()], numbers({1. / 3, 1. / 3, 0}));
}
TEST(put_along_axis, values) {
  builder s(false);
  const value x = s.input("x", rows({3})), index = s.input("index", rows({2}), i32);
  s.output("y", put_along_axis(x, index, cast(index, f32) + 7, -1));
  s.output("mask", cast(put_along_axis(x > 5, index, index == 1, 1), f32));
  EXPECT_EQ(s.get().inputs[1].classes, 3);
  environment env;
  env.n = 2;
  env.inputs.push(numbers({1, 2, 3, 10, 20, 30}));
  env.inputs.push(numbers({2, 0, 1, 1}));
  expect_near(run(s.get(), env, "y"), numbers({7, 2, 9, 10, 8, 30}));
  expect_near(run(s.get(), env, "mask"), numbers({0, 0, 0, 1, 1, 1}));
}
// An index of fewer rows beside the axis leaves the others as they are.
TEST(put_along_axis, smaller_index) {
  const vec<double> y = run_function(
      [](const vec<value>& x) { return put_along_axis(x[0], reshape(iota(x[0].owner(), 2), {1, 2}) + 1, x[1], 1, scatter_reduction::add); },
      {{2, 3}, {1, 2}}, {numbers({1, 2, 3, 4, 5, 6}), numbers({10, 20})});
  expect_near(y, numbers({1, 12, 23, 4, 5, 6}));
  expect_gradients([](const vec<value>& x) { return put_along_axis(x[0], reshape(iota(x[0].owner(), 2), {1, 2}), x[1], 1); }, {{2, 3}, {1, 2}});
}
TEST(scatter_nd, values_and_gradients) {
  // Tuples (1, 0), (0, 2), (1, 0), (2, 0): the last lies outside.
  const auto tuples = [](graph& g) {
    const value i = iota(g, 8);
    return reshape(cast(select(i == 0 || i == 4, 1, select(i == 3 || i == 6, 2, 0)), i32), {4, 2});
  };
  const auto chosen = [=](const vec<value>& x) { return gather_nd(x[0], tuples(x[0].owner())); };
  expect_near(run_function(chosen, {{2, 3}}, {numbers({1, 2, 3, 4, 5, 6})}), numbers({4, 3, 4, 0}));
  expect_near(run_function(chosen, {{2, 3, 2}}, {numbers({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})}), numbers({7, 8, 5, 6, 7, 8, 0, 0}));
  expect_gradients(chosen, {{2, 3, 2}});
  const auto put = [=](scatter_reduction how) { return [=](const vec<value>& x) { return scatter_nd(x[0], tuples(x[0].owner()), x[1], how); }; };
  const auto of = [&](scatter_reduction how) {
    return run_function(put(how), {{2, 3}, {4}}, {numbers({1, 2, 3, 4, 5, 6}), numbers({10, 20, 30, 40})});
  };
  expect_near(of(scatter_reduction::none), numbers({1, 2, 20, 30, 5, 6}));
  expect_near(of(scatter_reduction::add), numbers({1, 2, 23, 44, 5, 6}));
  for (const scatter_reduction how : kinds) expect_gradients(put(how), {{2, 3, 2}, {4, 2}}, {.low = 0.3, .high = 1.5});
  // With axes that both have.
  expect_near(run_function([](const vec<value>& x) { return gather_nd(x[0], reshape(iota(x[0].owner(), 2), {2, 1}), 1); }, {{2, 3}},
                           {numbers({1, 2, 3, 4, 5, 6})}),
              numbers({1, 5}));
}

static_assert(refusal([](value x) { return scatter(x, x, x); }, {4, 2}) == "scatter: the index must be whole numbers, got f32; cast(x, i32)");
static_assert(refusal([](value x) { return scatter(x, iota(x.owner(), 3), x); }, {4, 2}) ==
              "scatter: values [4,2] by index [3] into [4,2]; they must be [3,2]: broadcast_to or reshape");
static_assert(refusal([](value x) { return scatter(x, iota(x.owner(), 3), x); }, rows({2})) ==
              "scatter: the table [n,2] has a batch; put_along_axis");
static_assert(refusal([](value x) { return scatter(reduce_sum(x), iota(x.owner(), 3), x); }, {3}) ==
              "scatter: the table [] is a single number; it needs rows");
static_assert(refusal([](value x) { return scatter(x, iota(x.owner(), 4), cast(x, i32)); }, {4, 2}) ==
              "scatter: values of i32 into f32; cast one of them");
static_assert(refusal([](value x) { return scatter(x > 0, iota(x.owner(), 4), x > 1, scatter_reduction::add); }, {4, 2}) ==
              "scatter: needs numbers, got bool; cast(x, i32) first, or scatter_reduction::none");
static_assert(failure_of([](builder& s) { scatter(s.input("x", {3}), s.input("i", rows({}), i32, 4), s.input("v", rows({}))); }) ==
              "scatter: input 'i' has numbers in [0, 4) for a choice of 3; correct one of the two");
static_assert(failure_of(
                  [](builder& s) {
                    const value v = s.input("v", rows({}));
                    s.output("d", gradients(reduce_sum(scatter(s.input("x", {3}), s.input("i", rows({}), i32), v)), {v})[0]);
                  },
                  true) == "scatter: no gradient of the values where the index has a batch; add instead, scatter_reduction::add");
static_assert(refusal([](value x) { return scatter(x, reshape(iota(x.owner(), 2), {2, 1, 1, 1, 1}), x); }, {2, 3, 4}) ==
              "scatter: an index [2,1,1,1,1] of rows of [2,3,4]: values would have 7 axes; at most 6");
static_assert(refusal([](value x) { return put_along_axis(x, x, x, 1); }, {4, 2}) ==
              "put_along_axis: the index must be whole numbers, got f32; cast(x, i32)");
static_assert(refusal([](value x) { return put_along_axis(x, cast(x, i32), reduce_sum(x, 0, true), 1); }, {4, 2}) ==
              "put_along_axis: values [1,2] by index [4,2] into [4,2] along axis 1; both must be of one shape, and no larger beside the axis: "
              "broadcast_to or slice");
static_assert(refusal([](value x) { return put_along_axis(x, cast(x, i32), x, 0); }, rows({2})) ==
              "put_along_axis: along the batch axis; n is not a number (needs batch<N>)");
static_assert(refusal([](value x) { return gather_nd(x, cast(x, i32)); }, {4, 3}) ==
              "gather_nd: index [4,3] of [4,3]; its last extent is the number of axes that are chosen from, none of them a batch");
static_assert(refusal([](value x) { return gather_nd(x, iota(x.owner(), 2), 1); }, {4, 3}) ==
              "gather_nd: index [2] of [4,3]; its last extent is the number of axes that are chosen from, none of them a batch");
static_assert(refusal([](value x) { return gather_nd(x, reshape(iota(x.owner(), 2), {2, 1}), 1); }, {4, 3}) ==
              "gather_nd: index [2,1] of [4,3]; the first 1 extents must be equal");
static_assert(refusal([](value x) { return scatter_nd(x, cast(x, i32) * 1, x); }, rows({2})) ==
              "scatter_nd: index [n,2] of [n,2]; its last extent is the number of axes that are chosen from, none of them a batch");

}  // namespace
