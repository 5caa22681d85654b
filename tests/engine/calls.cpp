// One program called in many ways, one after the other: each call gives what a program made for it alone gives.
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include <igata/expr.hpp>
#include <igata/igata.hpp>

namespace {
using namespace igata;
using namespace igata::plan;

struct net {
  constexpr value operator()(value x) const {
    x = nn::max_pool2d(relu(nn::conv2d(x, {.filters = 6, .kernel = 3, .padding = padding::same})), {.size = 2});
    x = nn::batch_norm(nn::depthwise_conv2d(x, {.kernel = 3, .stride = 2}));
    const value rows = batch_size(x.owner()) * 0.125;
    return softmax(nn::dense(nn::flatten(x), {.units = 5})) + rows;
  }
};
constexpr int pixels = 12 * 12, classes = 5;

template <int MaxBatch>
using infer_t = inference<net{}, in<"image", 12, 12, 1>, max_batch{MaxBatch}>;
using train_t = training<net{}, in<"image", 12, 12, 1>, labels<"digit", i32, classes>, loss::softmax_cross_entropy{}, optim::adam{}, max_batch{64}>;

std::vector<float> images(int seed) {
  std::vector<float> all(static_cast<std::size_t>(64 * pixels));
  std::uint32_t state = static_cast<std::uint32_t>(seed);
  for (float& x : all) x = static_cast<float>((state = state * 1664525u + 1013904223u) >> 8) * 0x1p-23f - 1.f;
  return all;
}
using result = std::vector<float>;

template <class Net>
result run(Net& program, const std::vector<float>& from, int n) {
  result out(static_cast<std::size_t>(n * classes));
  EXPECT_TRUE(program.run(std::span(from.data(), static_cast<std::size_t>(n * pixels)), std::span(out)));
  return out;
}

template <int MaxBatch>
void calls() {
  using infer = infer_t<MaxBatch>;
  const std::vector<float> first = images(1), second = images(2);
  variable_store weights = infer::variables(seed{3}), others = infer::variables(seed{4});
  const auto alone = [&](const variable_store& of, const std::vector<float>& from, int n) {
    infer fresh{infer::pack(of)};
    return run(fresh, from, n);
  };
  infer program{infer::pack(weights)};
  for (const int n : {MaxBatch, 1, MaxBatch / 2 + 1, MaxBatch})
    for (const auto* from : {&first, &second, &first}) EXPECT_EQ(run(program, *from, n), alone(weights, *from, n)) << n;
  const result once = run(program, first, MaxBatch), again = run(program, first, MaxBatch);
  EXPECT_EQ(once, again);  // results in other memory, nothing else changed
  infer moved = std::move(program);
  EXPECT_EQ(run(moved, first, MaxBatch), alone(weights, first, MaxBatch));
  moved = infer{infer::pack(others)};
  EXPECT_EQ(run(moved, first, MaxBatch), alone(others, first, MaxBatch));
  for (const isa which : compiled_isas) {
    if (!igata::detail::cpu_runs(which)) continue;
    moved.use(which);
    infer fresh{infer::pack(others)};
    fresh.use(which);
    EXPECT_EQ(run(moved, second, 1), run(fresh, second, 1));
    EXPECT_EQ(run(moved, second, MaxBatch), run(fresh, second, MaxBatch));
  }
  infer assigned{infer::pack(weights)};
  assigned = std::move(moved);
  assigned.use(best_isa());
  EXPECT_EQ(run(assigned, second, MaxBatch), alone(others, second, MaxBatch));
}
TEST(calls, straight_line_code) { calls<1>(); }
TEST(calls, table) { calls<64>(); }

TEST(calls, training) {
  const std::vector<float> first = images(1), second = images(2);
  std::vector<std::int32_t> digits(64);
  for (std::size_t i = 0; i < digits.size(); ++i) digits[i] = static_cast<std::int32_t>(i % classes);
  struct call {
    const std::vector<float>* from;
    int n;
  };
  const call all[] = {{&first, 64}, {&second, 64}, {&second, 7}, {&first, 1}, {&first, 64}};
  // Each step by a program of its own on the same weights, against one program, which moves in between.
  variable_store shared;
  const auto digest = [](const variable_store& s) {
    std::vector<float> numbers;
    for (int i = 0; i < s.size(); ++i) numbers.insert(numbers.end(), s[i].floats().begin(), s[i].floats().end());
    return numbers;
  };
  std::vector<std::vector<float>> expected;
  for (const call& c : all) {
    train_t fresh{shared, seed{5}};
    ASSERT_TRUE(fresh.step({*c.from, digits}, c.n));
    expected.push_back(digest(shared));
    expected.back().push_back(fresh.metric(0));
  }
  train_t one{seed{5}};
  int i = 0;
  for (const call& c : all) {
    train_t here = std::move(one);
    ASSERT_TRUE(here.step({*c.from, digits}, c.n));
    std::vector<float> got = digest(here.weights());
    got.push_back(here.metric(0));
    EXPECT_EQ(got, expected[static_cast<std::size_t>(i)]) << i;
    one = std::move(here);
    ++i;
  }
}

// What a call is given: the forms that it takes, and the sizes that only the call can compare.
struct pair_net {
  constexpr value operator()(value x, value z) const { return nn::dense(x + z, {.units = 3}); }
};
using pair_t = training<pair_net{}, labels<"y", i32, 3>, in<"x", 2>, in<"z", 2>, loss::softmax_cross_entropy{}, optim::sgd{}, max_batch{4}>;
std::string sentence(const status& s, std::string_view call) { return std::string(describe(s, call).view()); }

TEST(calls, forms_of_arguments) {
  const float flat[8] = {1, 2, 3, 4, 5, 6, 7, 8}, in_rows[4][2] = {{1, 2}, {3, 4}, {5, 6}, {7, 8}};
  const std::array<std::array<float, 2>, 4> nested{{{1, 2}, {3, 4}, {5, 6}, {7, 8}}};
  const std::vector<std::array<float, 2>> listed(nested.begin(), nested.end());
  const std::vector<float> vector(flat, flat + 8);
  const tensor<float, 4, 2> fixed{{1, 2}, {3, 4}, {5, 6}, {7, 8}};
  const tensor<float, dynamic, 2> loose = fixed;
  const std::int32_t y[] = {0, 1, 2, 0};
  float expected = 0;
  const auto same = [&](const auto& x) {
    pair_t t{seed{3}}, counted{seed{3}};
    EXPECT_TRUE(t.step({x, flat, y}, 4));
    if (expected == 0) expected = t.metric(0);
    EXPECT_EQ(t.metric(0), expected);
    if constexpr (!std::is_pointer_v<std::remove_cvref_t<decltype(x)>>) {
      EXPECT_TRUE(counted.step({x, flat, y}));
      EXPECT_EQ(counted.metric(0), expected);
    }
  };
  same(flat), same(in_rows), same(nested), same(listed), same(vector), same(fixed), same(loose);
  same(fixed.view()), same(std::span(flat)), same(std::span<const float>(vector));
  const float* pointer = flat;
  const float(*rows)[2] = in_rows;
  same(pointer), same(rows);
  EXPECT_EQ(pair_t::input_name(0), "x");  // features come first, wherever their options stand
  EXPECT_EQ(pair_t::input_name(2), "y");
}

TEST(calls, sizes_are_compared_in_the_call) {
  pair_t t{seed{3}};
  const variable_store before = t.variables();
  const std::vector<float> x(8), six(6), five(5);
  const std::vector<std::int32_t> y(4), three(3);
  std::vector<float> scores(12, 7.f);
  EXPECT_EQ(sentence(t.step({six, x, y}, 4), "step"), "step: input 'x': expected 4 rows of 2 (8 elements), got 6");
  EXPECT_EQ(sentence(t.step({x, x, three}, 4), "step"), "step: input 'y': expected 4 rows of 1 (4 elements), got 3");
  EXPECT_EQ(sentence(t.evaluate({x, x, three}, 4), "evaluate"), "evaluate: input 'y': expected 4 rows of 1 (4 elements), got 3");
  EXPECT_EQ(sentence(t.step({x, six, y}), "step"), "step: input 'z': expected 4 rows of 2 (8 elements), got 6");
  EXPECT_EQ(sentence(t.step({six, x, y}), "step"), "step: input 'z': expected 3 rows of 2 (6 elements), got 8");
  EXPECT_EQ(sentence(t.step({five, x, y}), "step"), "step: input 'x': expected whole rows of 2, got 5 elements");
  EXPECT_EQ(sentence(t.predict({x, x}, 4, std::span(scores).first(11)), "predict"),
            "predict: result 'output': expected 4 rows of 3 (12 elements), got 11");
  EXPECT_EQ(sentence(t.predict({x, six}, 4, scores), "predict"), "predict: input 'z': expected 4 rows of 2 (8 elements), got 6");
  float* nowhere = nullptr;
  EXPECT_EQ(sentence(t.predict({x, x}, 4, nowhere), "predict"), "predict: result 'output': expected rows, got a null pointer");
  EXPECT_EQ(t.step({x, x, y}, 5).value, status::code::wrong_rows);  // before the sizes
  EXPECT_EQ(t.step({x, x, y}, 0).value, status::code::wrong_rows);
  EXPECT_EQ(t.step({x, x, y}, -1).value, status::code::wrong_rows);
  tensor<float, 2, 4> turned;
  EXPECT_EQ(sentence(t.step({transpose(turned.view()), x, y}, 4), "step"),
            "step: input 'x': expected elements one after the other, got a view with strides; copy it to a tensor");
  const std::int32_t below[] = {2, 0, -1, 1}, above[] = {2, 0, 1, 3};
  EXPECT_EQ(sentence(t.step({x, x, below}, 4), "step"), "step: input 'y' row 2: label -1 is outside [0, 3)");
  EXPECT_EQ(sentence(t.evaluate({x, x, above}, 4), "evaluate"), "evaluate: input 'y' row 3: label 3 is outside [0, 3)");
  for (const float s : scores) EXPECT_EQ(s, 7.f);
  for (int i = 0; i < before.size(); ++i) EXPECT_EQ(std::memcmp(before[i].memory.data(), t.variables()[i].memory.data(), before[i].memory.size()), 0);
  EXPECT_TRUE(t.step({x, x, y}, 3));  // more than the rows of the call is room enough
}

TEST(calls, predict_leaves_metrics_alone) {
  pair_t t{seed{3}};
  const float x[] = {1, 2, 3, 4, 5, 6, 7, 8};
  const std::int32_t y[] = {2, 2, 2, 2};
  float scores[12];
  ASSERT_TRUE(t.evaluate({x, x, y}, 4));
  const float loss = t.metric(0);
  ASSERT_TRUE(t.predict({x, x}, 4, scores));
  EXPECT_EQ(t.metric(0), loss);
  ASSERT_TRUE(t.evaluate({x, x, y}, 4));
  EXPECT_EQ(t.metric(0), loss);
}

// An input without a batch holds one row, whatever n is.
struct fixed_input {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({2})), index = s.input("index", {2}, i32, 2);
    s.output("y", x * cast(index, f32));
    s.output("sum", reduce_sum(x));
  }
};
TEST(calls, inputs_and_results_without_a_batch) {
  variable_store store;
  program<fixed_input{}, mode::inference, max_batch{4}> p(store);
  const float x[] = {1, 2, 3, 4, 5, 6, 7, 8};
  const std::int32_t index[] = {1, 0, 99, 99};  // the last two are none of the program's
  float y[8], sum[1];
  ASSERT_TRUE(p.run({x, std::span(index).first(2)}, {y, sum}, 4));
  EXPECT_EQ(y[6], 7);
  EXPECT_EQ(y[7], 0);
  EXPECT_EQ(sum[0], 36);
  const std::int32_t below[] = {1, -1};
  EXPECT_EQ(sentence(p.run({x, below}, {y, sum}, 4), "run"), "run: input 'index' row 0: label -1 is outside [0, 2)");
  EXPECT_EQ(sentence(p.run({x, std::span(index).first(1)}, {y, sum}, 4), "run"), "run: input 'index': expected 1 row of 2 (2 elements), got 1");
  EXPECT_EQ(sentence(p.run({x, std::span(index).first(2)}, {y, std::span(sum).first(0)}, 4), "run"),
            "run: result 'sum': expected 1 row of 1 (1 elements), got 0");
}

