// Areas below curves: scikit-learn's values with ties and weights, Keras' by thresholds, any partition of the data, errors.
#include <igata/train/ranking.hpp>

#include <gtest/gtest.h>

#include <limits>

#include "accumulator_test.hpp"
#include "metrics_golden.hpp"

namespace {
using namespace igata;
using train::average;
using train::ranking;

static_assert(train::Accumulator<ranking>);

ranking ranked(const golden::ranking& g, const train::ranking_options& how = {}) {
  ranking r(g.classes, how);
  r.update(g.scores, g.truth, g.weights);
  return r;
}

TEST(Ranking, IsThatOfScikitLearn) {
  for (std::size_t k = 0; k < golden::rankings.size(); ++k) {
    SCOPED_TRACE(k);
    const golden::ranking& g = golden::rankings[k];
    const ranking r = ranked(g);
    const auto each = [&](auto measure) {
      std::vector<double> values;
      for (int c = g.classes == 2 ? 1 : 0; c < g.classes; ++c) values.push_back(measure(c));
      for (const average how : {average::micro, average::macro, average::weighted}) values.push_back(measure(how));
      return values;
    };
    expect_equal(each([&](auto of) { return r.roc_auc(of); }), g.measures[0], 1e-14, "roc_auc");
    expect_equal(each([&](auto of) { return r.average_precision(of); }), g.measures[1], 1e-14, "average_precision");
    expect_equal(each([&](auto of) { return r.pr_auc(of); }), g.measures[2], 1e-14, "pr_auc");
    if (g.classes != 2) continue;
    const std::vector<train::operating_point> points = r.points();
    std::vector<double> false_share, true_share, thresholds;
    for (const train::operating_point& p : points) {
      false_share.push_back(p.false_positives / points.back().false_positives);
      true_share.push_back(p.true_positives / points.back().true_positives);
      thresholds.push_back(p.threshold);
    }
    expect_equal(false_share, g.curve[0], 1e-15, "false positives");
    expect_equal(true_share, g.curve[1], 1e-15, "true positives");
    expect_equal(thresholds, g.curve[2], 0, "thresholds");
  }
}

TEST(Ranking, ByThresholdsIsThatOfKeras) {
  int compared = 0;
  for (const golden::ranking& g : golden::rankings) {
    if (g.thresholds.empty()) continue;
    const ranking r = ranked(g, {.thresholds = 200}), exact = ranked(g);
    for (int c = g.classes == 2 ? 1 : 0; c < g.classes; ++c, ++compared) {
      const auto& expected = g.thresholds[static_cast<std::size_t>(g.classes == 2 ? 0 : c)];
      expect_equal({r.roc_auc(c), r.interpolated_pr_auc(c)}, expected, 1e-13, "class " + std::to_string(c));
      EXPECT_NEAR(r.roc_auc(c), exact.roc_auc(c), 0.02);
    }
    EXPECT_EQ(r.state().size(), (g.classes == 2 ? 1u : static_cast<unsigned>(g.classes)) * 200u * 2u);
  }
  EXPECT_GT(compared, 10);
}

// Two thresholds below 0.5 and at 1: 0 is above the first alone, 1 is not above the last.
TEST(Ranking, EdgesOfThresholds) {
  ranking r(2, {.thresholds = 3});
  r.update(std::vector<float>{0, 0.5f, 0.75f, 1, 0.25f}, std::vector<std::int32_t>{0, 0, 1, 1, 1});
  const std::vector<train::operating_point> points = r.points();
  ASSERT_EQ(points.size(), 3u);
  EXPECT_EQ(points[0].true_positives + points[0].false_positives, 0);
  EXPECT_EQ(points[1].true_positives, 2);
  EXPECT_EQ(points[1].false_positives, 0);
  EXPECT_EQ(points[2].true_positives, 3);
  EXPECT_EQ(points[2].false_positives, 2);
  EXPECT_EQ(points[1].threshold, 0.5);
}

TEST(Ranking, AnyPartsGiveTheSame) {
  for (const golden::ranking& g : golden::rankings)
    for (const int thresholds : {0, 50}) {
      if (thresholds && g.thresholds.empty()) continue;
      const std::size_t columns = g.scores.size() / g.truth.size();
      expect_parts_equal_the_whole(ranking(g.classes, {thresholds}), g.truth.size(), 0, [&](ranking& r, std::size_t begin, std::size_t n) {
        r.update(part(g.scores, begin * columns, n * columns), part(g.truth, begin, n), part(g.weights, begin, n));
      });
    }
}

TEST(Ranking, TwiceTheSameDataIsTheSame) {
  ranking r = ranked(golden::rankings[2]);
  const double before = r.roc_auc();
  r.merge(r);
  EXPECT_EQ(r.roc_auc(), before);
  EXPECT_EQ(r.state().size(), 2 * ranked(golden::rankings[2]).state().size());
}

// A row of weight 0 is not there, one of weight 2 is there twice.
TEST(Ranking, WeightsAreCounts) {
  ranking weighted, counted;
  weighted.update(std::vector<float>{1, 2, 3, 2}, std::vector<std::int32_t>{0, 1, 0, 1}, std::vector<float>{1, 2, 0, 1});
  counted.update(std::vector<float>{1, 2, 2, 2}, std::vector<std::int32_t>{0, 1, 1, 1});
  EXPECT_EQ(weighted.roc_auc(), 1);
  EXPECT_EQ(weighted.average_precision(), counted.average_precision());
  EXPECT_EQ(weighted.points().size(), 2u);
}

TEST(Ranking, OneKindAloneIsNotDefined) {
  ranking r;
  r.update(std::vector<float>{1, 2}, std::vector<std::int32_t>{0, 0});
  for (const double x : {r.roc_auc(), r.average_precision(), r.pr_auc(), r.interpolated_pr_auc(), r.roc_auc(average::weighted)})
    EXPECT_TRUE(math::is_nan(x)) << x;
  ranking three(3);  // class 2 is never true, so the mean is not defined
  three.update(std::vector<float>{1, 2, 3, 2, 1, 0}, std::vector<std::int32_t>{0, 1});
  EXPECT_TRUE(math::is_nan(three.roc_auc(average::macro)));
  EXPECT_EQ(three.roc_auc(1), 0);
}

TEST(Ranking, ResultsHaveDirections) {
  const ranking r = ranked(golden::rankings[0]);
  expect_results_have_directions(r);
  EXPECT_EQ(r.result()["roc_auc"], r.roc_auc());
  EXPECT_EQ(ranking::measured().direction("pr_auc"), better::higher);
}

TEST(Ranking, Errors) {
  const std::vector<std::int32_t> labels{0, 1};
  ranking r, three(3), few(2, {.thresholds = 10});
  EXPECT_ERROR(r.roc_auc(), "ranking: roc_auc: expected at least one row, got none; call update first");
  EXPECT_ERROR(few.pr_auc(average::macro), "ranking: pr_auc: expected at least one row, got none; call update first");
  EXPECT_ERROR(ranking(1), "ranking: classes: expected 2 or more, got 1");
  EXPECT_LISTED(ranking(2, {.thresholds = 1}), "ranking: thresholds: expected 2 or more, or 0 for exact values, got 1");
  EXPECT_LISTED(r.update(std::vector<float>{1, 2, 3}, labels), "ranking: scores: expected 2 values, got 3");
  EXPECT_ERROR(three.update(std::vector<float>{1, 2}, labels), "ranking: scores: expected 6 values, got 2");
  EXPECT_LISTED(r.update(std::vector<float>{1, std::numeric_limits<float>::quiet_NaN()}, labels),
                "ranking: score 1: expected a finite number, got nan");
  EXPECT_ERROR(r.update(std::vector<float>{1, 2}, std::vector<std::int32_t>{0, 2}), "ranking: label 1: expected one in [0, 2), got 2");
  EXPECT_ERROR(r.update(std::vector<float>{1, 2}, labels, std::vector<float>{1, -1}), "ranking: weight 1: expected 0 or more, got -1");
  EXPECT_LISTED(few.update(std::vector<float>{1, 1.5f}, labels),
                "ranking: score 1: expected a probability in [0, 1] for thresholds, got 1.5; apply sigmoid or softmax");
  EXPECT_LISTED(r.merge(few), "ranking: merge: expected 2 classes and 0 thresholds, got 2 and 10");
  EXPECT_ERROR(r.merge(three), "ranking: merge: expected 2 classes and 0 thresholds, got 3 and 0");
  EXPECT_ERROR(r.restore(std::vector<double>{1, 1}), "ranking: restore: expected 0 numbers, got 2; it was saved by another one");
  EXPECT_LISTED(r.restore(std::vector<double>{2, 1, 0.5}), "ranking: restore: expected a label in [0, 2) and its weight, got 2 and 1");
  EXPECT_ERROR(few.restore(std::vector<double>{2, 1, 0.5}), "ranking: restore: expected 20 numbers, got 3; it was saved by another one");
  EXPECT_ERROR(r.points(0), "ranking: class: expected one in [1, 2), got 0");
  EXPECT_ERROR(three.points(3), "ranking: class: expected one in [0, 3), got 3");
  EXPECT_TRUE(r.state().empty());  // what was refused left nothing
}

}  // namespace
