// A metric of parts of the data: each slice is what its rows alone give.
#include <igata/metrics.hpp>

#include <gtest/gtest.h>

#include "accumulator_test.hpp"
#include "metrics_golden.hpp"

namespace {
using namespace igata;
using train::slices;
using floats = std::vector<float>;
using labels_t = std::vector<std::int32_t>;

static_assert(train::Accumulator<slices<train::confusion_matrix>> && train::Accumulator<slices<train::ranking>>);
const std::vector<std::string> names{"day", "dawn", "night"};

// Every third row is of day, of dawn, and of none.
labels_t thirds(std::size_t rows) {
  labels_t which;
  for (std::size_t i = 0; i < rows; ++i) which.push_back(static_cast<std::int32_t>(i % 3) - 1);
  return which;
}
template <class T>
std::vector<T> rows_of(const std::vector<T>& all, const labels_t& which, std::int32_t slice) {
  std::vector<T> rows;
  for (std::size_t i = 0, width = all.size() / which.size(); i < all.size(); ++i)
    if (which[i / width] == slice) rows.push_back(all[i]);
  return rows;
}

TEST(Slices, EachIsWhatItsRowsAloneGive) {
  const golden::ranking& g = golden::rankings.back();  // rows of 5 scores, weights
  const labels_t which = thirds(g.truth.size());
  slices<train::ranking> s(train::ranking(g.classes), names);
  slices<train::probabilities> p(train::probabilities(g.classes), names);
  s.update(which, g.scores, g.truth, g.weights);
  p.update(which, g.scores, g.truth);
  train::ranking whole(g.classes);
  whole.update(g.scores, g.truth, g.weights);
  EXPECT_EQ(s.all().state(), whole.state());
  for (const std::int32_t k : {0, 1}) {
    train::ranking alone(g.classes);
    train::probabilities alone_p(g.classes);
    const std::string& name = names[static_cast<std::size_t>(k)];
    alone.update(rows_of(g.scores, which, k), rows_of(g.truth, which, k), rows_of(g.weights, which, k));
    alone_p.update(rows_of(g.scores, which, k), rows_of(g.truth, which, k));
    EXPECT_EQ(s[name].state(), alone.state());
    EXPECT_EQ(p[name].state(), alone_p.state());
    EXPECT_EQ(s.rows(name), 20);
    EXPECT_EQ(p.result()[name + "/brier"], alone_p.brier());
  }
  EXPECT_EQ(s.rows("night"), 0);
  EXPECT_TRUE(s["night"].state().empty());
}

TEST(Slices, AnyPartsGiveTheSame) {
  const golden::classification& g = golden::classifications[5];
  const labels_t which = thirds(g.truth.size());
  expect_parts_equal_the_whole(slices(train::confusion_matrix(g.classes), names), which.size(), 0, [&](auto& s, std::size_t begin, std::size_t n) {
    s.update(part(which, begin, n), part(g.predicted, begin, n), part(g.truth, begin, n), part(g.weights, begin, n));
  });
  const golden::ranking& r = golden::rankings[0];
  const labels_t of = thirds(r.truth.size());
  expect_parts_equal_the_whole(slices(train::ranking(), names), of.size(), 0, [&](auto& s, std::size_t begin, std::size_t n) {
    s.update(part(of, begin, n), part(r.scores, begin, n), part(r.truth, begin, n));
  });
}

TEST(Slices, TheWorst) {
  slices<train::residuals> s(train::residuals(), names);
  EXPECT_ERROR(s.worst("mae"), "slices: worst: expected at least one row, got none; call update first");
  s.update(labels_t{0, 0, 1, 1, -1}, floats{1, 2, 5, 7, 0}, floats{1, 2.5f, 4, 5, 100});
  EXPECT_EQ(s.worst("mae"), "dawn");
  EXPECT_EQ(s.worst("r2"), "dawn");
  EXPECT_EQ(s.result()["day/mae"], 0.25);
  EXPECT_EQ(s.result()["mae"], 103.5 / 5);
  EXPECT_EQ(s.all().max_error(), 100);
  expect_results_have_directions(s);
  EXPECT_EQ(s.measured().direction("dawn/r2"), better::higher);
  s.update(labels_t{2}, floats{3}, floats{3});  // r2 of one row is not defined
  EXPECT_EQ(s.worst("r2"), "night");
  EXPECT_EQ(s.worst("mae"), "dawn");
}

TEST(Slices, Errors) {
  slices<train::confusion_matrix> s(train::confusion_matrix(2), names);
  const labels_t which{0, 1}, labels{0, 1};
  const std::vector<double> before = s.state();
  EXPECT_LISTED(slices(train::residuals(), {"a", "b", "a"}), "slices: names: expected different ones, got 'a' twice");
  EXPECT_LISTED(s.update(labels_t{0, 3}, labels, labels), "slices: row 1: expected a slice in [0, 3) or -1, got 3");
  EXPECT_ERROR(s.update(labels_t{-2, 0}, labels, labels), "slices: row 0: expected a slice in [0, 3) or -1, got -2");
  EXPECT_LISTED(s.update(which, labels_t{0, 1, 1}, labels), "slices: values: expected as many for each of 2 rows, got 3");
  EXPECT_ERROR(s.update(labels_t(), labels, labels), "slices: values: expected as many for each of 0 rows, got 2");
  EXPECT_LISTED(s.update(which, labels_t(), labels_t()), "slices: values: expected some for each of 2 rows, got none");
  EXPECT_ERROR(s.update(which, labels, labels_t{0, 2}), "confusion_matrix: label 1: expected one in [0, 2), got 2");  // the row of all
  EXPECT_LISTED(s["noon"], "slices: expected one of 'day', 'dawn', 'night', got 'noon'");
  EXPECT_LISTED(s.merge(slices(train::confusion_matrix(2), {"day"})), "slices: merge: expected 'day', 'dawn', 'night', got 'day'");
  EXPECT_ERROR(s.merge(slices(train::confusion_matrix(3), names)), "confusion_matrix: merge: expected 2 classes, got 3");
  EXPECT_LISTED(s.restore(std::vector<double>{}), "slices: restore: expected the state of the same slices, got another one");
  EXPECT_ERROR(s.restore(std::vector<double>{7, 1}), "slices: restore: expected the state of the same slices, got another one");
  EXPECT_ERROR(s.restore(std::vector<double>{-1, 1}), "slices: restore: expected the state of the same slices, got another one");
  std::vector<double> longer = before;
  longer.push_back(0);
  EXPECT_ERROR(s.restore(longer), "slices: restore: expected the state of the same slices, got another one");
  EXPECT_ERROR(s.restore(std::vector<double>{1, 1, 0, 0, 0}), "confusion_matrix: restore: expected 4 numbers, got 1; it was saved by another one");
  EXPECT_EQ(s.state(), before);  // what was refused left nothing
}

}  // namespace
