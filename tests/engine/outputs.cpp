// Several results of a model, with labels, weighted losses and metrics of each, beside the same written as a program.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <igata/igata.hpp>
#include <igata/train.hpp>

namespace {
using namespace igata;

struct heads {
  constexpr outputs operator()(value x) const {
    const value h = tanh(nn::dense(x, {.units = 5, .name = "body"}));
    return {{"kind", nn::dense(h, {.units = 3, .name = "kind"})}, {"size", nn::dense(h, {.units = 2, .name = "size"})}};
  }
};
using heads_t = training<heads{}, in<"x", 4>, labels<"lengths", f32, 0, 2>, labels<"kind", i32, 3>, loss_of<"kind", loss::softmax_cross_entropy{}>,
                         loss_of<"size", loss::mse{}, "lengths">, loss_weights{2, 0.25}, metrics_of<"size", metric::mae{}>,
                         metrics_of<"kind", metric::accuracy{}>, optim::sgd{.learning_rate = 0.5, .momentum = 0.9}, max_batch{8}>;
struct summed {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({4})), lengths = s.input("lengths", rows({2})), kind = s.input("kind", rows({}), i32, 3);
    const value h = tanh(nn::dense(x, {.units = 5, .name = "body"}));
    const value a = nn::dense(h, {.units = 3, .name = "kind"}), b = nn::dense(h, {.units = 2, .name = "size"});
    const value first = loss::softmax_cross_entropy{}(a, kind), second = loss::mse{}(b, lengths);
    s.minimize(first * 2 + second * 0.25, "*", optim::sgd{.learning_rate = 0.5, .momentum = 0.9});
    s.output("kind_loss", first);
    s.output("size", b);
    s.output("size_loss", second);
  }
};
struct measured {
  constexpr void operator()(builder& s) const {
    const value kind = s.input("kind", rows({}), i32, 3), x = s.input("x", rows({4})), lengths = s.input("lengths", rows({2}));
    const value h = tanh(nn::dense(x, {.units = 5, .name = "body"}));
    const value a = nn::dense(h, {.units = 3, .name = "kind"}), b = nn::dense(h, {.units = 2, .name = "size"});
    s.output("size_loss", loss::mse{}(b, lengths));
    s.output("kind", a);
    s.output("kind_loss", loss::softmax_cross_entropy{}(a, kind));
  }
};
using summed_t = program<summed{}, mode::training, max_batch{8}>;
using measured_t = program<measured{}, mode::inference, max_batch{8}>;

struct rows_of_data {
  std::vector<float> x, lengths;
  std::vector<std::int32_t> kind;
  explicit rows_of_data(int n) {
    for (int i = 0; i < n; ++i) {
      for (int k = 0; k < 4; ++k) x.push_back(static_cast<float>((i * 7 + k * 5) % 11) / 11 - 0.5f);
      for (int k = 0; k < 2; ++k) lengths.push_back(static_cast<float>((i + k) % 3) / 2);
      kind.push_back(i % 3);
    }
  }
};

TEST(Outputs, AStepTrainsTheWeightedSum) {
  EXPECT_EQ(heads_t::output_count, 2);
  EXPECT_EQ(heads_t::feature_count, 1);
  EXPECT_EQ(heads_t::output_name(1), "size");
  EXPECT_EQ(heads_t::output_row_of(0), 3);
  std::string names;
  for (int i = 0; i < heads_t::metric_count; ++i) names += std::string(heads_t::metric_name(i)) + ' ';
  EXPECT_EQ(names, "loss kind_loss size_loss size_mae kind_accuracy ");
  EXPECT_EQ(heads_t::metric_direction(2), better::lower);
  EXPECT_EQ(heads_t::metric_direction(3), better::lower);
  EXPECT_EQ(heads_t::metric_direction(4), better::higher);
  const rows_of_data d(8);
  heads_t t{seed{3}};
  variable_store store;
  summed_t expected(store, seed{3});
  for (int i = 0; i < 5; ++i) {
    float first = 0, second = 0, size[16];
    ASSERT_TRUE(t.step({d.x, d.lengths, d.kind}));
    ASSERT_TRUE(expected.run({d.x, d.lengths, d.kind}, {&first, size, &second}, 8));
    EXPECT_NEAR(t.metric(1), first, 1e-5f);
    EXPECT_NEAR(t.metric(2), second, 1e-5f);
    EXPECT_NEAR(t.metric(0), 2 * first + 0.25f * second, 1e-5f);
  }
  for (const variable_store::entry& e : store) {
    if (e.kind != role::weight) continue;
    const auto got = t.variables().floats(e.path);
    for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], e.floats()[i], 1e-5f) << e.path;
  }
}

