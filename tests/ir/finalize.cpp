// Names, order and print: the same from every compiler, at compile time and at run time, whatever the order of creation.
#include "../graph_test.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <igata/loss/all.hpp>
#include <igata/nn/all.hpp>
#include <igata/optim/all.hpp>

using namespace testing_graphs;

namespace {

struct branches {
  constexpr value operator()(value x) const {
    const auto conv = [](value v, int filters) { return relu(nn::conv2d(v, {.filters = filters, .kernel = 3, .padding = padding::same})); };
    x = conv(x, 4);
    x = concat({conv(x, 2), nn::dropout(conv(x, 3), {.rate = 0.1}),
                nn::block("pool", [&](value v) { return conv(nn::max_pool2d(v, {.size = 3, .stride = 1, .padding = padding::same}), 1); })(x)});
    x = concat({nn::dropout(x), nn::dropout(x)});
    x = nn::batch_norm(x) + nn::conv2d(x, {.filters = 12, .kernel = 1, .name = "skip"});
    return nn::dense(nn::global_avg_pool2d(x), {.units = 3});
  }
};
template <bool Training>
constexpr text dump() {
  builder s(Training);
  const value x = s.input("image", rows({4, 4, 2}));
  const value z = branches{}(x);
  if (Training) {
    const value y = s.input("digit", rows({}), i32);
    const value l = loss::softmax_cross_entropy{}(z, y);
    s.output("loss", l);
    s.minimize(l, "*", optim::sgd{.momentum = 0.9});
  } else {
    s.output("scores", z);
  }
  return print(finalize(s.get()));
}
constexpr auto inference_dump = keep<dump<false>>();
constexpr auto training_dump = keep<dump<true>>();

// IGATA_UPDATE_GOLDEN=1 writes the file anew.
void expect_golden(const std::string& name, std::string_view got) {
  const std::string path = IGATA_SOURCE_DIR "/tests/golden/" + name + ".txt";
  if (std::getenv("IGATA_UPDATE_GOLDEN")) {
    std::ofstream(path, std::ios::binary) << got;
    return;
  }
  std::ifstream in(path, std::ios::binary);
  std::stringstream wanted;
  wanted << in.rdbuf();
  EXPECT_EQ(std::string(got), wanted.str()) << path << " differs; if it should, run this test with IGATA_UPDATE_GOLDEN=1";
}
TEST(finalize, dump_is_the_same_at_run_time) {
  EXPECT_EQ(std::string(dump<false>().view()), std::string(inference_dump.view()));
  EXPECT_EQ(std::string(dump<true>().view()), std::string(training_dump.view()));
}
TEST(finalize, dump_is_the_golden_one) {
  expect_golden("branches_inference", inference_dump.view());
  expect_golden("branches_training", training_dump.view());
}
TEST(finalize, again_changes_nothing) {
  builder s(true);
  s.output("y", branches{}(s.input("image", rows({4, 4, 2}))));
  const graph once = finalize(s.get());
  EXPECT_EQ(print(finalize(once)), print(once));
}

// A draw keeps the hash of its name until then, whatever is drawn behind it.
constexpr bool draws_keep_their_names() {
  builder s(true);
  const value x = s.input("x", rows({4}));
  const value a = random_like(x, "a"), b = random_like(x, "b");
  const auto leaf = [](const graph& g, int id) { return attributes_of<op::random_uniform>(g, g.nodes[id]).leaf; };
  if (leaf(s.get(), a.id()) != static_cast<int>(stream("a")) || leaf(s.get(), b.id()) != static_cast<int>(stream("b"))) return false;
  s.output("y", a + b);
  const graph g = finalize(s.get());
  for (int id = 0; id < g.nodes.size(); ++id)
    if (g.nodes[id].code == op::random_uniform && leaf(g, id) != 0) return false;
  return true;
}
static_assert(draws_keep_their_names());

// Created in two orders.
template <bool Reversed>
constexpr text made_in_order() {
  builder s(true);
  const value x = s.input("x", rows({4}));
  value a, b;
  for (int i = 0; i < 2; ++i) {
    if ((i == 0) != Reversed) a = nn::dropout(nn::dense(x, {.units = 2}));
    else b = nn::dropout(nn::dense(x, {.units = 3}));
  }
  s.output("y", concat({a, b}));
  return print(finalize(s.get()));
}
static_assert(made_in_order<false>() == made_in_order<true>());

template <class F>
constexpr text paths(F f) {
  builder s(false);
  s.output("y", f(s.input("x", rows({2}))));
  const graph g = finalize(s.get());
  text t;
  for (const variable& v : g.variables) t << g.path_of(v) << ' ';
  return t;
}
constexpr value layer(value x, nn::layer_name name = {}) { return nn::dense(x, {.units = 2, .use_bias = false, .name = name}); }
// A number that an explicit name has taken is left out.
static_assert(paths([](value x) { return layer(layer(layer(x), "dense_1")); }) == "dense/kernel dense_1/kernel dense_2/kernel ");
// Shared.
static_assert(paths([](value x) { const auto a = nn::block("a", [](value v) { return layer(v, "b"); }); return a(a(x)); }) == "a/b/kernel ");
static_assert(failure_of([](builder& s) { layer(layer(s.input("x", rows({2})), "a"), "a"); }) ==
              "dense: the name 'a' is given twice; give one of the two another name, or share a layer as an nn::block");
static_assert(paths([](value x) {
                return nn::block("a", [](value v) { return layer(v); })(nn::block("b", [](value v) { return layer(layer(v)); })(x));
              }) == "b/dense/kernel b/dense_1/kernel a/dense/kernel ");
// What the outputs do not need has no name and no number.
static_assert(paths([](value x) { (void)layer(x); return layer(x); }) == "dense/kernel ");
// A training and an inference program of one model agree.
constexpr text weight_paths(bool training) {
  builder s(training);
  const value z = branches{}(s.input("image", rows({4, 4, 2})));
  s.name_layers({z});
  const value l = reduce_mean(z);
  if (training) s.minimize(l, "*", optim::adam{});
  s.output("y", z);
  const graph g = finalize(s.get());
  text t;
  for (const variable& v : g.variables)
    if (v.kind == role::weight) t << g.path_of(v) << v.dims << ' ';
  return t;
}
TEST(finalize, training_and_inference_agree_on_names) {
  const auto words = [](const text& t) {
    std::istringstream s{std::string(t.view())};
    std::vector<std::string> list;
    for (std::string word; s >> word;) list.push_back(word);
    std::sort(list.begin(), list.end());
    return list;
  };
  EXPECT_EQ(words(weight_paths(true)), words(weight_paths(false)));
}

// Errors name the layer as it would be called by now.
static_assert(failure_of([](builder& s) { nn::dense(nn::dense(s.input("x", rows({2})), {.units = 2}), {.units = -1}); }) ==
              "dense_1: .units = -1; must be 1 or more");
static_assert(failure_of([](builder& s) { s.output("y", value()); }) == "output: 'y' is no value; return what the layers give");
static_assert(failure_of([](builder& s) {
                const value x = s.input("x", rows({2}));
                s.output("y", x);
                s.output("y", x);
              }) == "output: 'y' is there already; give the second another name");
static_assert(failure_of([](builder& s) { s.input("x", {}), s.input("x", {}); }) == "input: 'x' is there already; give the second another name");

}  // namespace
