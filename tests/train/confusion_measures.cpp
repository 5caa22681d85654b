// The measures of a confusion matrix: scikit-learn's values, any partition of the data, errors.
#include <igata/train/confusion_matrix.hpp>

#include <gtest/gtest.h>

#include <limits>

#include "accumulator_test.hpp"
#include "metrics_golden.hpp"

namespace {
using namespace igata;
using train::average;
using train::confusion_matrix;

static_assert(train::Accumulator<confusion_matrix>);

confusion_matrix matrix_of(const golden::classification& g) {
  confusion_matrix m(g.classes);
  m.update(g.predicted, g.truth, g.weights);
  return m;
}

// Of each class, then of all of them by each average.
std::vector<double> values_of(const confusion_matrix& m, int measure, const train::averaging& a) {
  const auto each = [&](auto measured) {
    std::vector<double> values;
    for (int c = a.classes.empty() ? 0 : 1; c < m.classes(); ++c) values.push_back(measured(c, a.zero_division));
    for (const average how : {average::micro, average::macro, average::weighted}) values.push_back(measured(how, a));
    return values;
  };
  switch (measure) {
    case 0:
      return each([&](auto of, const auto& how) { return m.precision(of, how); });
    case 1:
      return each([&](auto of, const auto& how) { return m.recall(of, how); });
    case 2:
      return each([&](auto of, const auto& how) { return m.specificity(of, how); });
    case 3:
      return each([&](auto of, const auto& how) { return m.f1(of, how); });
    case 4:
      return each([&](auto of, const auto& how) { return m.f_beta(0.5, of, how); });
    case 5:
      return each([&](auto of, const auto& how) { return m.f_beta(2, of, how); });
    default:
      return each([&](auto of, const auto& how) { return m.iou(of, how); });
  }
}

TEST(ConfusionMeasures, AreThoseOfScikitLearn) {
  for (std::size_t k = 0; k < golden::classifications.size(); ++k) {
    SCOPED_TRACE(k);
    const golden::classification& g = golden::classifications[k];
    const confusion_matrix m = matrix_of(g);
    ASSERT_EQ(g.measures.size(), g.classes > 2 ? 14u : 7u);
    for (std::size_t i = 0; i < g.measures.size(); ++i) {
      train::averaging a{.zero_division = g.zero_division};
      for (int c = 1; i >= 7 && c < g.classes; ++c) a.classes.push_back(c);
      expect_equal(values_of(m, static_cast<int>(i % 7), a), g.measures[i], 1e-14, "measure " + std::to_string(i));
    }
    using train::disagreement;
    expect_equal({m.accuracy(), m.balanced_accuracy(), m.kappa(), m.kappa(disagreement::linear), m.kappa(disagreement::quadratic), m.mcc()}, g.single,
                 1e-14, "single");
  }
}

TEST(ConfusionMeasures, AnyPartsGiveTheSameCounts) {
  for (const golden::classification& g : golden::classifications)
    expect_parts_equal_the_whole(confusion_matrix(g.classes), g.truth.size(), 0, [&](confusion_matrix& m, std::size_t begin, std::size_t n) {
      m.update(part(g.predicted, begin, n), part(g.truth, begin, n), part(g.weights, begin, n));
    });
}

// NaN as zero_division leaves a class out: class 2 is neither predicted nor true, 1 is not predicted.
TEST(ConfusionMeasures, ZeroDivision) {
  confusion_matrix m(3);
  m.update(std::vector<std::int32_t>{0, 0}, std::vector<std::int32_t>{0, 1});
  EXPECT_EQ(m.precision(average::macro), 0.5 / 3);
  EXPECT_EQ(m.precision(average::macro, {.zero_division = 1}), 2.5 / 3);
  EXPECT_EQ(m.precision(average::macro, {.zero_division = math::nan}), 0.5);
  EXPECT_EQ(m.recall(average::macro, {.zero_division = math::nan}), 0.5);
  EXPECT_TRUE(math::is_nan(m.precision(1, math::nan)));
  EXPECT_TRUE(math::is_nan(m.precision(average::macro, {.zero_division = math::nan, .classes = {1, 2}})));
  EXPECT_EQ(m.recall(average::weighted, {.zero_division = 0.25, .classes = {2}}), 0.25);  // no row is of class 2
}

TEST(ConfusionMeasures, ScoresAndThresholds) {
  const std::vector<float> scores{0.5f, -1, 0.75f, 0.25f};
  const std::vector<std::int32_t> labels{0, 0, 1, 1};
  confusion_matrix m(2), rows(2);
  m.update_above(0.5, scores, labels);
  EXPECT_EQ(m.state(), (std::vector<double>{2, 0, 1, 1}));
  m.update_above(0.4, scores, labels, std::vector<float>{0.5f, 1, 2, 0});
  EXPECT_EQ(m.state(), (std::vector<double>{3, 0.5, 1, 3}));
  EXPECT_EQ(m.print(), "         0    1\n    0    3  0.5\n    1    1    3\n");
  rows.update(std::vector<float>{0.5f, 0.5f, 0, 1}, std::vector<std::int32_t>{1, 1}, std::vector<float>{3, 4});
  EXPECT_EQ(rows.state(), (std::vector<double>{0, 0, 3, 4}));
}

TEST(ConfusionMeasures, ResultsHaveDirections) {
  const confusion_matrix m = matrix_of(golden::classifications[2]);
  expect_results_have_directions(m);
  EXPECT_EQ(m.result()["f1"], m.f1(average::macro));
  EXPECT_EQ(m.result()["accuracy"], m.accuracy());
  EXPECT_EQ(confusion_matrix::measured().direction("mcc"), better::higher);
}

TEST(ConfusionMeasures, Errors) {
  const std::vector<std::int32_t> labels{0, 1, 1}, two{0, 1};
  const std::vector<float> one_too_few{1, 1}, negative{1, -1, 1}, infinite{1, 1, std::numeric_limits<float>::infinity()};
  confusion_matrix m(2);
  EXPECT_LISTED(m.accuracy(), "confusion_matrix: accuracy: expected at least one row, got none; call update first");
  EXPECT_ERROR(m.f1(average::macro), "confusion_matrix: f_beta: expected at least one row, got none; call update first");
  EXPECT_LISTED(m.result(), "confusion_matrix: accuracy: expected at least one row, got none; call update first");
  EXPECT_ERROR(m.kappa(), "confusion_matrix: kappa: expected at least one row, got none; call update first");
  EXPECT_ERROR(m.mcc(), "confusion_matrix: mcc: expected at least one row, got none; call update first");
  EXPECT_LISTED(confusion_matrix(0), "confusion_matrix: classes: expected 1 to 46340, got 0");
  m.update(labels, labels);
  const std::vector<double> before = m.state();
  EXPECT_LISTED(m.update(two, labels), "confusion_matrix: predictions: expected 3 values, got 2");
  EXPECT_LISTED(m.update(labels, std::vector<std::int32_t>{0, 1, 2}), "confusion_matrix: label 2: expected one in [0, 2), got 2");
  EXPECT_LISTED(m.update(std::vector<std::int32_t>{0, -1, 1}, labels), "confusion_matrix: prediction 1: expected one in [0, 2), got -1");
  EXPECT_LISTED(m.update(labels, labels, one_too_few), "confusion_matrix: weights: expected 3 values, got 2");
  EXPECT_LISTED(m.update(labels, labels, negative), "confusion_matrix: weight 1: expected 0 or more, got -1");
  EXPECT_ERROR(m.update(labels, labels, infinite), "confusion_matrix: weight 2: expected 0 or more, got inf");
  EXPECT_ERROR(m.update_above(0.5, one_too_few, labels), "confusion_matrix: scores: expected 3 values, got 2");
  EXPECT_LISTED(m.update_above(0.5, std::vector<float>{1, std::numeric_limits<float>::quiet_NaN()}, two),
               "confusion_matrix: row 1: expected numbers, got nan; it predicts no class");
  EXPECT_LISTED(confusion_matrix(3).update_above(0, one_too_few, two),
               "confusion_matrix: update_above: expected 2 classes, got 3; give a row of scores per label");
  EXPECT_LISTED(m.merge(confusion_matrix(3)), "confusion_matrix: merge: expected 2 classes, got 3");
  EXPECT_LISTED(m.restore(std::vector<double>{1, 2}), "confusion_matrix: restore: expected 4 numbers, got 2; it was saved by another one");
  EXPECT_LISTED(m.restore(std::vector<double>{1, 2, -1, 0}), "confusion_matrix: restore: expected counts of 0 or more, got -1");
  EXPECT_LISTED(m.precision(2), "confusion_matrix: class: expected one in [0, 2), got 2");
  EXPECT_ERROR(m.precision(average::macro, {.classes = {0, -1}}), "confusion_matrix: class: expected one in [0, 2), got -1");
  EXPECT_LISTED(m.f_beta(-1, 0), "confusion_matrix: f_beta: expected a beta of 0 or more, got -1");
  EXPECT_EQ(m.state(), before);  // what was refused left nothing
}

}  // namespace