TEST(Outputs, EvaluateAndPredict) {
  const rows_of_data d(8);
  heads_t t{seed{4}};
  ASSERT_TRUE(t.evaluate({d.x, d.lengths, d.kind}));
  const float loss = t.metric(0);
  std::vector<float> kind(24), size(16);
  ASSERT_TRUE(t.predict({d.x}, {kind, size}));
  EXPECT_EQ(t.metric(0), loss);
  float off = 0, right = 0;
  for (std::size_t i = 0; i < 16; ++i) off += std::abs(size[i] - d.lengths[i]) / 16;
  for (std::size_t i = 0; i < 8; ++i) right += train::argmax(std::span(kind).subspan(i * 3, 3)) == d.kind[i] ? 0.125f : 0;
  EXPECT_NEAR(t.metric(3), off, 1e-6f);
  EXPECT_NEAR(t.metric(4), right, 1e-6f);
}

TEST(Outputs, Loops) {
  const rows_of_data d(20);
  train::dataset all;
  all.add_labels("kind", d.kind, 3).add_features("x", d.x, {4}).add_features("lengths", d.lengths, {2});
  heads_t t{seed{5}};
  const train::history past = train::fit(t, all, {.epochs = 3, .validation = &all, .progress = train::progress_mode::silent});
  const train::logs now = train::evaluate(t, all);
  EXPECT_NEAR(now["loss"], 2 * now["kind_loss"] + 0.25 * now["size_loss"], 1e-5);
  EXPECT_EQ(now["size_mae"], past["val_size_mae"].back());
  train::dataset unlabelled;
  unlabelled.add_features("x", d.x, {4});
  const train::predictions got = train::predict(t, unlabelled);
  std::vector<float> kind(24), size(16);
  ASSERT_TRUE(t.predict({d.x.data()}, 8, {kind, size}));
  ASSERT_EQ(got["kind"].size(), 60u);
  ASSERT_EQ(got["size"].size(), 40u);
  EXPECT_EQ(std::vector<float>(got["kind"].begin(), got["kind"].begin() + 24), kind);
  EXPECT_EQ(std::vector<float>(got[1].begin(), got[1].begin() + 16), size);
  EXPECT_EQ(got.name(1), "size");
  EXPECT_THROW(got["sizes"], error);
}

// The same by programs: two that share a store.
TEST(Outputs, LoopsOfPrograms) {
  const rows_of_data d(20);
  train::dataset all;
  all.add_labels("kind", d.kind, 3).add_features("x", d.x, {4}).add_features("lengths", d.lengths, {2});
  heads_t t{seed{5}};
  variable_store store;
  summed_t step(store, seed{5});
  measured_t test(store);
  const train::fit_options options{.epochs = 3, .validation = &all, .progress = train::progress_mode::silent};
  const train::history expected = train::fit(t, all, options), past = train::fit(step, test, all, options);
  for (const char* name : {"kind_loss", "val_kind_loss", "size_loss", "val_size_loss"})
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(past[name][i], expected[name][i], 1e-5) << name;
  EXPECT_EQ(train::evaluate(test, all)["size_loss"], past["val_size_loss"].back());
  const train::predictions by_program = train::predict(test, all), by_training = train::predict(t, all);
  ASSERT_EQ(by_program["kind"].size(), 60u);
  for (std::size_t i = 0; i < 60; ++i) EXPECT_NEAR(by_program["kind"][i], by_training["kind"][i], 1e-5f);
  EXPECT_EQ(by_program["size_loss"].size(), 3u);  // of three batches
  EXPECT_EQ(train::fit(step, all, {.epochs = 1, .progress = train::progress_mode::silent})["kind_loss"].size(), 1u);
  EXPECT_THROW(train::fit(step, all, {.validation_split = 0.5}), error);
  variable_store other;
  measured_t elsewhere(other);
  EXPECT_THROW(train::fit(step, elsewhere, all, {}), error);
}

