// Several results of a model, with labels, weighted losses and metrics of each, beside the same written as a program.
#include <gtest/gtest.h>

#include <algorithm>
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
using namespace igata::plan;

// Two heads, and an auxiliary one with labels of its own that is there in training alone.
struct heads {
  constexpr outputs operator()(value x) const {
    const value h = tanh(nn::dense(x, {.units = 5, .name = "body"}));
    outputs all{{"kind", nn::dense(h, {.units = 3, .name = "kind"})}};
    if (x.training()) all.add("early", nn::dense(h, {.units = 1, .name = "early"}));
    all.add("size", nn::dense(h, {.units = 2, .name = "size"}));
    return all;
  }
};
using heads_t =
    training<heads{}, in<"x", 4>, labels<"lengths", f32, 0, 2>, labels<"kind", i32, 3>, labels<"first", f32, 0, 1>,
             loss_of<"kind", loss::softmax_cross_entropy{}>, loss_of<"early", loss::mae{}, "first">, loss_of<"size", loss::mse{}, "lengths">,
             loss_weights{2, 0.5, 0.25}, metrics_of<"early", metric::mae{}>, metrics_of<"size", metric::mae{}>,
             metrics_of<"kind", metric::accuracy{}>, optim::sgd{.learning_rate = 0.5, .momentum = 0.9}, max_batch{8}>;
struct summed {
  constexpr void operator()(builder& s) const {
    const value x = s.input("x", rows({4})), lengths = s.input("lengths", rows({2})), kind = s.input("kind", rows({}), i32, 3),
                first = s.input("first", rows({1}));
    const value h = tanh(nn::dense(x, {.units = 5, .name = "body"}));
    const value a = nn::dense(h, {.units = 3, .name = "kind"}), b = nn::dense(h, {.units = 2, .name = "size"}),
                c = nn::dense(h, {.units = 1, .name = "early"});
    const value of_kind = loss::softmax_cross_entropy{}(a, kind), of_size = loss::mse{}(b, lengths), of_early = loss::mae{}(c, first);
    s.minimize(of_kind * 2 + of_early * 0.5 + of_size * 0.25, "*", optim::sgd{.learning_rate = 0.5, .momentum = 0.9});
    s.output("kind_loss", of_kind);
    s.output("size", b);
    s.output("early_loss", of_early);
    s.output("size_loss", of_size);
  }
};
struct measured {
  constexpr void operator()(builder& s) const {
    const value kind = s.input("kind", rows({}), i32, 3), x = s.input("x", rows({4})), lengths = s.input("lengths", rows({2}));
    const value h = tanh(nn::dense(x, {.units = 5, .name = "body"}));
    const value a = nn::dense(h, {.units = 3, .name = "kind"}), b = nn::dense(h, {.units = 2, .name = "size"});
    s.output("size_loss", loss::mse{}(b, lengths));
    s.output("size_mae", metric::mae{}(b, lengths));
    s.output("kind", a);
    s.output("kind_loss", loss::softmax_cross_entropy{}(a, kind));
  }
};
using summed_t = program<summed{}, mode::training, max_batch{8}>;
using measured_t = program<measured{}, mode::inference, max_batch{8}>;

struct rows_of_data {
  std::vector<float> x, lengths, first;
  std::vector<std::int32_t> kind;
  explicit rows_of_data(int n) {
    for (int i = 0; i < n; ++i) {
      for (int k = 0; k < 4; ++k) x.push_back(static_cast<float>((i * 7 + k * 5) % 11) / 11 - 0.5f);
      for (int k = 0; k < 2; ++k) lengths.push_back(static_cast<float>((i + k) % 3) / 2);
      kind.push_back(i % 3);
      first.push_back(x[static_cast<std::size_t>(i) * 4]);
    }
  }
  train::dataset columns() const {
    train::dataset all;
    all.add_labels("kind", kind, 3).add_features("x", x, {4}).add_features("lengths", lengths, {2}).add_features("first", first, {1});
    return all;
  }
};

