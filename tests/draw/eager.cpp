// The same model, eager and recorded: the same numbers and the same gradients.
#include <igata/draw/eager.hpp>

#include "../graph_test.hpp"

#include <igata/loss/all.hpp>
#include <igata/nn/all.hpp>

using namespace testing_graphs;

namespace {

struct model {
  constexpr value operator()(value x) const {
    x = nn::max_pool2d(tanh(nn::conv2d(x, {.filters = 3, .kernel = 3})), {.size = 2});
    x = nn::batch_norm(nn::flatten(x));
    x = nn::dropout(relu(nn::dense(x, {.units = 6})), {.rate = 0.25});
    return nn::dense(x, {.units = 4, .name = "head"});
  }
};

TEST(eager, agrees_with_the_recorded_graph) {
  constexpr int n = 3;
  const auto images = random_numbers(rows({6, 6, 1}), n, 1), digits = numbers({2, 0, 3});

  builder s(true);
  const value x = s.input("x", rows({6, 6, 1})), y = s.input("y", rows({}), i32);
  const value l = loss::softmax_cross_entropy{}(model{}(x), y);
  s.name_layers({l});
  vec<value> weights;
  for (const variable& v : s.get().variables)
    if (v.kind == role::weight) weights.push(value(s.get(), v.read));
  const vec<value> d = gradients(l, weights);
  environment env;
  env.n = n;
  env.inputs.push(images);
  env.inputs.push(digits);
  for (const variable& v : s.get().variables) env.variables.push(initialize(v.init, v.dims, 5, s.get().path_of(v).view()));
  const auto values = evaluate(s.get(), env);

  eager e({.rows = n, .seed = 5});
  const value ex = e.input("x", rows({6, 6, 1}), images), ey = e.input("y", rows({}), digits, i32);
  const value el = loss::softmax_cross_entropy{}(model{}(ex), ey);
  ASSERT_EQ(std::string(e.failure()), "");
  EXPECT_EQ(el.item(), values[l.id()][0]);
  const auto gradients_now = e.backward(el);
  ASSERT_EQ(gradients_now.size(), weights.size());
  for (int i = 0; i < weights.size(); ++i) {
    EXPECT_EQ(gradients_now[i].path, s.get().path_of(s.get().variables[leaf_index(s.get(), weights[i].get())]));
    expect_near(gradients_now[i].gradient.numbers(), values[d[i].id()]);
  }
}
TEST(eager, control_flow_on_numbers) {
  eager e;
  value x = e.input("x", {}, numbers({100}));
  int halvings = 0;
  while (x.item() > 1) x = x / 2, ++halvings;
  EXPECT_EQ(halvings, 7);
  EXPECT_DOUBLE_EQ(x.item(), 100.0 / 128);
}
TEST(eager, leaves) {
  eager e({.rows = 2, .seed = 3});
  const value x = e.input("x", rows({3}), numbers({1, 2, 3, 4, 5, 6}));
  expect_near((x + iota(e.get(), 3, f32) * batch_size(e.get())).numbers(), numbers({1, 4, 7, 4, 7, 10}));
  const value w = state_variable(x, "w", role::weight, {3}, {initial::uniform, 1, 0}), again = state_variable(x, "w", role::weight, {3}, {});
  EXPECT_EQ(w.id(), again.id());
  expect_near(w.numbers(), initialize({initial::uniform, 1, 0}, {3}, 3, "w"));
  EXPECT_EQ(x.numbers()[4], 5);
}
TEST(eager, errors) {
  eager e({.rows = 2});
  const value x = e.input("x", rows({3}), numbers({1, 2, 3}));
  EXPECT_FALSE(x.valid());
  EXPECT_NE(e.failure().find("x: got 3 numbers for [n,3] with n = 2"), std::string_view::npos);
  eager other({.rows = 2});
  shape dims = rows({3});
  dims.rows_of = symbol(2);
  EXPECT_FALSE(other.input("x", dims, numbers({1, 2, 3})).valid());
  EXPECT_TRUE(other.failure().ends_with("x: has rows of a dim, which calls of compiled programs have; give it rows of n")) << other.failure();
}
// Works in constant evaluation too.
constexpr double slope() {
  eager e;
  vec<double> three(1, 3.0);
  const value x = e.input("x", {}, three);
  const value w = state_variable(x, "w", role::weight, {}, constant_initializer(2));
  const auto d = e.backward(x * w * w);
  return d[0].gradient.item();
}
static_assert(slope() == 12);

}  // namespace