// An index along an axis must lie inside of it, as one of a table's rows.
TEST(calls, index_along_an_axis) {
  builder s(false);
  const value table = s.input("x", rows({2, 3})), index = s.input("index", rows({2, 1}), i32);
  s.output("y", take_along_axis(table, index, 2));
  const graph g = build_pass(s.get());
  const detail::facts f = detail::facts_of(g, g);
  ASSERT_EQ(f.inputs.size(), 2);
  EXPECT_EQ(f.inputs[1].limit, 3);
  EXPECT_FALSE(f.inputs[1].label);
  const float x[12] = {};
  const std::int32_t inside[] = {2, 0, 1, 2}, outside[] = {2, 0, 1, 3};
  const void *good[] = {x, inside}, *bad[] = {x, outside};
  const auto refused_of = [&](const void* const* inputs, int n) {
    return detail::status_of(detail::first_misfit(f.inputs.data(), 2, inputs, n, 4), f.inputs.data(), inputs, n, 4);
  };
  EXPECT_TRUE(refused_of(good, 2));
  const status refused = refused_of(bad, 2);
  EXPECT_EQ(refused.value, status::code::index_out_of_range);
  EXPECT_EQ(refused.input, 1);
  EXPECT_EQ(refused_of(good, 5).value, status::code::wrong_rows);
  EXPECT_EQ(refused_of(good, 0).value, status::code::wrong_rows);
  EXPECT_EQ(refused.row, 1);
  EXPECT_EQ(refused.got, 3);
}
// The same input in another shape is no label because of that.
TEST(calls, index_in_another_shape) {
  builder s(false);
  const value index = s.input("index", rows({4}), i32), table = state_variable(index, "table", role::weight, {5, 3}, constant_initializer(1));
  s.output("y", gather(table, reshape(index, {2, 2})));
  const graph g = build_pass(s.get());
  const detail::facts f = detail::facts_of(g, g);
  ASSERT_EQ(f.inputs.size(), 1);
  EXPECT_EQ(f.inputs[0].limit, 5);
  EXPECT_FALSE(f.inputs[0].label);
}

}  // namespace