// One head alone, by name.
using size_head_t = inference<heads{}, in<"x", 4>, only<"size">, max_batch{8}>;
TEST(Outputs, InferenceOfOneHead) {
  const rows_of_data d(8);
  heads_t t{seed{6}};
  std::vector<float> kind(24), size(16), alone(16);
  ASSERT_TRUE(t.predict({d.x}, {kind, size}));
  size_head_t net{t.weights()};
  ASSERT_TRUE(net.run({d.x}, {alone}));
  EXPECT_EQ(size_head_t::parameter_count, 5 * 5 + 6 * 2);
  for (std::size_t i = 0; i < 16; ++i) EXPECT_NEAR(alone[i], size[i], 1e-6f);
}

struct in_order {
  constexpr std::array<value, 2> operator()(value x) const { return {x * 2, x + 1}; }
};
constexpr auto a_pair = [](value x) { return std::pair{x * 2, x + 1}; };
template <auto Model, auto... Options>
std::string outputs_of() {
  builder s(false);
  igata::detail::inference_spec<Model, in<"x", 3>, Options...>::build(s);
  std::string names(s.get().failure.view());
  for (const output_entry& o : s.get().outputs) names += std::string(s.get().view(o.name)) + ' ';
  return names;
}
TEST(Outputs, InOrder) {
  EXPECT_EQ((outputs_of<in_order{}>()), "output output_1 ");
  EXPECT_EQ((outputs_of<a_pair>()), "output output_1 ");
  EXPECT_EQ((outputs_of<a_pair, only<"output_1", "output">>()), "output_1 output ");
}

// The same labels for an auxiliary head; then losses in order.
struct towers {
  constexpr std::array<value, 2> operator()(value x) const {
    const value h = nn::dense(x, {.units = 2, .name = "first"});
    return {nn::dense(h, {.units = 2, .name = "last"}), h};
  }
};
template <auto... Options>
std::string failure_of() {
  builder s(true);
  igata::detail::training_spec<true, towers{}, in<"x", 3>, optim::sgd{}, Options...>::build(s);
  const std::string_view all = s.get().failure.view();
  const std::size_t behind = all.find(">");
  return std::string(behind == all.npos ? all : all.substr(behind + 1));
}
TEST(Outputs, PairsOfLossesAndLabels) {
  EXPECT_EQ((failure_of<labels<"y", f32, 0, 2>, loss::mse{}, loss::mae{}>()), "");
  EXPECT_EQ((failure_of<labels<"y", f32, 0, 2>, labels<"z", f32, 0, 2>, loss::mse{}, loss::mae{}>()), "");
  EXPECT_EQ((failure_of<labels<"y", f32, 0, 2>, loss_of<"output", loss::mse{}>, metrics_of<"output_1", metric::mae{}>>()), "");
  EXPECT_EQ((failure_of<labels<"y", f32, 0, 2>, labels<"z", f32, 0, 2>, labels<"w", f32, 0, 2>, loss::mse{}, loss::mae{}>()),
            ": labels<...> are given 3 times for 2 losses; give one for each in order, or one for all");
  EXPECT_EQ((failure_of<labels<"y", f32, 0, 2>, loss::mse{}, loss::mae{}, loss_weights{1, math::infinity}>()), ", option 6: loss_weights: number 2 is inf; must be finite");
  EXPECT_EQ((failure_of<labels<"y", f32, 0, 2>, loss::mse{}, loss::mae{}, metrics_of<"sied", metric::mae{}>>()),
            ", option 6: metrics_of: no output 'sied'; the model returns 'output', 'output_1'");
  EXPECT_EQ((failure_of<labels<"y", f32, 0, 2>, labels<"z", f32, 0, 2>, loss_of<"output", loss::mse{}, "y">, metrics_of<"output_1", metric::mae{}>>()),
            ", option 6: metrics_of: no labels 'output_1' for the metrics of this output, which has no loss");
}

}  // namespace
