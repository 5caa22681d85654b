// Numbers and sequences: scikit-learn's values, known distances, any partition of the data, errors.
#include <igata/train/residuals.hpp>
#include <igata/train/sequence_errors.hpp>

#include <gtest/gtest.h>

#include <limits>

#include "accumulator_test.hpp"
#include "metrics_golden.hpp"

namespace {
using namespace igata;
using train::residuals;
using train::sequence_errors;
using floats = std::vector<float>;
using words = std::vector<std::string>;

static_assert(train::Accumulator<residuals> && train::Accumulator<sequence_errors>);

// A mean is known to a rounding of its size, and so are the squares around it.
double tolerance(const golden::regression& g) { return 1e-13 + 1e-16 * static_cast<double>(*std::max_element(g.targets.begin(), g.targets.end())); }

TEST(Residuals, AreThoseOfScikitLearn) {
  for (std::size_t i = 0; i < golden::regressions.size(); ++i) {
    SCOPED_TRACE(i);
    const golden::regression& g = golden::regressions[i];
    residuals r(g.outputs);
    r.update(g.predicted, g.targets, g.weights);
    std::vector<std::vector<double>> got(8);
    for (int k = 0; k < g.outputs; ++k) {
      const double all[] = {r.mse(k), r.rmse(k), r.mae(k), r.mape(k), r.r2(k), r.explained_variance(k), r.bias(k), r.max_error(k)};
      for (std::size_t m = 0; m < 8; ++m) got[m].push_back(all[m]);
    }
    const double mean[] = {r.mse(), r.rmse(), r.mae(), r.mape(), r.r2(), r.explained_variance(), r.bias(), r.max_error()};
    for (std::size_t m = 0; m < 8; ++m) {
      got[m].push_back(mean[m]);
      expect_equal(got[m], g.values[m], tolerance(g), "measure " + std::to_string(m));
    }
    if (i > 0) continue;
    expect_results_have_directions(r);
    EXPECT_EQ(r.result()["rmse"], r.rmse());
    EXPECT_EQ(residuals::measured().direction("rmse"), better::lower);
    EXPECT_EQ(residuals::measured().direction("r2"), better::higher);
  }
}

TEST(Residuals, AnyPartsGiveTheSame) {
  for (const golden::regression& g : golden::regressions) {
    const std::size_t width = static_cast<std::size_t>(g.outputs), rows = g.targets.size() / width;
    expect_parts_equal_the_whole(residuals(g.outputs), rows, tolerance(g), [&](residuals& r, std::size_t begin, std::size_t n) {
      r.update(part(g.predicted, begin * width, n * width), part(g.targets, begin * width, n * width), part(g.weights, begin, n));
    });
  }
}

// Sums of squares around 1e7 would have no digit left of a variance of 1/4.
TEST(Residuals, FarFromZero) {
  residuals r;
  for (int i = 0; i < 1000; ++i) {
    const float y = 1e7f + static_cast<float>(i % 2);
    r.update(floats{y + 0}, floats{y});
  }
  EXPECT_EQ(r.r2(), 1);
  residuals half;
  for (int i = 0; i < 1000; ++i) half.update(floats{1e7f}, floats{1e7f + static_cast<float>(i % 2)});
  EXPECT_NEAR(half.r2(), -1, 1e-9);
  EXPECT_NEAR(half.explained_variance(), 0, 1e-9);
}

TEST(Residuals, NothingAndNothingIsNothing) {
  residuals r;
  r.merge(residuals());
  EXPECT_EQ(r.state(), residuals().state());
  r.update(floats{1, 2}, floats{2, 2}, floats{0, 0});  // rows that do not count
  EXPECT_EQ(r.state(), residuals().state());
}

TEST(Residuals, Errors) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  residuals r, two(2);
  EXPECT_ERROR(r.rmse(), "residuals: rmse: expected at least one row, got none; call update first");
  EXPECT_ERROR(r.r2(0), "residuals: r2: expected at least one row, got none; call update first");
  EXPECT_LISTED(residuals(0), "residuals: outputs: expected 1 or more, got 0");
  EXPECT_ERROR(r.update(floats{1}, floats{1, 2}), "residuals: predictions: expected 2 values, got 1");
  EXPECT_ERROR(two.update(floats{1, 2, 3}, floats{1, 2, 3}), "residuals: targets: not whole rows: expected a multiple of 2 values, got 3");
  EXPECT_ERROR(r.update(floats{1, nan}, floats{1, 2}), "residuals: prediction 1: expected a finite number, got nan");
  EXPECT_ERROR(r.update(floats{1, 2}, floats{nan, 2}), "residuals: target 0: expected a finite number, got nan");
  EXPECT_ERROR(two.update(floats{1, 2}, floats{1, 2}, floats{1, 1}), "residuals: weights: expected 1 values, got 2");
  EXPECT_LISTED(r.merge(two), "residuals: merge: expected 1 outputs, got 2");
  EXPECT_ERROR(r.restore(std::vector<double>{1}), "residuals: restore: expected 9 numbers, got 1; it was saved by another one");
  EXPECT_LISTED(two.mse(2), "residuals: output: expected one in [0, 2), got 2");
  EXPECT_EQ(r.state(), std::vector<double>(9));  // what was refused left nothing
}

