// Programs of which an input has rows of its own number, a dim, beside n: typed calls, results, what is refused.
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include <igata/engine/profile.hpp>
#include <igata/igata.hpp>

#include "../graph_test.hpp"

namespace {
using namespace igata;
using namespace igata::plan;
using testing_graphs::failure_of, testing_graphs::contains;

std::vector<float> random_floats(std::size_t count, std::uint32_t stream) {
  std::vector<float> all(count);
  for (std::size_t i = 0; i < count; ++i) all[i] = static_cast<float>(testing_graphs::number_between(-1, 1, stream, static_cast<int>(i)));
  return all;
}
// What the oracle gives for a graph, its inputs and the variables of a store.
std::vector<double> expected(const graph& g, const variable_store& store, std::initializer_list<const std::vector<float>*> inputs, int n, int dim,
                             std::string_view output) {
  environment env;
  env.n = n;
  env.others[0] = dim;
  for (const auto* from : inputs) {
    vec<double> numbers(static_cast<int>(from->size()));
    for (int i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<double>((*from)[static_cast<std::size_t>(i)]);
    env.inputs.push(numbers);
  }
  for (const variable& v : g.variables) {
    const auto& e = *store.find(g.path_of(v).view());
    vec<double> numbers(static_cast<int>(e.count()));
    for (int i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<double>(e.floats()[static_cast<std::size_t>(i)]);
    env.variables.push(numbers);
  }
  const vec<double> found = testing_graphs::run(g, env, output);
  return {found.begin(), found.end()};
}
void expect_close(const std::vector<float>& got, const std::vector<double>& want) {
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(static_cast<double>(got[i]), want[i], 2e-6 * (1 + std::abs(want[i]))) << i;
}

// What a set of points says to each row, and to each point.
struct points_alone {
  constexpr value operator()(value context) const { return relu(nn::dense(context, {.units = 5, .name = "points"})); }
};
struct encoder {
  constexpr outputs operator()(value x, value context) const {
    const value h = points_alone{}(context), mean = reduce_mean(h, 0), most = reduce_max(h, 0);
    const value row = nn::dense(nn::dense(x, {.units = 5, .name = "rows"}) * mean + most, {.units = 3, .name = "head"});
    return outputs{{"row", row}, {"point", h}};
  }
};
constexpr auto points = dim<"points", 64>;
using encoder_t = inference<encoder{}, in<"x", 4>, in<"context", points, 2>, max_batch{16}>;

TEST(dims, are_told_by_sizes_or_by_name) {
  variable_store weights = encoder_t::variables(seed{1});
  encoder_t net{weights};
  inference<points_alone{}, in<"context", 2>, max_batch{64}> rows_of_n{weights};
  const graph built = encoder_t::code::built().thaw();
  for (const int n : {16, 1, 7})
    for (const int p : {1, 64, 5, 33}) {
      const std::vector<float> x = random_floats(static_cast<std::size_t>(4 * n), 1), context = random_floats(static_cast<std::size_t>(2 * p), 2);
      std::vector<float> row(static_cast<std::size_t>(3 * n)), point(static_cast<std::size_t>(5 * p)), again(row), same(point);
      ASSERT_TRUE(net.run({x, context}, {row, point}));
      expect_close(row, expected(built, weights, {&x, &context}, n, p, "row"));
      ASSERT_TRUE(rows_of_n.run(context, same));  // where no sum runs over it, it is what n is: the same bits
      EXPECT_EQ(std::memcmp(point.data(), same.data(), point.size() * 4), 0);

      ASSERT_TRUE(net.run({x.data(), context.data()}, {again.data(), same.data()}, n, points(p)));
      EXPECT_EQ(row, again);
      ASSERT_TRUE(net.run({x.data(), context}, {again.data(), same.data()}, n));
      EXPECT_EQ(row, again);
      symbol_sizes sizes(n);
      sizes.of[2] = p;
      const void* in[] = {x.data(), context.data()};
      void* out[] = {again.data(), same.data()};
      ASSERT_TRUE(net.run_unchecked(in, out, sizes));
      EXPECT_EQ(row, again);
    }
  EXPECT_EQ(profile(net, {random_floats(8, 1), random_floats(20, 2)}, 2, 1).rows, 2);
}
TEST(dims, of_calls_that_do_not_fit) {
  encoder_t net{encoder_t::variables(seed{1})};
  std::vector<float> x(8), context(20), row(6), point(50);
  const auto said = [](const status& s) { return std::string(describe(s).view()); };
  EXPECT_EQ(said(net.run({x, std::vector<float>(130)}, {row, point})),
            "run: dim 'points': expected 1 to 64, got 65; pass less at a time, or give it a larger maximum");
  EXPECT_EQ(said(net.run({x, context}, {row, point}, 2, points(0))),
            "run: dim 'points': expected 1 to 64, got 0; pass less at a time, or give it a larger maximum");
  EXPECT_EQ(said(net.run({x, context.data()}, {row, point.data()}, 2)),
            "run: dim 'points': expected 1 to 64, got pointers, which do not tell it; pass it behind n");
  EXPECT_EQ(said(net.run({x, std::vector<float>(19)}, {row, point})), "run: input 'context': expected whole rows of 2, got 19 elements");
  EXPECT_EQ(said(net.run({x, context}, {row, std::vector<float>(45)})), "run: result 'point': expected 10 rows of 5 (50 elements), got 45");
  EXPECT_EQ(said(net.run({x, context}, {row, point}, 2, points(11))), "run: input 'context': expected 11 rows of 2 (22 elements), got 20");
  EXPECT_TRUE(net.run({x, context}, {row, point}));
}

// Two batches with numbers of their own: the loss is a mean over each.
struct two_batches {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({3})), y = s.input("y", rows({1})), unlabelled = s.input("u", rows({3}, s.dim("unlabelled", 12)));
    const auto model = nn::block("model", [](value v) { return nn::dense(tanh(nn::dense(v, {.units = 6})), {.units = 1}); });
    const value error = model(x) - y, other = model(unlabelled);
    const value loss = reduce_mean(error * error) + 0.5 * reduce_mean(other * other);
    s.minimize(loss, "*", optim::sgd{.learning_rate = 0.1});
    s.output("loss", loss);
    s.output("other", other);
  }
};
TEST(dims, a_training_follows_all_symbols) {
  variable_store store;
  program<two_batches{}, max_batch{8}> p{store, seed{5}};
  const graph built = decltype(p)::code::built().thaw();
  int step = 0;
  for (const int n : {8, 1, 3})
    for (const int m : {12, 1, 5, 12}) {
      const std::uint32_t of = static_cast<std::uint32_t>(10 + step++);
      const std::vector<float> x = random_floats(static_cast<std::size_t>(3 * n), of), y = random_floats(static_cast<std::size_t>(n), 100 + of),
                               u = random_floats(static_cast<std::size_t>(3 * m), 200 + of);
      const auto want = [&](std::string_view output) { return expected(built, store, {&x, &y, &u}, n, m, output); };
      const std::vector<double> loss = want("loss"), other = want("other");
      std::vector<float> got(1), rows(static_cast<std::size_t>(m));
      ASSERT_TRUE(p.run({x, y, u}, {got, rows}, n));
      expect_close(got, loss);
      expect_close(rows, other);
    }
}

// Each says the primitive, the axis and what to do.
TEST(dims, what_needs_a_number_is_refused) {
  const auto said = [](auto f) {
    const text t = failure_of([&](builder& s) { s.output("y", f(s, s.input("p", rows({3}, s.dim("points", 8))))); });
    return std::string(t.view());
  };
  EXPECT_EQ(said([](builder&, value p) { return slice(p, 0, 0, 1); }),
            "slice: of the axis of the dim 'points', which is known in a call only; give it a number");
  EXPECT_EQ(said([](builder&, value p) { return reverse(p, 0); }),
            "reverse: of the axis of the dim 'points', which is known in a call only; give it a number");
  EXPECT_EQ(said([](builder&, value p) {
              return pad(p, {{1, 0}, {0, 0}});
            }),
            "pad: of the axis of the dim 'points', which is known in a call only; give it a number");
  EXPECT_EQ(said([](builder&, value p) {
              return concat({p, p}, 0);
            }),
            "concat: on the axis of the dim 'points', which is known in a call only; give it a number");
  EXPECT_EQ(said([](builder&, value p) { return cumsum(p, 0); }),
            "cumsum: along the axis of the dim 'points', which is known in a call only; give it a number");
  EXPECT_EQ(said([](builder&, value p) { return take_along_axis(p, cast(p, i32), 0); }),
            "take_along_axis: along the axis of the dim 'points', which is known in a call only; give it a number");
  EXPECT_EQ(said([](builder&, value p) {
              return transpose(p, {1, 0});
            }),
            "transpose: would move the dim 'points' from the front; it must stay the first extent");
  EXPECT_EQ(said([](builder&, value p) { return matmul(p, p, {.transpose_b = true}); }),
            "matmul: [n2,3] x [n2,3]^T; the dim 'points' cannot be the result's columns; give it a number");
  EXPECT_EQ(said([](builder& s, value p) { return p + s.input("x", rows({3})); }),
            "add: [n2,3] vs [n,3]; extents must be equal or 1 (n2, the dim 'points', meets itself or 1 only)");
  EXPECT_EQ(said([](builder& s, value p) { return matmul(p, s.input("x", rows({3})), {.transpose_a = true}); }),
            "matmul: [n2,3]^T x [n,3]; lhs columns must equal rhs rows");
  EXPECT_EQ(said([](builder&, value p) { return reshape_to(p, rows({3})); }),
            "reshape: [n2,3] to [n,3] changes the number of elements; the product of the extents must stay");
  EXPECT_EQ(said([](builder& s, value) { return s.input("q", rows({3}, s.dim("points", 9))); }),
            "dim: 'points' is 8 at the most elsewhere, and 9 here; give it one maximum");
  EXPECT_EQ(said([](builder& s, value) { return s.input("q", rows({3}, s.dim("q", 0))); }), "dim: 'q' is 0 at the most; must be 1 or more");
  EXPECT_EQ(said([](builder& s, value) { return s.input("q", rows({3}, s.dim("n", 4))); }),
            "dim: its name is 'n'; give it one, other than that of the batch, n");
  EXPECT_EQ(said([](builder& s, value) { return s.input("q", rows({3}, symbol(4))); }),
            "input: 'q' has rows of a dim that is not this program's; make it by dim(name, most)");
  EXPECT_EQ(said([](builder& s, value) {
    builder other(false);
    return s.input("q", rows({3}, other.dim("points", 8)));
  }), "input: 'q' has rows of a dim that is not this program's; make it by dim(name, most)");
  EXPECT_EQ(said([](builder& s, value) {
    s.dim("a", 1), s.dim("b", 1);
    return s.input("q", rows({3}, s.dim("c", 1)));
  }), "dim: 'c' is one too many; a program has 3 beside n at the most");
}
TEST(dims, are_named_in_dumps) {
  const std::string drawn(print(encoder_t::code::built().thaw()).view());
  EXPECT_NE(drawn.find("input \"context\" : f32[n2,2]  n2: points, 64 at the most\n"), std::string::npos) << drawn;
  EXPECT_NE(
      print_plan(encoder_t::code::main().thaw(), encoder_t::code::fused(), encoder_t::code::plan.thaw()).view().find(", for 16 rows, 64 points\n"),
      std::string_view::npos);
}

}  // namespace
