#include <igata/train/trainer.hpp>

#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "softmax_program.hpp"

namespace {
using namespace igata;
using fake::clouds;
using fake::softmax_program;
constexpr auto silent = train::progress_mode::silent;

std::string error_of(const auto& f) {
  try {
    f();
  } catch (const error& e) {
    return e.what();
  }
  return "no error";
}
bool same_bits(softmax_program& a, softmax_program& b) {
  for (int i = 0; i < a.variables().size(); ++i)
    if (std::memcmp(a.variables()[i].memory.data(), b.variables()[i].memory.data(), a.variables()[i].memory.size()) != 0) return false;
  return true;
}

TEST(Fit, LearnsAndMeasures) {
  softmax_program t;
  const train::dataset held_out = clouds(50, 2);
  const train::history h = train::fit(t, clouds(), {.epochs = 20, .validation = &held_out, .progress = silent});
  EXPECT_EQ(h.epochs(), 20);
  EXPECT_LT(h["loss"].back(), 0.6 * h["loss"].front());
  EXPECT_GT(h["val_accuracy"].back(), 0.8);
  EXPECT_EQ(h["val_loss"].back(), train::evaluate(t, held_out)["loss"]);
  EXPECT_GE(h.best("val_accuracy", better::higher), h["val_accuracy"].back());
  EXPECT_LE(h.best("val_loss"), h["val_loss"].back());
  EXPECT_THROW(h["f1"], error);
}

TEST(Fit, SameSeedSameBits) {
  softmax_program a, b, c;
  train::fit(a, clouds(), {.epochs = 3, .seed = 5, .progress = silent});
  train::fit(b, clouds(), {.epochs = 3, .seed = 5, .progress = silent});
  train::fit(c, clouds(), {.epochs = 3, .seed = 6, .progress = silent});
  EXPECT_TRUE(same_bits(a, b));
  EXPECT_FALSE(same_bits(a, c));
}

TEST(Fit, BatchSizes) {
  softmax_program t;
  const train::dataset held_out = clouds(10);
  train::fit(t, clouds(37), {.validation = &held_out, .progress = silent});
  EXPECT_EQ(t.step_rows, (std::vector<int>{16, 16, 5}));
  EXPECT_EQ(t.evaluate_rows, (std::vector<int>{10}));
  t.step_rows.clear();
  train::fit(t, clouds(10), {.batch_size = 4, .validation_split = 0.2, .progress = silent});
  EXPECT_EQ(t.step_rows, (std::vector<int>{4, 4}));
}

TEST(Evaluate, WeighsBatchesByTheirRows) {
  softmax_program t;
  train::fit(t, clouds(), {.epochs = 5, .progress = silent});
  const double whole = train::evaluate(t, clouds(15, 3))["loss"];
  EXPECT_NEAR(train::evaluate(t, clouds(15, 3), 4)["loss"], whole, 1e-6);
  EXPECT_NEAR(train::evaluate(t, clouds(15, 3), 1)["accuracy"], train::evaluate(t, clouds(15, 3))["accuracy"], 1e-6);
}

TEST(Predict, OrderAndPartialBatches) {
  softmax_program t;
  train::fit(t, clouds(), {.epochs = 5, .progress = silent});
  train::dataset unlabelled;
  unlabelled.add_features("point", clouds(37).at("point").floats, {4});
  const std::vector<float> all = train::predict(t, unlabelled);
  ASSERT_EQ(all.size(), 37u * 3);
  EXPECT_EQ(all, train::predict(t, clouds(37), 5));
  const std::vector<float> last = train::predict(t, clouds(37).take(std::vector<int>{36}));
  EXPECT_TRUE(std::equal(last.begin(), last.end(), all.end() - 3));
}

// Writes down what happens.
struct recorder final : train::callback {
  std::string& log;
  const char* name;
  recorder(std::string& l, const char* n) : log(l), name(n) {}
  void on_train_begin(train::context&) override { log += std::string(name) + "( "; }
  void on_epoch_begin(train::context& c) override {
    log += std::string(name) + 'e' + std::to_string(c.epoch) + ' ';
    EXPECT_EQ(c.values.size(), 0);
  }
  void on_batch_end(train::context& c) override {
    log += std::string(name) + 'b' + std::to_string(c.batch) + ' ';
    EXPECT_NE(c.values.find("loss"), nullptr);
    EXPECT_EQ(c.values.find("val_loss"), nullptr);
  }
  void on_epoch_end(train::context& c) override {
    log += std::string(name) + 'E' + std::to_string(c.epoch) + ' ';
    EXPECT_EQ(c.row, c.rows);
    EXPECT_NE(c.values.find("val_loss"), nullptr);
  }
  void on_train_end(train::context&) override { log += std::string(name) + ") "; }
};

TEST(Callbacks, Order) {
  softmax_program t;
  std::string log;
  recorder second(log, "y");
  train::fit(t, clouds(20), {.epochs = 2, .batch_size = 8, .validation_split = 0.2, .progress = silent}, recorder(log, "x"), second);
  EXPECT_EQ(log, "x( y( xe0 ye0 xb0 yb0 xb1 yb1 xE0 yE0 xe1 ye1 xb0 yb0 xb1 yb1 xE1 yE1 x) y) ");
}

struct stop_after {  // an aggregate with one of the functions
  int epoch = -1, batch = -1;
  void on_batch_end(train::context& c) {
    if (c.epoch == epoch && c.batch == batch) c.stop = true;
  }
  void on_epoch_end(train::context& c) { c.values.set("seen", c.row); }
};
static_assert(train::CallbackLike<stop_after> && !train::CallbackLike<int>);

TEST(Callbacks, StopWithinAnEpochAndOwnValues) {
  softmax_program t;
  const auto h = train::fit(t, clouds(40), {.epochs = 9, .batch_size = 10, .progress = silent}, stop_after{.epoch = 1, .batch = 2});
  EXPECT_EQ(h["seen"], (std::vector<double>{40, 30}));
  EXPECT_EQ(t.step_rows.size(), 7u);
}

TEST(Callbacks, HyperParameters) {
  variable_store s;
  EXPECT_EQ(error_of([&] { train::context{.variables = s}.hyper_parameter("rate"); }),
            "hyper-parameter 'rate': expected one of none at all, got an unknown name");
  s.add("a/learning_rate", role::hyper_parameter, f32, {}).floats()[0] = 1;
  s.add("a/dense/kernel", role::weight, f32, {1});
  train::context c{.variables = s};
  c.set_hyper_parameter("learning_rate", 0.5f);
  EXPECT_EQ(c.hyper_parameter("a/learning_rate"), 0.5f);
  EXPECT_EQ(error_of([&] { c.hyper_parameter("kernel"); }), "hyper-parameter 'kernel': expected one of 'a/learning_rate', got an unknown name");
  EXPECT_THROW(c.hyper_parameter("rate"), error);
  s.add("b/learning_rate", role::hyper_parameter, f32, {});
  EXPECT_EQ(error_of([&] { c.hyper_parameter("learning_rate"); }),
            "hyper-parameter 'learning_rate': expected one, got 'a/learning_rate' and 'b/learning_rate'; give the whole path");
}

TEST(Fit, OptionErrors) {
  softmax_program t;
  const auto with = [&](const train::dataset& d, const train::fit_options& o) { return error_of([&] { train::fit(t, d, o); }); };
  EXPECT_EQ(with({}, {}), "fit: dataset: expected at least one row, got none; is the source empty?");
  EXPECT_EQ(with(clouds(), {.epochs = 0}), "fit: epochs: expected at least 1, got 0");
  EXPECT_EQ(with(clouds(), {.epochs = 3, .first_epoch = 3}), "fit: first_epoch: expected 0 to 2, got 3; .epochs counts the done ones too");
  EXPECT_EQ(with(clouds(), {.batch_size = 17}),
            "fit: batch_size: expected 1 to 16 (max_batch), got 17; lower it or build the program with a larger max_batch");
  EXPECT_EQ(with(clouds(), {.batch_size = -1}),
            "fit: batch_size: expected 1 to 16 (max_batch), got -1; lower it or build the program with a larger max_batch");
  const train::dataset nothing, other = clouds();
  EXPECT_EQ(with(clouds(), {.validation = &nothing}),
            "fit: validation: dataset: expected at least one row, got none; is the source empty?");
  EXPECT_EQ(with(clouds(), {.validation = &other, .validation_split = 0.5}),
            "fit: validation: expected .validation or .validation_split, got both; leave one out");
  EXPECT_NE(with(clouds(), {.validation_split = 1.5}).find("leaves rows on both sides"), std::string::npos);
  EXPECT_TRUE(t.step_rows.empty());
}

TEST(Fit, ColumnErrors) {
  softmax_program t;
  train::dataset d;
  d.add_features("image", {1, 2, 3, 4}, {4});
  EXPECT_EQ(error_of([&] { train::fit(t, d); }), "fit: input 'point': expected a column of that name, got 'image'; rename one of them");
  d.add_features("point", {1, 2}, {2});
  EXPECT_EQ(error_of([&] { train::evaluate(t, d); }),
            "evaluate: input 'point': expected rows of 4 f32, got 2 f32; check the column's shape and type");
  train::dataset e;
  e.add_features("point", {1, 2, 3, 4}, {4}).add_features("kind", {1}, {1});
  EXPECT_EQ(error_of([&] { train::fit(t, e); }), "fit: input 'kind': expected rows of 1 i32, got 1 f32; check the column's shape and type");
  EXPECT_EQ(train::predict(t, e).size(), 3u);
}

TEST(Fit, LabelTheProgramDoesNotKnow) {
  softmax_program t;
  train::dataset d;
  d.add_features("point", std::vector<float>(4 * 5), {4}).add_labels("kind", {0, 1, 2, 4, 0}, 5);
  EXPECT_EQ(error_of([&] { train::fit(t, d, {.batch_size = 2, .shuffle = false, .progress = silent}); }),
            "fit: epoch 1 batch 2: step: input 'kind' row 1: label 4 is outside [0, 3) (row 3 of the dataset)");
  EXPECT_EQ(error_of([&] { train::evaluate(t, d); }),
            "evaluate: batch 1: evaluate: input 'kind' row 3: label 4 is outside [0, 3) (row 3 of the dataset)");
}

TEST(Fit, LossThatIsNotFinite) {
  softmax_program t;
  t.variables().floats("optimizer/learning_rate")[0] = 1e30f;
  EXPECT_EQ(error_of([&] { train::fit(t, clouds(40), {.batch_size = 10, .progress = silent}); }),
            "fit: epoch 1 batch 2: loss: expected a finite number, got nan; lower the learning rate (1e30) or scale the features to about "
            "[-1, 1]; variable 'dense/kernel' holds nan now: restore a checkpoint or construct the program anew");
  // What such a fit leaves is named by the next one, and not blamed on the learning rate.
  t.variables().floats("optimizer/learning_rate")[0] = 0.1f;
  EXPECT_EQ(error_of([&] { train::fit(t, clouds(40), {.batch_size = 10, .progress = silent}); }),
            "fit: variable 'dense/kernel': expected finite numbers, got nan; restore a checkpoint or construct the program anew");
  EXPECT_EQ(error_of([&] { train::evaluate(t, clouds(40)); }),
            "evaluate: batch 1: loss: expected a finite number, got nan; variable 'dense/kernel' holds nan: restore a checkpoint or construct the "
            "program anew");
  softmax_program u;
  train::dataset d;
  std::vector<float> points(4 * 5);
  points[14] = std::numeric_limits<float>::infinity();
  d.add_features("point", points, {4}).add_labels("kind", {0, 1, 2, 1, 0}, 3);
  u.variables().floats("dense/kernel")[0] = 1;
  EXPECT_EQ(
      error_of([&] { train::fit(u, d, {.batch_size = 2, .shuffle = false, .progress = silent}); }),
      "fit: epoch 1 batch 2: loss: expected a finite number, got nan; input 'point' holds inf in row 3 of the dataset: clean the data; variable "
      "'dense/kernel' holds nan now: restore a checkpoint or construct the program anew");
}

// A state of the model's own, such as the smallest number so far, may begin with an infinity.
TEST(Fit, InfiniteStateIsNoBrokenWeight) {
  constexpr float inf = std::numeric_limits<float>::infinity();
  softmax_program t;
  t.variables().add("lowest/minimum", role::buffer, f32, {}).floats()[0] = inf;
  EXPECT_EQ(error_of([&] { train::fit(t, clouds(40), {.progress = silent}); }), "no error");
  t.variables().floats("dense/kernel")[0] = inf;
  EXPECT_EQ(error_of([&] { train::fit(t, clouds(40), {.progress = silent}); }),
            "fit: variable 'dense/kernel': expected finite numbers, got inf; restore a checkpoint or construct the program anew");
}

TEST(Fit, CallbackMayRestoreBrokenWeights) {
  softmax_program t;
  t.variables().floats("dense/kernel")[0] = std::numeric_limits<float>::quiet_NaN();
  struct restore {
    void on_train_begin(train::context& c) {
      for (float& x : c.variables.floats("dense/kernel")) x = 0;
    }
  };
  EXPECT_EQ(error_of([&] { train::fit(t, clouds(40), {.progress = silent}, restore{}); }), "no error");
}

}  // namespace
