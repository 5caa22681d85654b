// Probabilities and other means of rows: the values of scikit-learn, SciPy and the formulas, any partition of the data, errors.
#include <igata/train/perplexity.hpp>
#include <igata/train/probabilities.hpp>
#include <igata/train/row_similarity.hpp>
#include <igata/train/top_k.hpp>

#include <gtest/gtest.h>

#include <limits>

#include "accumulator_test.hpp"
#include "metrics_golden.hpp"

namespace {
using namespace igata;
using train::probabilities;
using labels_t = std::vector<std::int32_t>;
using floats = std::vector<float>;

static_assert(train::Accumulator<probabilities> && train::Accumulator<train::top_k> && train::Accumulator<train::perplexity> &&
              train::Accumulator<train::cosine_similarity> && train::Accumulator<train::kl_divergence>);
const float nan_f = std::numeric_limits<float>::quiet_NaN(), inf_f = std::numeric_limits<float>::infinity();

TEST(Probabilities, AreThoseOfScikitLearn) {
  for (const golden::probability& g : golden::probabilities) {
    probabilities p(g.classes, {.bins = g.bins});
    p.update(g.given, g.truth, g.weights);
    expect_equal({p.log_loss(), p.brier(), p.calibration_error(), p.max_calibration_error()}, g.single, 1e-14, "single");
    std::vector<double> rows, mean, hits;
    for (const train::calibration_bin& b : p.calibration()) rows.push_back(b.rows), mean.push_back(b.probability), hits.push_back(b.hits);
    expect_equal(rows, g.calibration[0], 1e-15, "rows");
    expect_equal(mean, g.calibration[1], 1e-14, "probability");
    expect_equal(hits, g.calibration[2], 1e-14, "hits");
    expect_results_have_directions(p);
    EXPECT_EQ(p.result()["brier"], p.brier());
  }
  EXPECT_EQ(probabilities::measured().direction("log_loss"), better::lower);
}

TEST(Probabilities, AnyPartsGiveTheSame) {
  for (const golden::probability& g : golden::probabilities) {
    const std::size_t columns = g.given.size() / g.truth.size();
    const auto add = [&](probabilities& p, std::size_t begin, std::size_t n) {
      p.update(part(g.given, begin * columns, n * columns), part(g.truth, begin, n), part(g.weights, begin, n));
    };
    expect_parts_equal_the_whole(probabilities(g.classes, {.bins = g.bins}), g.truth.size(), 1e-14, add);
  }
}

TEST(Probabilities, Errors) {
  const labels_t labels{0, 1};
  probabilities p, three(3);
  EXPECT_ERROR(p.log_loss(), "probabilities: log_loss: expected at least one row, got none; call update first");
  EXPECT_ERROR(p.calibration_error(), "probabilities: calibration_error: expected at least one row, got none; call update first");
  EXPECT_ERROR(probabilities(1), "probabilities: classes: expected 2 or more, got 1");
  EXPECT_LISTED(probabilities(2, {.bins = 0}), "probabilities: bins: expected 1 or more, got 0");
  EXPECT_ERROR(p.update(floats{0.5f}, labels), "probabilities: values: expected 2 values, got 1");
  EXPECT_LISTED(p.update(floats{0.5f, 1.5f}, labels), "probabilities: value 1: expected a probability in [0, 1], got 1.5; apply sigmoid or softmax");
  EXPECT_ERROR(p.update(floats{-0.5f, 1}, labels), "probabilities: value 0: expected a probability in [0, 1], got -0.5; apply sigmoid or softmax");
  EXPECT_ERROR(p.update(floats{1, nan_f}, labels), "probabilities: value 1: expected a probability in [0, 1], got nan; apply sigmoid or softmax");
  EXPECT_LISTED(three.update(floats{0.5f, 0.25f, 0.25f, 0.5f, 0.5f, 0.5f}, labels),
                "probabilities: values of row 1: expected a sum of 1, got 1.5; apply softmax");
  EXPECT_ERROR(p.update(floats{1, 1}, labels_t{0, 2}), "probabilities: label 1: expected one in [0, 2), got 2");
  EXPECT_ERROR(p.update(floats{1, 1}, labels, floats{1}), "probabilities: weights: expected 2 values, got 1");
  EXPECT_LISTED(p.merge(three), "probabilities: merge: expected 2 classes and 10 bins, got 3 and 10");
  EXPECT_ERROR(p.restore(std::vector<double>{1}), "probabilities: restore: expected 33 numbers, got 1; it was saved by another one");
  EXPECT_EQ(p.state(), std::vector<double>(33));  // what was refused left nothing
}

TEST(MeansOfRows, AreThoseOfScikitLearnAndSciPy) {
  for (const golden::row_means& g : golden::means_of_rows) {
    train::top_k one(g.classes, 1), two(g.classes, 2);
    train::perplexity perplexity(g.classes);
    train::cosine_similarity cosine(g.classes);
    train::kl_divergence divergence(g.classes);
    one.update(g.logits, g.truth, g.weights);
    two.update(g.logits, g.truth, g.weights);
    perplexity.update(g.logits, g.truth, g.weights);
    cosine.update(g.logits, g.targets, g.weights);
    divergence.update(g.p, g.q, g.weights);
    expect_equal({one.value(), two.value(), perplexity.value(), cosine.value(), divergence.value()}, g.values, 1e-14, "values");
    EXPECT_NEAR(perplexity.bits(), std::log2(perplexity.value()), 1e-14);
    EXPECT_EQ(perplexity.result()["perplexity"], perplexity.value());
    EXPECT_EQ(two.result()["top_k"], two.value());
    for (const auto& [direction, expected] : {std::pair{one.measured().direction("top_k"), better::higher},
                                              {perplexity.measured().direction("perplexity"), better::lower},
                                              {cosine.measured().direction("cosine_similarity"), better::higher},
                                              {divergence.measured().direction("kl_divergence"), better::lower}})
      EXPECT_EQ(direction, expected);
  }
}

TEST(MeansOfRows, AnyPartsGiveTheSame) {
  for (const golden::row_means& g : golden::means_of_rows) {
    const std::size_t rows = g.truth.size(), width = static_cast<std::size_t>(g.classes);
    const auto rows_of = [&](const floats& all, std::size_t begin, std::size_t n) { return part(all, begin * width, n * width); };
    const auto with_labels = [&](auto& a, std::size_t begin, std::size_t n) {
      a.update(rows_of(g.logits, begin, n), part(g.truth, begin, n), part(g.weights, begin, n));
    };
    expect_parts_equal_the_whole(train::top_k(g.classes, 2), rows, 0, with_labels);
    expect_parts_equal_the_whole(train::perplexity(g.classes), rows, 1e-14, with_labels);
    expect_parts_equal_the_whole(train::cosine_similarity(g.classes), rows, 1e-14, [&](auto& a, std::size_t begin, std::size_t n) {
      a.update(rows_of(g.logits, begin, n), rows_of(g.targets, begin, n), part(g.weights, begin, n));
    });
    expect_parts_equal_the_whole(train::kl_divergence(g.classes), rows, 1e-14, [&](auto& a, std::size_t begin, std::size_t n) {
      a.update(rows_of(g.p, begin, n), rows_of(g.q, begin, n), part(g.weights, begin, n));
    });
  }
}

// Scores that equal the label's are not larger; logits of -inf are tokens that cannot be, large ones overflow nothing.
TEST(MeansOfRows, Edges) {
  train::top_k first(3, 1);
  first.update(floats{1, 1, 0}, labels_t{1});
  EXPECT_EQ(first.value(), 1);
  train::perplexity p(3);
  p.update(floats{1000, -inf_f, 1000}, labels_t{2});
  EXPECT_NEAR(p.value(), 2, 1e-12);
  train::kl_divergence certain(2);
  certain.update(floats{1, 0}, floats{1, 0});
  EXPECT_EQ(certain.value(), 0);
  certain.update(floats{1, 0}, floats{0, 1});
  EXPECT_NEAR(certain.value(), 52 * std::log(2.0) / 2, 1e-12);
  train::cosine_similarity c(2);
  c.update(floats{0, 0, 1, 1}, floats{1, 0, 2, 2});
  EXPECT_NEAR(c.value(), 0.5, 1e-15);
  EXPECT_EQ(c.rows(), 2);
}

TEST(MeansOfRows, Errors) {
  const labels_t label{1};
  train::top_k k(3, 2);
  train::perplexity p(3);
  train::cosine_similarity c(2);
  train::kl_divergence d(2);
  EXPECT_ERROR(k.value(), "top_k: value: expected at least one row, got none; call update first");
  EXPECT_ERROR(p.value(), "perplexity: value: expected at least one row, got none; call update first");
  EXPECT_LISTED(train::top_k(3, 0), "top_k: k: expected 1 or more, got 0");
  EXPECT_LISTED(train::cosine_similarity(0), "cosine_similarity: width: expected 1 or more, got 0");
  EXPECT_LISTED(k.merge(train::top_k(3, 1)), "top_k: merge: expected one that was made with the same options, got another");
  EXPECT_ERROR(p.merge(train::perplexity(4)), "perplexity: merge: expected one that was made with the same options, got another");
  EXPECT_ERROR(k.update(floats{1, 2}, label), "top_k: scores: expected 3 values, got 2");
  EXPECT_ERROR(k.update(floats{1, 2, inf_f}, label), "top_k: score 2: expected a finite number, got inf");
  EXPECT_ERROR(k.update(floats{1, 2, 3}, labels_t{3}), "top_k: label 0: expected one in [0, 3), got 3");
  EXPECT_ERROR(p.update(floats{1, 2}, label), "perplexity: logits: expected 3 values, got 2");
  EXPECT_LISTED(p.update(floats{1, 2, nan_f}, label), "perplexity: logit 2: expected a finite number or -inf, got nan");
  EXPECT_ERROR(p.update(floats{1, 2, inf_f}, label), "perplexity: logit 2: expected a finite number or -inf, got inf");
  EXPECT_LISTED(p.update(floats{1, -inf_f, 3}, label), "perplexity: logit 1: expected a finite number, got -inf");
  EXPECT_ERROR(c.update(floats{1, 2, 3}, floats{1, 2}), "cosine_similarity: predictions: expected 2 values, got 3");
  EXPECT_LISTED(c.update(floats{1, 2, 3}, floats{1, 2, 3}), "cosine_similarity: targets: not whole rows: expected a multiple of 2 values, got 3");
  EXPECT_ERROR(c.update(floats{1, nan_f}, floats{1, 2}), "cosine_similarity: prediction 1: expected a finite number, got nan");
  EXPECT_ERROR(c.update(floats{1, 2}, floats{1, nan_f}), "cosine_similarity: target 1: expected a finite number, got nan");
  EXPECT_ERROR(c.update(floats{1, 2}, floats{1, 2}, floats{-1}), "cosine_similarity: weight 0: expected 0 or more, got -1");
  EXPECT_ERROR(d.update(floats{1, 1}, floats{0, 1}), "kl_divergence: predictions of row 0: expected a sum of 1, got 2; apply softmax");
  EXPECT_ERROR(d.update(floats{0, 1}, floats{-1, 2}), "kl_divergence: target 0: expected a probability in [0, 1], got -1; apply sigmoid or softmax");
  EXPECT_ERROR(d.restore(std::vector<double>{1}), "kl_divergence: restore: expected 2 numbers, got 1; it was saved by another one");
  EXPECT_EQ(k.rows() + p.rows() + c.rows() + d.rows(), 0);  // what was refused left nothing
}

}  // namespace
