#include <igata/train/ascii.hpp>
#include <igata/train/history.hpp>
#include <igata/train/confusion_matrix.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace {
using namespace igata;

// true 0: 2 right, 1 as 1. true 1: 1 right, 1 as 0. true 2: none.
const std::vector<float> scores{.8f, .1f, .1f, .5f, .4f, .1f, .2f, .7f, .1f, .1f, .9f, 0, .6f, .3f, .1f};
const std::vector<std::int32_t> labels{0, 0, 0, 1, 1};

TEST(Confusion, Counts) {
  const train::confusion_matrix m(scores, labels, 3);
  EXPECT_EQ(m.count(0, 0), 2);
  EXPECT_EQ(m.count(0, 1), 1);
  EXPECT_EQ(m.count(1, 0), 1);
  EXPECT_EQ(m.total(), 5);
  EXPECT_DOUBLE_EQ(m.accuracy(), 0.6);
  EXPECT_DOUBLE_EQ(m.precision(0), 2.0 / 3);
  EXPECT_DOUBLE_EQ(m.recall(0), 2.0 / 3);
  EXPECT_DOUBLE_EQ(m.precision(1), 0.5);
  EXPECT_DOUBLE_EQ(m.f1(1), 0.5);
  EXPECT_DOUBLE_EQ(m.precision(2), 0);
  EXPECT_DOUBLE_EQ(m.recall(2), 0);
  EXPECT_DOUBLE_EQ(m.f1(2), 0);
  EXPECT_DOUBLE_EQ(m.f1(train::average::macro), (2.0 / 3 + 0.5) / 3);
  EXPECT_EQ(m.print(), "         0    1    2\n    0    2    1    .\n    1    1    1    .\n    2    .    .    .\n");
}

TEST(Confusion, ConfidenceOfLargeLogits) {
  EXPECT_DOUBLE_EQ(train::confidence(std::vector<float>{1000, 999, 0}, 0), 1 / (1 + std::exp(-1.0)));
  EXPECT_DOUBLE_EQ(train::confidence(std::vector<float>{0, -1000, -999}, 2), 0);
}
TEST(Confusion, Errors) {
  EXPECT_THROW(train::confusion_matrix(scores, labels, 4), error);
  EXPECT_THROW(train::confusion_matrix(scores, labels, 0), error);
  EXPECT_THROW(train::confusion_matrix(scores, std::vector<std::int32_t>{0, 0, 3, 1, 1}, 3), error);
}

TEST(Confidence, ProbabilitiesAndLogits) {
  EXPECT_FLOAT_EQ(static_cast<float>(train::confidence(std::vector<float>{.2f, .8f}, 1)), .8f);
  EXPECT_NEAR(train::confidence(std::vector<float>{1000, 1001}, 1), 1 / (1 + std::exp(-1.0)), 1e-9);
  EXPECT_EQ(train::argmax(std::vector<float>{1, 3, 3}), 1);
}

TEST(History, LateValues) {
  train::history h;
  train::logs a, b;
  a.set("loss", 2);
  b.set("loss", 1);
  b.set("extra", 5);
  h.add(a, 1);
  h.add(b, 1);
  h.add(a, 1);
  EXPECT_TRUE(std::isnan(h["extra"][0]) && std::isnan(h["extra"][2]));
  EXPECT_EQ(h.best("extra", better::higher), 5);
  try {
    h.best("extra");
    FAIL();
  } catch (const error& e) {
    EXPECT_STREQ(e.what(),
                 "history: best of 'extra': expected better::lower or better::higher, got automatic; the measure does not say it");
  }
  EXPECT_EQ(h.best("loss"), 1);
  EXPECT_THROW(a["extra"], error);
}

TEST(History, BestSaysItsDirection) {
  train::measures of;
  of.set("acc_loss", better::lower);
  of.set("top", better::higher);
  train::history h(of);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double x : {nan, 2.0, nan, 3.0, 1.0, nan}) {
    train::logs l;
    for (const char* name : {"acc_loss", "top", "loss", "val_loss"}) l.set(name, x);
    h.add(l, 1);
  }
  EXPECT_EQ(h.best("acc_loss"), 1);
  EXPECT_EQ(h.best("top"), 3);
  EXPECT_EQ(h.best("loss"), 1);
  EXPECT_EQ(h.best("val_loss"), 1);
  EXPECT_EQ(h.best("loss", better::higher), 3);
  EXPECT_EQ(h.best("top", better::lower), 1);
}

// Precision divides by what was predicted, recall by what is true: of class 0 two are predicted, four are true.
TEST(Confusion, PrecisionIsNotRecall) {
  const std::vector<float> s{1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1};
  const train::confusion_matrix m(s, std::vector<std::int32_t>{0, 0, 0, 0, 1, 1}, 2);
  EXPECT_DOUBLE_EQ(m.precision(0), 1);
  EXPECT_DOUBLE_EQ(m.recall(0), 0.5);
  EXPECT_DOUBLE_EQ(m.precision(1), 0.5);
  EXPECT_DOUBLE_EQ(m.recall(1), 1);
  EXPECT_DOUBLE_EQ(m.f1(0), 2.0 / 3);
  EXPECT_EQ(m.of_class(0), 4);
  EXPECT_EQ(m.predicted_as(0), 2);
}

// NaN is the largest, the first of them counts, and it is never a right prediction.
TEST(Confusion, NanIsNeverRight) {
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  EXPECT_EQ(train::argmax(std::vector<float>{1, nan, inf, nan}), 1);
  EXPECT_EQ(train::argmax(std::vector<float>{nan, 5}), 0);
  EXPECT_EQ(train::argmax(std::vector<float>{-inf, -inf}), 0);
  EXPECT_EQ(train::confidence(std::vector<float>{1, nan}, 0), 0);
  try {
    train::confusion_matrix(std::vector<float>{1, 0, 0, nan}, std::vector<std::int32_t>{0, 1}, 2);
    FAIL();
  } catch (const error& e) {
    EXPECT_STREQ(e.what(), "confusion_matrix: row 1: expected numbers, got nan; it predicts no class");
  }
}

TEST(Ascii, Lines) {
  const std::vector<float> grey{0, 0.5f, 1, -3, 7, std::numeric_limits<float>::quiet_NaN()};
  EXPECT_EQ(train::ascii(grey, 2, 3), (std::vector<std::string>{"  ++@@", "  @@  "}));
  EXPECT_EQ(train::ascii(grey, 2, 3, {.ramp = "01", .repeat = 1}), (std::vector<std::string>{"011", "010"}));
  EXPECT_THROW(train::ascii(grey, 2, 2), error);
}

}  // namespace
