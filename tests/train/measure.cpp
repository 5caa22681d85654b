// Programs and accumulators: batch by batch as at once, after every epoch, errors.
#include <igata/metrics.hpp>
#include <igata/train/early_stopping.hpp>
#include <igata/train/measure.hpp>

#include <gtest/gtest.h>

#include "accumulator_test.hpp"
#include "softmax_program.hpp"

namespace {
using namespace igata;

// Three kinds by the first feature; 50 rows are 3 batches of 16 and one of 2.
train::dataset points(int rows = 50) {
  std::vector<float> x, number;
  std::vector<std::int32_t> kind;
  for (int i = 0; i < rows; ++i) {
    for (int k = 0; k < 4; ++k) x.push_back(static_cast<float>((i * 7 + k * 3) % 11) / 11);
    kind.push_back((i * 7) % 11 / 4);
    number.push_back(static_cast<float>(kind.back()));
  }
  train::dataset d;
  d.add_features("point", x, {4}).add_labels("kind", kind, 3).add_features("number", number, {});
  return d;
}

TEST(Measure, BatchByBatchAsAtOnce) {
  fake::softmax_program t;
  const train::dataset d = points();
  train::fit(t, d, {.epochs = 20, .progress = train::progress_mode::silent});
  const std::vector<float> scores = train::predict(t, d);
  train::ranking at_once(3);
  at_once.update(scores, d.labels("kind"));
  for (const int batch_size : {0, 1, 7, 16}) {
    train::ranking r(3);
    train::confusion_matrix m(3);
    train::measure(t, d, "kind", r, batch_size);
    train::measure(t, d, "number", m, batch_size);  // classes as floats
    EXPECT_EQ(r.state(), at_once.state());
    EXPECT_EQ(m.state(), train::confusion_matrix(scores, d.labels("kind"), 3).state());
    EXPECT_GT(m.accuracy(), 0.4);
    EXPECT_NEAR(m.accuracy(), train::evaluate(t, d)["accuracy"], 1e-6);
    train::measure(t, d, "kind", m);  // adds
    EXPECT_EQ(m.total(), 100);
  }
}

// One number for each row.
struct line_program {
  static constexpr int max_batch = 8, input_count = 2, metric_count = 1;
  static constexpr std::string_view input_name(int i) { return i == 0 ? "x" : "y"; }
  static constexpr dtype input_type(int) { return f32; }
  static constexpr int input_row(int) { return 1; }
  static constexpr int output_row(int) { return 1; }
  static constexpr std::string_view metric_name(int) { return "loss"; }
  status step_unchecked(const void* const*, int) noexcept { return {}; }
  status evaluate_unchecked(const void* const*, int) noexcept { return {}; }
  status predict_unchecked(const void* const* in, int n, void* const* out) noexcept {
    for (int i = 0; i < n; ++i) static_cast<float*>(out[0])[i] = 2 * static_cast<const float*>(in[0])[i];
    return {};
  }
  float metric(int) const noexcept { return 0; }
  variable_store& variables() { return store; }
  variable_store store;
};

TEST(Measure, Numbers) {
  line_program t;
  train::dataset d;
  std::vector<float> x, y;
  for (int i = 0; i < 21; ++i) x.push_back(static_cast<float>(i)), y.push_back(static_cast<float>(2 * i + i % 3));
  d.add_features("x", x, {}).add_features("y", y, {});
  train::residuals r;
  train::measure(t, d, "y", r);
  EXPECT_NEAR(r.mae(), 1, 1e-12);
  EXPECT_NEAR(r.mse(), 5.0 / 3, 1e-12);
}

TEST(ValidationMetrics, AfterEveryEpochAndMonitored) {
  fake::softmax_program t;
  const train::dataset d = points(), held_out = points(33);
  train::validation_metrics f1(t, held_out, "kind", train::confusion_matrix(3), {"f1", "accuracy"});
  train::validation_metrics auc(t, held_out, "kind", train::ranking(3));
  train::early_stopping stop{.monitor = "val_f1", .patience = 100, .restore_best_weights = true};
  const train::history h = train::fit(t, d, {.epochs = 12, .validation = &held_out, .progress = train::progress_mode::silent}, f1, auc, stop);
  ASSERT_EQ(h["val_f1"].size(), 12u);
  EXPECT_EQ(h["val_roc_auc"].size(), 12u);
  EXPECT_EQ(h.find("val_mcc"), nullptr);  // is not among the wanted
  EXPECT_EQ(f1.seen().f1(train::average::macro), h["val_f1"].back());
  EXPECT_EQ(f1.seen().total(), 33);
  EXPECT_EQ(stop.best.value, h.best("val_f1"));
  EXPECT_GT(stop.best.value, h["val_f1"].front());
  train::confusion_matrix best(3);
  train::measure(t, held_out, "kind", best);
  EXPECT_EQ(best.f1(train::average::macro), stop.best.value);
}

struct two_results : fake::softmax_program {
  static constexpr int output_count = 2;
  static constexpr int output_row(int i) { return i == 0 ? classes : 1; }
  static constexpr std::string_view output_name(int i) { return i == 0 ? "digit" : "angle"; }
};

// As of a program: the loss has no rows.
struct loss_and_rows : fake::softmax_program {
  static constexpr int output_count = 2;
  static constexpr int output_row(int i) { return i == 1 ? classes : 1; }
  static constexpr bool output_has_rows(int i) { return i == 1; }
  static constexpr std::string_view output_name(int i) { return i == 0 ? "loss" : "scores"; }
  status predict_unchecked(const void* const* inputs, int n, void* const* out) noexcept {
    *static_cast<float*>(out[0]) = 1;
    return softmax_program::predict_unchecked(inputs, n, out + 1);
  }
};

TEST(Measure, TheOnlyResultWithRows) {
  loss_and_rows t;
  const train::dataset d = points();
  train::ranking r(3), at_once(3);
  train::measure(t, d, "kind", r);
  at_once.update(train::predict(t, d)["scores"], d.labels("kind"));
  EXPECT_EQ(r.state(), at_once.state());
}

TEST(Measure, Errors) {
  fake::softmax_program t;
  train::dataset d = points(), none;
  train::confusion_matrix m(3), two(2);
  train::residuals r(3);
  const std::vector<double> before = m.state();
  EXPECT_ERROR(train::measure(t, none, "kind", m), "measure: dataset: expected at least one row, got none; is the source empty?");
  EXPECT_ERROR(train::measure(t, d, "kinds", m), "dataset: expected a column 'kinds', got 'point', 'kind', 'number'; add or rename it");
  EXPECT_ERROR(train::measure(t, d, "kind", m, 17),
               "measure: batch_size: expected 1 to 16 (max_batch), got 17; lower it or build the program with a larger max_batch");
  EXPECT_ERROR(train::measure(t, d, "kind", two), "confusion_matrix: scores: expected 16 rows of 2, got 48 values; check the number of classes");
  EXPECT_ERROR(train::measure(t, d, "kind", r), "loader: column 'kind': expected f32, got i32; use ints");
  std::vector<float> halves(50, 1.f);
  halves[20] = 0.5f;
  d.add_features("half", halves, {});
  EXPECT_LISTED(train::measure(t, d, "half", m), "measure: column 'half': expected classes, got 0.5 in row 20");
  EXPECT_EQ(m.state(), before);  // the batch before is not there either
  EXPECT_EQ(m.total(), 0);
  line_program line;
  train::validation_metrics wrong(line, d, "number", train::residuals(), {"R2"});
  train::context c{.variables = line.store};
  EXPECT_LISTED(wrong.on_train_begin(c),
                "validation_metrics: only: expected one of 'rmse', 'mae', 'mape', 'max_error', 'r2', 'explained_variance', got 'R2'");
  two_results both;
  EXPECT_LISTED(train::measure(both, d, "kind", m), "measure: output: expected rows that are called 'kind' as their column, got 'digit', 'angle'");
  train::dataset digits = points();
  digits.add_labels("digit", std::vector<std::int32_t>(50, 2), 3);
  train::measure(both, digits, "digit", m);
  EXPECT_EQ(m.total(), 50);
}

}  // namespace