TEST(Outputs, AStepTrainsTheWeightedSum) {
  EXPECT_EQ(heads_t::output_count, 2);
  EXPECT_EQ(heads_t::feature_count, 1);
  EXPECT_EQ(heads_t::output_name(1), "size");
  EXPECT_EQ(heads_t::output_row(0), 3);
  std::string names;
  for (int i = 0; i < heads_t::metric_count; ++i) names += std::string(heads_t::metric_name(i)) + ' ';
  EXPECT_EQ(names, "loss kind_loss early_loss size_loss early_mae size_mae kind_accuracy ");
  EXPECT_EQ(heads_t::metric_direction(3), better::lower);
  EXPECT_EQ(heads_t::metric_direction(5), better::lower);
  EXPECT_EQ(heads_t::metric_direction(6), better::higher);
  const rows_of_data d(8);
  heads_t t{seed{3}};
  variable_store store;
  summed_t expected(store, seed{3});
  for (int i = 0; i < 5; ++i) {
    float of_kind = 0, of_early = 0, of_size = 0, size[16];
    ASSERT_TRUE(t.step({d.x, d.lengths, d.kind, d.first}));
    ASSERT_TRUE(expected.run({d.x, d.lengths, d.kind, d.first}, {&of_kind, size, &of_early, &of_size}, 8));
    EXPECT_NEAR(t.metric(1), of_kind, 1e-5f);
    EXPECT_NEAR(t.metric(2), of_early, 1e-5f);
    EXPECT_NEAR(t.metric(3), of_size, 1e-5f);
    EXPECT_NEAR(t.metric(4), of_early, 1e-5f);
    EXPECT_NEAR(t.metric(0), 2 * of_kind + 0.5f * of_early + 0.25f * of_size, 1e-5f);
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
  ASSERT_TRUE(t.evaluate({d.x, d.lengths, d.kind, d.first}));
  const float loss = t.metric(0);
  EXPECT_NEAR(loss, 2 * t.metric(1) + 0.25f * t.metric(3), 1e-5f);
  for (int i = 0; i < heads_t::metric_count; ++i) EXPECT_EQ(math::is_nan(t.metric(i)), i == 2 || i == 4) << i;
  std::vector<float> kind(24), size(16);
  ASSERT_TRUE(t.predict({d.x}, {kind, size}));
  EXPECT_EQ(t.metric(0), loss);
  float off = 0, right = 0;
  for (std::size_t i = 0; i < 16; ++i) off += std::abs(size[i] - d.lengths[i]) / 16;
  for (std::size_t i = 0; i < 8; ++i) right += train::argmax(std::span(kind).subspan(i * 3, 3)) == d.kind[i] ? 0.125f : 0;
  EXPECT_NEAR(t.metric(5), off, 1e-6f);
  EXPECT_NEAR(t.metric(6), right, 1e-6f);
}

TEST(Outputs, Loops) {
  const rows_of_data d(20);
  const train::dataset all = d.columns();
  heads_t t{seed{5}};
  const train::history past = train::fit(t, all, {.epochs = 3, .validation = &all, .progress = train::progress_mode::silent});
  const train::logs now = train::evaluate(t, all);
  EXPECT_NEAR(now["loss"], 2 * now["kind_loss"] + 0.25 * now["size_loss"], 1e-5);
  EXPECT_EQ(now["size_mae"], past["val_size_mae"].back());
  EXPECT_EQ(past["early_mae"].size(), 3u);
  for (const char* absent : {"val_early_loss", "val_early_mae"}) EXPECT_EQ(past.find(absent), nullptr);
  EXPECT_EQ(now.find("early_loss"), nullptr);
  train::early_stopping by_the_early{.monitor = "val_early_loss", .mode = better::lower};
  EXPECT_THROW(train::fit(t, all, {.validation = &all, .progress = train::progress_mode::silent}, by_the_early), error);
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

std::string error_of(auto f) {
  try {
    f();
  } catch (const error& e) {
    return e.what();
  }
  return "no error";
}
// The same by programs: two that share a store.
TEST(Outputs, LoopsOfPrograms) {
  const train::dataset all = rows_of_data(20).columns();
  heads_t t{seed{5}};
  variable_store store;
  summed_t step(store, seed{5});
  measured_t test(store);
  const train::fit_options options{.epochs = 3, .validation = &all, .progress = train::progress_mode::silent};
  const train::history expected = train::fit(t, all, options), past = train::fit(step, test, all, options);
  for (const char* name : {"kind_loss", "val_kind_loss", "size_loss", "val_size_loss", "early_loss", "val_size_mae"})
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(past[name][i], expected[name][i], 1e-5) << name;
  EXPECT_EQ(past.find("val_early_loss"), nullptr);
  EXPECT_EQ(past.find("size_mae"), nullptr);
  EXPECT_EQ(train::evaluate(test, all)["size_loss"], past["val_size_loss"].back());
  const train::predictions by_program = train::predict(test, all), by_training = train::predict(t, all);
  ASSERT_EQ(by_program["kind"].size(), 60u);
  for (std::size_t i = 0; i < 60; ++i) EXPECT_NEAR(by_program["kind"][i], by_training["kind"][i], 1e-5f);
  EXPECT_EQ(by_program["size_loss"].size(), 3u);  // of three batches
  train::confusion_matrix kinds(3);
  train::measure(test, all, "kind", kinds);
  EXPECT_EQ(kinds.state(), train::confusion_matrix(by_program["kind"], all.labels("kind"), 3).state());
  train::validation_metrics f1(test, all, "kind", train::confusion_matrix(3), {"f1"});
  EXPECT_EQ(train::fit(step, test, all, {.epochs = 2, .progress = train::progress_mode::silent}, f1)["val_f1"].size(), 2u);
  EXPECT_EQ(train::fit(step, all, {.epochs = 1, .progress = train::progress_mode::silent})["kind_loss"].size(), 1u);
  EXPECT_EQ(error_of([&] { train::fit(step, all, {.validation_split = 0.5}); }),
            "fit: validation: expected a program of mode::inference that measures, got none; fit(step, test, data, ...)");
  variable_store other;
  measured_t elsewhere(other);
  EXPECT_EQ(error_of([&] { train::fit(step, elsewhere, all, {}); }),
            "fit: expected two programs on one store, got two stores; construct both with one");
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

// An input that what is left does not need is still one of the call.
struct of_two {
  constexpr outputs operator()(value x, value z) const { return {{"a", x * 2}, {"b", z + 1}}; }
};
using b_alone_t = inference<of_two{}, in<"x", 2>, in<"z", 2>, only<"b">>;
TEST(Outputs, AnInputThatIsLeftOut) {
  const float x[] = {5, 6}, z[] = {1, 2};
  float b[2];
  b_alone_t net{b_alone_t::variables()};
  ASSERT_TRUE(net.run({x, z}, {b}));
  EXPECT_EQ(b[0], 2);
  EXPECT_EQ(b[1], 3);
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

// What the loops of programs refuse.
enum class gives { number_of_z, another_number, classes, whole };
template <gives What>
struct small {
  constexpr void operator()(builder& s) const {
    const value x = What == gives::whole ? s.input("w", {3}) : s.input(What == gives::number_of_z ? "z" : "x", rows({4}));
    if (What == gives::classes) s.output("k", argmax(x, 1));
    else s.output(What == gives::another_number ? "mean" : "kind_loss", reduce_mean(x));
  }
};
template <gives What>
using small_t = program<small<What>{}, mode::inference, max_batch{8}>;
TEST(Outputs, WhatLoopsRefuse) {
  using train::detail::loop_mistake, train::detail::pair_mistake;
  EXPECT_EQ((loop_mistake<measured_t, "fit">::make().view()), "fit: the program has mode::inference; give the one that trains first");
  EXPECT_EQ((loop_mistake<summed_t, "predict">::make().view()), "predict: the program trains; give one of mode::inference");
  using packed_t = program<small<gives::number_of_z>{}, mode::packed, max_batch{8}>;
  EXPECT_EQ((loop_mistake<packed_t, "fit">::make().view()), "fit: the program has mode::packed; give the one that trains first");
  EXPECT_EQ((pair_mistake<summed_t, packed_t>::make().view()),
            "fit: the program that evaluates has packed weights, which no step changes; give one of mode::inference");
  packed_t packed{packed_weights::make({}, nullptr, 0, {}, {})};
  train::dataset few;
  few.add_features("z", {1, 2, 3, 4, 5, 6, 7, 8}, {4});
  EXPECT_FLOAT_EQ(static_cast<float>(train::evaluate(packed, few)["kind_loss"]), 4.5f);
  EXPECT_EQ((loop_mistake<small_t<gives::whole>, "evaluate">::make().view()), "evaluate: input 'w' has no rows of n; call run");
  EXPECT_EQ((loop_mistake<small_t<gives::classes>, "evaluate">::make().view()), "evaluate: no output is one number f32[]; give the loss as one");
  EXPECT_EQ((loop_mistake<small_t<gives::classes>, "predict">::make().view()), "predict: output 'k' is i32; cast(x, f32), or call run");
  EXPECT_EQ((pair_mistake<summed_t, measured_t>::make().view()), "");
  EXPECT_EQ((pair_mistake<summed_t, small_t<gives::number_of_z>>::make().view()),
            "fit: input 'z' of the program that evaluates is none of the one that trains, by name, size and type; give it there");
  EXPECT_EQ((pair_mistake<summed_t, small_t<gives::another_number>>::make().view()),
            "fit: the program that evaluates has no number 'kind_loss', the first of the one that trains; give it as an output f32[]");
}

}  // namespace
