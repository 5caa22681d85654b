#include "../graph_test.hpp"

using namespace testing_graphs;

namespace {

// Broadcasting: equal, a row, a column, a number, both ways.
struct pair_of_shapes {
  shape a, b;
};
const pair_of_shapes pairs[] = {{rows({3, 2}), rows({3, 2})}, {rows({3, 2}), {2}}, {{2}, rows({3, 2})}, {rows({3, 1}), {1, 2}},
                                {rows({1, 2}), {3, 1}},       {rows({3}), {}},     {{}, rows({3})},     {{1, 3}, rows({1})},
                                {{5, 1, 3}, {4, 1}},          {{1, 1}, {4, 1, 1}}};

template <class F>
void all_pairs(F f, double low, double high) {
  for (const pair_of_shapes& p : pairs) expect_gradients([&](const vec<value>& x) { return f(x[0], x[1]); }, {p.a, p.b}, {.low = low, .high = high});
}
TEST(binary, add_gradient) { all_pairs([](value a, value b) { return a + b; }, -1, 1); }
TEST(binary, sub_gradient) { all_pairs([](value a, value b) { return a - b; }, -1, 1); }
TEST(binary, mul_gradient) { all_pairs([](value a, value b) { return a * b; }, -1, 1); }
TEST(binary, div_gradient) { all_pairs([](value a, value b) { return a / b; }, 0.5, 2); }
TEST(binary, pow_gradient) { all_pairs([](value a, value b) { return pow(a, b); }, 0.5, 2); }
TEST(binary, maximum_gradient) { all_pairs([](value a, value b) { return maximum(a, b); }, -1, 1); }
TEST(binary, minimum_gradient) { all_pairs([](value a, value b) { return minimum(a, b); }, -1, 1); }
TEST(binary, select_gradient) {
  for (const pair_of_shapes& p : pairs) expect_gradients([&](const vec<value>& x) { return select(x[0] * 2 < x[1], x[0] * x[0], x[1]); }, {p.a, p.b});
}
TEST(binary, literals_gradient) {
  expect_gradients([](const vec<value>& x) { return (2 - x[0]) * 3 / x[0] + pow(x[0], 3) - maximum(0, x[0] - 0.5) + minimum(x[0], 1.5); },
                   {rows({5})}, {.low = 0.6, .high = 1.4});
}
TEST(binary, second_gradients) {
  expect_second_gradients([](const vec<value>& x) { return x[0] * x[1] / (x[0] + x[1]) + pow(x[0], x[1]); }, {rows({2}), shape{2}},
                          {.low = 0.5, .high = 2, .tolerance = 1e-5});
}
TEST(binary, integer_power_of_a_negative_number) {
  expect_gradients([](const vec<value>& x) { return pow(x[0], 3) + pow(x[0], 2); }, {rows({4})}, {.low = -2, .high = -0.5});
}
TEST(binary, the_same_operand_twice) {
  expect_gradients([](const vec<value>& x) { return x[0] * x[0] + x[0] / x[0] - (x[0] + x[0]) * x[0]; }, {rows({4})}, {.low = 0.5, .high = 2});
}

// At 1, 2 and NaN against 2: a tie's gradient is the first's, also where nobody asks for the first's, and where it is a number.
TEST(binary, gradients_at_ties) {
  const auto slopes = [](value (*f)(operand, operand), bool number_first, bool by_first, bool by_second) {
    builder s(true);
    const value p = number_first ? constant(s.get(), 2, f32) : s.input("p", rows({})), q = s.input("q", rows({}));
    vec<value> by;
    if (by_first) by.push(p);
    if (by_second) by.push(q);
    const vec<value> d = gradients(reduce_sum(f(p, q)), by);
    environment env;
    env.n = 3;
    if (!number_first) env.inputs.push(numbers({2, 2, 2}));
    env.inputs.push(numbers({1, 2, NAN}));
    return evaluate(s.get(), env)[d.back().id()];
  };
  for (const auto f : {maximum, minimum}) {
    const double below = f == minimum;
    expect_near(slopes(f, false, true, false), numbers({1 - below, 1, 1}));  // by the first
    expect_near(slopes(f, false, true, true), numbers({below, 0, 0}));       // by the second, the first's wanted too
    expect_near(slopes(f, false, false, true), numbers({below, 0, 1}));      // by the second alone
    expect_near(slopes(f, true, false, true), numbers({below, 0, 1}));       // beside a number
  }
}

double run_two(value (*f)(operand, operand), double a, double b) {
  return run_function([&](const vec<value>& v) { return f(v[0], v[1]); }, {shape{}, shape{}}, {numbers({a}), numbers({b})})[0];
}
TEST(binary, values) {
  EXPECT_EQ(run_two(add, 2, 3), 5);
  EXPECT_EQ(run_two(sub, 2, 3), -1);
  EXPECT_EQ(run_two(mul, 2, 3), 6);
  EXPECT_EQ(run_two(igata::div, 3, 2), 1.5);
  EXPECT_EQ(run_two(maximum, 2, 3), 3);
  EXPECT_EQ(run_two(minimum, 2, 3), 2);
  EXPECT_EQ(run_two(igata::pow, 2, 10), 1024);
  EXPECT_EQ(run_two(igata::pow, -2, 3), -8);
  for (const auto f : {maximum, minimum}) {
    EXPECT_TRUE(std::isnan(run_two(f, NAN, 1)));
    EXPECT_TRUE(std::isnan(run_two(f, 1, NAN)));
  }
  const auto truth = [](value (*f)(operand, operand), double a, double b) {
    return run_function([&](const vec<value>& v) { return cast(f(v[0], v[1]), f32); }, {shape{}, shape{}}, {numbers({a}), numbers({b})})[0] != 0;
  };
  EXPECT_TRUE(truth(equal, 2, 2) && !truth(equal, 2, 3) && truth(not_equal, 2, 3) && truth(igata::less, 2, 3) && !truth(igata::less, 2, 2));
  EXPECT_TRUE(truth(less_equal, 2, 2) && !truth(less_equal, NAN, 2) && !truth(igata::less, NAN, 2) && !truth(equal, NAN, NAN) &&
              truth(not_equal, NAN, NAN));
}
TEST(binary, bits_of_masks) {
  const auto y = run_function(
      [](const vec<value>& v) {
        const value a = v[0] > 0, b = v[1] > 0;
        return cast(a & b, f32) + cast(a | b, f32) * 10 + cast(a ^ b, f32) * 100 + cast(~a, f32) * 1000 + cast(bitwise_not(b), f32) * 10000;
      },
      {shape{4}, shape{4}}, {numbers({0, 0, 1, 1}), numbers({0, 1, 0, 1})});
  expect_near(y, numbers({11000, 1110, 10110, 11}));
}
TEST(binary, operators) {
  const auto y = run_function(
      [](const vec<value>& v) {
        const value a = v[0], b = v[1];
        return cast((a > b) || (a == b), f32) + cast((a >= b) && !(a < b), f32) * 10 + cast(a != b, f32) * 100 - (-a) * 1000;
      },
      {shape{3}, shape{3}}, {numbers({1, 2, 3}), numbers({2, 2, 2})});
  expect_near(y, numbers({1100, 2011, 3111}));
}
// The rule that models and expressions share: the common shape, or none of rank 0 where it stays.
constexpr shape common(shape a, const shape& b) { return broadcast_into(a, b) == broadcast_mistake::none ? a : shape{}; }
static_assert(common({4, 1}, {3}) == shape{4, 3} && common({3}, {4, 1}) == shape{4, 3} && common({2}, {3}) == shape{} && common({}, {3}) == shape{3});
static_assert(common({-1, 3}, {2, -1}) == shape{2, 3} && common({-1}, {1}) == shape{-1} && common({1}, {-1}) == shape{-1});
static_assert(common(rows({3}), {1, 3}) == rows({3}) && common({3}, rows({1})) == rows({3}) && common(rows({3}), rows({3}, symbol(2))) == shape{});
static_assert(common(rows({}), {2, 1}) == shape{} && common(rows({}), {-1}) == shape{});

TEST(binary, broadcasting) {
  expect_near(run_function([](const vec<value>& v) { return v[0] + v[1]; }, {rows({1}), shape{3}}, {numbers({10, 20}), numbers({1, 2, 3})}, 2),
              numbers({11, 12, 13, 21, 22, 23}));
}

// Shapes.
constexpr text sum_of(const shape& a, const shape& b) {
  return failure_of([&](builder& s) { s.output("y", s.input("a", a) + s.input("b", b)); });
}
static_assert(sum_of(rows({8}), rows({8})).empty() && sum_of(rows({8}), {8}).empty() && sum_of({8, 1}, {1, 7}).empty() &&
              sum_of({}, rows({})).empty());
static_assert(sum_of(rows({8}), {7}) == "add: [n,8] vs [7]; extents must be equal or 1");
static_assert(contains(sum_of(rows({8}), rows({})), "add: [n,8] vs [n]; extents must be equal or 1 (n, the batch, meets n or 1 only)"));
static_assert(contains(sum_of(rows({8}), {4, 8}), "(n, the batch, meets n or 1 only)"));
static_assert(contains(sum_of({2, 3}, {3, 2}), "[2,3] vs [3,2]"));
static_assert(dims_of([](value x) { return x + constant(x.owner(), 1, f32); }, rows({4})) == rows({4}));
static_assert(dims_of(
                  [](value x) {
                    return reshape(x, {1, 4}) + iota(x.owner(), 3, f32) * 0 + reshape(x, {4, 1});
                  },
                  rows({4}))
                  .rank == 0);  // 3 against 4

// Types.
static_assert(failure_of([](builder& s) { s.input("a", rows({})) + s.input("b", rows({}), i32); }) ==
              "add: f32 vs i32; there is no implicit promotion: cast(x, f32)");
static_assert(failure_of([](builder& s) { s.input("a", rows({})) % 2; }) == "rem: needs whole numbers, got f32; cast(x, i32) first");
static_assert(failure_of([](builder& s) { s.input("a", rows({})) << 2; }) == "bitwise_left_shift: needs whole numbers, got f32; cast(x, i32) first");
static_assert(failure_of([](builder& s) {
                const value a = s.input("a", rows({}));
                (a > 1) >> (a > 2);
              }) == "bitwise_right_shift: needs whole numbers, got bool; cast(x, i32) first");
static_assert(failure_of([](builder& s) { ~s.input("a", rows({})); }) ==
              "bitwise_xor: needs whole numbers or bool, got f32; cast(x, i32) first");
static_assert(failure_of([](builder& s) { floor_divide(s.input("a", rows({}), i32), 0.5); }) ==
              "constant: 0.5 is no i32; cast the other operand to f32, or give a whole number");
static_assert(failure_of([](builder& s) { remainder(s.input("a", rows({}), u8), s.input("b", rows({}), i8)); }) ==
              "rem: u8 vs i8; there is no implicit promotion: cast(x, i32)");
static_assert(failure_of([](builder& s) {
                const value a = s.input("a", rows({}));
                (a > 1) + (a > 2);
              }) == "add: needs numbers, got bool; cast(x, f32) first");
static_assert(failure_of([](builder& s) {
                const value a = s.input("a", rows({}));
                a && a;
              }) == "logical_and: needs bool, got f32; compare first");
static_assert(failure_of([](builder& s) { s.input("a", rows({})) + value(); }) ==
              "add: an operand is empty (a default-constructed value); assign it before use");

// Literals of every arithmetic type, on either side.
template <class... T>
constexpr bool are_literals() {
  return (... && [] {
    builder s(false);
    const value a = s.input("a", rows({}));
    const value literals[] = {a + T{1}, T{1} - a, maximum(a, T{1}), a < T{1}, select(a > 0, T{1}, a)};
    for (const value& v : literals) {
      bool found = false;
      for (int i = 0; i < v.get().arity; ++i)
        found |= s.get().operand_node(v.get(), i).code == op::constant && s.get().operand_node(v.get(), i).number == 1 &&
                 s.get().operand_node(v.get(), i).type == f32;
      if (!found) return false;
    }
    return s.get().failure.empty();
  }());
}
static_assert(are_literals<bool, char, signed char, unsigned char, short, unsigned short, int, unsigned, long, unsigned long, long long,
                           unsigned long long, float, double, long double>());

// Beside whole numbers a literal is one: nothing is rounded without a word.
constexpr text beside_whole_numbers(value (*f)(value)) {
  return failure_of([&](builder& s) { f(s.input("a", rows({}), i32)); });
}
static_assert(beside_whole_numbers([](value a) { return a * 0.5; }) ==
              "constant: 0.5 is no i32; cast the other operand to f32, or give a whole number");
static_assert(beside_whole_numbers([](value a) { return select(a > 0, a, -1.5); }) ==
              "constant: -1.5 is no i32; cast the other operand to f32, or give a whole number");
static_assert(beside_whole_numbers([](value a) { return 2147483648.0 + a; })
                  .view()
                  .ends_with(" is no i32; cast the other operand to f32, or give a whole number"));
static_assert(beside_whole_numbers([](value a) { return maximum(a, -2147483649.0); })
                  .view()
                  .ends_with(" is no i32; cast the other operand to f32, or give a whole number"));
static_assert(
    beside_whole_numbers([](value a) { return maximum(a, std::numeric_limits<double>::quiet_NaN()); }).view().starts_with("constant: nan is no i32"));
static_assert(beside_whole_numbers([](value a) { return maximum(minimum(a * 2.0, 2147483647), -2147483648.0); }).empty());

static_assert(failure_of([](builder& s) {
                const value a = s.input("a", rows({}));
                select(a > 0, a, s.input("b", rows({}), i32));
              }) == "select: f32 vs i32; cast one of them");
// What only moves bytes, asked to compute: select itself, as the language's function widens it.
static_assert(refusal(
                  [](value x) {
                    const value bytes = cast(x, u8);
                    return emit<op::select>(x.owner(), {x > 0, bytes, bytes}, {}, 0, source::here());
                  },
                  {3}) == "select: needs a lane, got u8; cast(x, i32) first");

// The user's line.
constexpr int line_of_failure() {
  builder s(false);
  const value a = s.input("a", {3}), b = s.input("b", {4});
  const int line = __LINE__ + 1;
  a + b;
  return contains(s.get().failure, (text() << "binary.cpp:" << line << ": add").view()) ? 1 : 0;
}
static_assert(line_of_failure() == 1);

}  // namespace
