// What legalize makes of reductions over axes that do not lie together: one for each run of axes, and the same numbers.
#include "../graph_test.hpp"

#include <igata/passes/pipeline.hpp>

#include "../engine/oracle.hpp"

using namespace testing_graphs;

namespace {

using inputs = const vec<value>&;

template <class F>
constexpr graph simplified_only(F f, std::initializer_list<shape> dims) {
  builder s(false);
  vec<value> x;
  char name[2] = "a";
  for (const shape& d : dims) {
    x.push(s.input(name, d));
    ++name[0];
  }
  s.output("y", f(x));
  return simplify(finalize(s.get()));
}
// The reductions and what follows them: "reduce_sum{8}[n,2,3,1] reduce_sum{2}[n,1,3,1] reshape[n,3]".
template <class F>
constexpr text legalized(F f, std::initializer_list<shape> dims) {
  graph g = legalize(simplified_only(f, dims));
  verify_graph(g, "legalize");
  text t;
  if (g.failed()) return t << g.failure;
  for (const node& v : g.nodes) {
    if (family_of(v.code) == family::leaf) continue;
    t << (t.empty() ? "" : " ") << name_of(v.code);
    if (family_of(v.code) == family::reduction) t << '{' << reduced_axes(g, v) << '}';
    t << v.dims;
  }
  return t;
}
template <class F>
constexpr bool is_legal(F f, std::initializer_list<shape> dims) {
  return !needs_legalizing(simplified_only(f, dims));
}

// The last run first; each has its own attribute, operand and extents.
static_assert(legalized(
                  [](inputs x) {
                    return reduce_sum(x[0], {1, 3});
                  },
                  {rows({2, 3, 4})}) == "reduce_sum{8}[n,2,3,1] reduce_sum{2}[n,1,3,1] reshape[n,3]");
static_assert(legalized([](inputs x) { return reduce_max(x[0], {0, 2, 4}, true); }, {{2, 3, 4, 5, 6}}) ==
              "reduce_max{16}[2,3,4,5,1] reduce_max{4}[2,3,1,5,1] reduce_max{1}[1,3,1,5,1]");
static_assert(legalized(
                  [](inputs x) {
                    return reduce_min(x[0], {1, 2, 5}, true);
                  },
                  {{2, 3, 4, 5, 6, 7}}) == "reduce_min{32}[2,3,4,5,6,1] reduce_min{6}[2,1,1,5,6,1]");
// Where the rows are summed too, nothing of the result depends on n.
static_assert(legalized([](inputs x) { return reduce_sum(x[0], {0, 2}); }, {rows({2, 3})}) == "reduce_sum{4}[n,2,1] reduce_sum{1}[1,2,1] reshape[2]");
// Axes of extent 1 neither part a run nor make one.
static_assert(is_legal([](inputs x) { return reduce_sum(x[0], {1, 3}); }, {rows({2, 1, 4})}));
static_assert(is_legal([](inputs x) { return reduce_sum(x[0], {1, 3}); }, {rows({1, 3, 4})}));
static_assert(is_legal([](inputs x) { return reduce_sum(x[0], {0, 1}); }, {rows({2, 3})}));
static_assert(is_legal([](inputs x) { return reduce_sum(x[0], {0, 2, 3}); }, {{3, 1, 4, 5}}));
static_assert(is_legal([](inputs x) { return reduce_sum(x[0], {1, 3}); }, {rows({1, 3, 1})}));
static_assert(!is_legal([](inputs x) { return reduce_sum(x[0], {0, 2}); }, {rows({2, 3})}));  // n rows are several
static_assert(legalized(
                  [](inputs x) {
                    return reduce_sum(x[0], {1, 2, 4}, true);
                  },
                  {rows({2, 1, 3, 4})}) == "reduce_sum{16}[n,2,1,3,1] reduce_sum{6}[n,1,1,3,1]");

// Inputs, outputs, assignments and the operands of what follows move with their nodes.
TEST(legalize, keeps_the_numbers) {
  builder s(true);
  const value x = s.input("x", rows({2, 3, 4})), z = s.input("z", rows({2, 1, 4}));
  const value w = state_variable(x, "w", role::weight, {1, 3, 1}, {initial::uniform, 1, 0});
  const value sum = reduce_sum(tanh(x), {1, 3}), most = reduce_max(x * z, {0, 2}, true);
  assign(w, reshape(reduce_sum(x * z, {0, 1, 3}), {1, 3, 1}));
  s.output("sum", sum * 2);
  s.output("most", most * reduce_min(w));
  s.output("z", reduce_sum(z, {1, 3}, true) + 1);
  const graph before = simplify(finalize(s.get())), after = legalize(before);
  ASSERT_TRUE(needs_legalizing(before));
  EXPECT_FALSE(needs_legalizing(after));
  const environment env = random_environment(before, 3);
  const auto a = evaluate(before, env), b = evaluate(after, env);
  ASSERT_EQ(after.outputs.size(), 3);
  for (int i = 0; i < 3; ++i) expect_near(b[after.outputs[i].id], a[before.outputs[i].id]);
  ASSERT_EQ(after.assigns.size(), 1);
  expect_near(b[after.assigns[0].id], a[before.assigns[0].id]);
}

// There is no index over several runs of axes.
TEST(legalize, refuses_an_index) {
  builder s(false);
  const value x = s.input("x", rows({2, 3, 4}));
  s.output("y", emit<op::argmax>(s.get(), {x}, {.axis_mask = 0b1010}, 0, {}));
  EXPECT_EQ(legalize(simplify(finalize(s.get()))).failure, "argmax: over axes that do not lie together; reshape or reduce one axis at a time");
}

// Whole programs.
template <auto F, bool Training>
struct spec {
  static constexpr bool training = Training, splits = !Training;
  static constexpr int max_batch = 5;
  static constexpr void build(builder& s) { F(s); }
};
constexpr void sums(builder& s) {
  const value x = s.input("x", rows({2, 3, 4}));
  s.output("sum", reduce_sum(x, {1, 3}));
  s.output("mean", reduce_mean(x, {0, 2}));
  s.output("most", reduce_max(tanh(x) * 2, {1, 3}, true) - x);
  s.output("least", reduce_min(x, {0, 2}, true));
}
// Gradients of what was broadcast along axes that do not lie together.
constexpr void products(builder& s) {
  const value x = s.input("x", rows({2, 3, 4})), t = s.input("t", {3, 2, 3, 2, 5});
  const value w = state_variable(x, "w", role::weight, {2, 1, 4}, {initial::uniform, 1, 0});
  const value small = state_variable(x, "small", role::weight, {3, 3, 5}, {initial::uniform, 1, 0});
  const value twice = broadcast_to(reshape(small, {3, 1, 3, 1, 5}), {3, 2, 3, 2, 5});
  const value loss = reduce_mean(tanh(x * w)) + reduce_mean(tanh(twice * t));
  s.minimize(loss, "*", [](update& u, value v, value d) { return v - u.learning_rate(0.5) * d; });
  s.output("loss", loss);
}
TEST(legalize, programs) {
  for (const int n : {1, 3, 5}) {
    oracle::compare<spec<&sums, false>>(n, 1e-5);
    oracle::compare<spec<&sums, true>>(n, 1e-5);
    oracle::compare<spec<&products, true>>(n, 1e-5);
  }
}

}  // namespace