// The recursion by which the distance is defined.
std::size_t defined_distance(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return a.size() + b.size();
  const std::string rest_a = a.substr(1), rest_b = b.substr(1);
  if (a[0] == b[0]) return defined_distance(rest_a, rest_b);
  return 1 + std::min({defined_distance(rest_a, b), defined_distance(a, rest_b), defined_distance(rest_a, rest_b)});
}

TEST(EditDistance, Known) {
  const auto of = [](const char* a, const char* b) { return train::edit_distance(std::string(a), std::string(b)); };
  EXPECT_EQ(of("kitten", "sitting"), 3u);
  EXPECT_EQ(of("Saturday", "Sunday"), 3u);
  EXPECT_EQ(of("", ""), 0u);
  EXPECT_EQ(of("", "abc"), 3u);
  EXPECT_EQ(of("abc", ""), 3u);
  EXPECT_EQ(of("abc", "abc"), 0u);
  EXPECT_EQ(train::edit_distance(words{"the", "cat", "sat"}, words{"the", "bat", "sat", "down"}), 2u);
  const std::vector<std::int32_t> tokens{1, 2, 3, 4};
  EXPECT_EQ(train::edit_distance(tokens, std::span<const std::int32_t>(tokens).subspan(1)), 1u);
  unsigned random = 1;
  for (int i = 0; i < 200; ++i) {
    std::string pair[2];
    for (std::string& s : pair)
      for (random = random * 1664525u + 1013904223u; s.size() < (random >> 20) % 7;) s += "abc"[(random >> (8 + 2 * s.size())) % 3];
    EXPECT_EQ(train::edit_distance(pair[0], pair[1]), defined_distance(pair[0], pair[1])) << pair[0] << ' ' << pair[1];
  }
}

TEST(SequenceErrors, RatesAndParts) {
  const std::vector<std::string> said{"kitten", "abc", "", "xyz", "same"}, right{"sitting", "abc", "ab", "xz", "same"};
  const auto add = [&](sequence_errors& e, std::size_t begin, std::size_t n) {
    for (std::size_t i = begin; i < begin + n; ++i) e.update(said[i], right[i]);
  };
  sequence_errors all;
  add(all, 0, said.size());
  EXPECT_EQ(all.error_rate(), 6.0 / 18);
  EXPECT_EQ(all.edit_distance(), 6.0 / 5);
  EXPECT_EQ(all.exact(), 2.0 / 5);
  EXPECT_EQ(all.pairs(), 5);
  expect_parts_equal_the_whole(sequence_errors(), said.size(), 0, add);
  expect_results_have_directions(all);
  EXPECT_EQ(sequence_errors::measured().direction("error_rate"), better::lower);
  EXPECT_EQ(sequence_errors::measured().direction("exact"), better::higher);
  sequence_errors none;
  EXPECT_ERROR(none.error_rate(), "sequence_errors: error_rate: expected at least one row, got none; call update first");
  none.update(std::string("a"), std::string());
  EXPECT_TRUE(math::is_nan(none.error_rate()));
  EXPECT_EQ(none.edit_distance(), 1);
}

}  // namespace
