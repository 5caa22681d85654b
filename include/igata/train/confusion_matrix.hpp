// Measures of a classifier from its predictions.
//
//   train::confusion_matrix m(train::predict(t, held_out), held_out.labels("digit"), 10);
//   m.accuracy();  m.f1(3);  m.f1(train::average::macro);  m.print();
//
// Or part by part: confusion_matrix m(10); m.update(scores, labels); as all accumulators (accumulators.hpp).
#pragma once
#include <cmath>    // sqrt
#include <cstddef>  // size_t
#include <cstdint>  // int32_t
#include <cstdlib>  // abs
#include <span>     // span
#include <string>   // string, to_string
#include <vector>   // vector

#include "../core/math.hpp"
#include "../engine/decimal.hpp"
#include "../engine/error.hpp"
#include "accumulators.hpp"
#include "averages.hpp"
#include "scores.hpp"

namespace igata::inline IGATA_ABI::train {

struct averaging {
  double zero_division = 0;    // what a class counts where there is nothing to divide by; NaN: it is left out of the mean
  std::vector<int> classes{};  // empty: all of them, absent ones too (scikit-learn's labels = range(classes))
};

// How far apart two classes are: 1, their distance, or its square.
enum class disagreement { equal, linear, quadratic };

// How often each true class was predicted as each class; the measures that follow from it. Of one class, with TP hits, FP and FN mistakes and TN
// others:
//
//   precision   TP / (TP + FP)              recall   TP / (TP + FN)      specificity   TN / (TN + FP)
//   f_beta      (1 + b²) TP / ((1 + b²) TP + b² FN + FP); f1, which is Dice's coefficient, has b = 1
//   iou         TP / (TP + FP + FN), Jaccard's index
//
// The values are those of scikit-learn's functions with labels = range(classes). A row may have a weight: it counts so often.
class confusion_matrix {
 public:
  explicit confusion_matrix(int classes) : classes_(classes) {
    if (classes < 1 || classes > 46340) raise(text() << who << ": classes: expected 1 to 46340, got " << classes);
    counts_.resize(width() * width());
  }
  confusion_matrix(std::span<const float> scores, std::span<const std::int32_t> labels, int classes)
      : confusion_matrix(checked(scores, labels, classes)) {
    update(scores, labels);
  }

  // scores: one row of `classes` floats per label; the largest is predicted. A row that holds NaN predicts no class and is refused.
  void update(std::span<const float> scores, std::span<const std::int32_t> labels, std::span<const float> weights = {}) {
    checked(scores, labels, classes_);
    std::vector<std::int32_t> predicted(labels.size());
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const auto row = scores.subspan(i * width(), width());
      predicted[i] = argmax(row);
      if (math::is_nan(static_cast<double>(row[static_cast<std::size_t>(predicted[i])])))
        raise(text() << who << ": row " << i << ": expected numbers, got nan; it predicts no class");
    }
    update(predicted, labels, weights);
  }
  // Classes that were predicted.
  void update(std::span<const std::int32_t> predicted, std::span<const std::int32_t> labels, std::span<const float> weights = {}) {
    detail::require_count(who, "predictions", labels.size(), predicted.size());
    detail::require_labels(who, "label", labels, classes_);
    detail::require_labels(who, "prediction", predicted, classes_);
    detail::require_weights(who, weights, labels.size());
    for (std::size_t i = 0; i < labels.size(); ++i) at(labels[i], predicted[i]) += detail::weight_of(weights, i);
  }
  // Of two classes, one score per row: above the threshold is class 1.
  void update_above(double threshold, std::span<const float> scores, std::span<const std::int32_t> labels, std::span<const float> weights = {}) {
    if (classes_ != 2) raise(text() << who << ": update_above: expected 2 classes, got " << classes_ << "; give a row of scores per label");
    detail::require_count(who, "scores", labels.size(), scores.size());
    std::vector<std::int32_t> predicted(labels.size());
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (math::is_nan(static_cast<double>(scores[i]))) raise(text() << who << ": row " << i << ": expected numbers, got nan; it predicts no class");
      predicted[i] = scores[i] > static_cast<float>(threshold) ? 1 : 0;  // 0.1f is not above 0.1
    }
    update(predicted, labels, weights);
  }
  void merge(const confusion_matrix& other) {
    if (other.classes_ != classes_) raise(text() << who << ": merge: expected " << classes_ << " classes, got " << other.classes_);
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  }
  void reset() { counts_.assign(counts_.size(), 0); }
  std::vector<double> state() const { return counts_; }
  void restore(std::span<const double> state) {
    detail::require_state(who, state, counts_.size(), true);
    counts_.assign(state.begin(), state.end());
  }

  int classes() const { return classes_; }
  // Rows, or the sum of their weights. Whole numbers are exact up to 2^53.
  double count(int truth, int predicted) const { return counts_[place_of(truth, predicted)]; }
  double total() const {
    double n = 0;
    for (const double c : counts_) n += c;
    return n;
  }
  double of_class(int truth) const {
    double n = 0;
    for (int p = 0; p < classes_; ++p) n += count(truth, p);
    return n;
  }
  double predicted_as(int predicted) const {
    double n = 0;
    for (int t = 0; t < classes_; ++t) n += count(t, predicted);
    return n;
  }

  // The share of rows whose class was predicted.
  double accuracy() const {
    const double all = some("accuracy");
    double right = 0;
    for (int c = 0; c < classes_; ++c) right += count(c, c);
    return right / all;
  }
  // The mean recall of the classes that there are.
  double balanced_accuracy() const {
    some("balanced_accuracy");
    return recall(average::macro, {.zero_division = math::nan});
  }

  // Of a class; zero_division where there is nothing to divide by.
  double precision(int c, double zero_division = 0) const { return of(precision_of, c, zero_division); }
  double recall(int c, double zero_division = 0) const { return of(recall_of, c, zero_division); }
  double specificity(int c, double zero_division = 0) const { return of(specificity_of, c, zero_division); }
  double f1(int c, double zero_division = 0) const { return f_beta(1, c, zero_division); }
  double f_beta(double beta, int c, double zero_division = 0) const { return of(f_of(beta), c, zero_division); }
  double iou(int c, double zero_division = 0) const { return of(iou_of, c, zero_division); }
  // Of several classes.
  double precision(average how, const averaging& a = {}) const { return over(precision_of, how, a, "precision"); }
  double recall(average how, const averaging& a = {}) const { return over(recall_of, how, a, "recall"); }
  double specificity(average how, const averaging& a = {}) const { return over(specificity_of, how, a, "specificity"); }
  double f1(average how, const averaging& a = {}) const { return f_beta(1, how, a); }
  double f_beta(double beta, average how, const averaging& a = {}) const { return over(f_of(beta), how, a, "f_beta"); }
  double iou(average how, const averaging& a = {}) const { return over(iou_of, how, a, "iou"); }

  // Cohen's kappa: 1 - sum(w · seen) / sum(w · expected), where expected is what chance gives with the same sums of rows and columns (Cohen 1960,
  // 1968). NaN where all labels and all predictions are one class.
  double kappa(disagreement weight = disagreement::equal) const {
    const double all = some("kappa");
    const std::vector<tally> n = tallies();
    double seen = 0, expected = 0;
    for (int t = 0; t < classes_; ++t)
      for (int p = 0; p < classes_; ++p) {
        const double apart = std::abs(t - p), w = weight == disagreement::equal ? (t != p) : weight == disagreement::linear ? apart : apart * apart;
        seen += w * count(t, p);
        expected += w * (n[static_cast<std::size_t>(t)].truth * n[static_cast<std::size_t>(p)].predicted / all);
      }
    return 1 - seen / expected;
  }
  // Matthews' correlation of labels and predictions, for any number of classes (Gorodkin 2004). 0 where all labels, or all predictions, are one
  // class.
  double mcc() const {
    const double all = some("mcc");
    double both = 0, of_labels = 0, of_predictions = 0;  // covariances, times all²
    for (const tally& n : tallies()) {
      both += all * n.hits - n.truth * n.predicted;
      of_labels += n.truth * (all - n.truth);
      of_predictions += n.predicted * (all - n.predicted);
    }
    return of_labels > 0 && of_predictions > 0 ? both / std::sqrt(of_labels * of_predictions) : 0;
  }

  // The classes' measures are their means (macro).
  logs result() const {
    logs all;
    all.set("accuracy", accuracy());
    all.set("balanced_accuracy", balanced_accuracy());
    all.set("precision", precision(average::macro));
    all.set("recall", recall(average::macro));
    all.set("specificity", specificity(average::macro));
    all.set("f1", f1(average::macro));
    all.set("iou", iou(average::macro));
    all.set("kappa", kappa());
    all.set("mcc", mcc());
    return all;
  }
  static measures measured() {
    measures all;
    for (const char* name : {"accuracy", "balanced_accuracy", "precision", "recall", "specificity", "f1", "iou", "kappa", "mcc"})
      all.set(name, better::higher);
    return all;
  }

  // Rows are the true classes, columns the predicted ones.
  std::string print() const {
    std::size_t width = 5;
    for (const double c : counts_)
      if (shown(c).size() + 1 > width) width = shown(c).size() + 1;
    const auto padded = [&](const std::string& s) { return std::string(s.size() < width ? width - s.size() : 0, ' ') + s; };
    std::string out = padded("");
    for (int p = 0; p < classes_; ++p) out += padded(std::to_string(p));
    for (int t = 0; t < classes_; ++t) {
      out += '\n' + padded(std::to_string(t));
      for (int p = 0; p < classes_; ++p) out += padded(count(t, p) > 0 ? shown(count(t, p)) : ".");
    }
    return out + '\n';
  }
  // A count as text: with four digits where weights made it no whole number.
  static std::string shown(double count) { return decimal(count, count == math::floor(count) ? "%.0f" : "%.4g"); }

 private:
  static constexpr const char* who = "confusion_matrix";
  struct tally {  // of a class, or the sums of several
    double hits = 0, predicted = 0, truth = 0, all = 0;
  };
  struct ratio {
    double part, whole;
    double or_else(double zero_division) const { return whole > 0 ? part / whole : zero_division; }
  };
  static ratio precision_of(const tally& n) { return {n.hits, n.predicted}; }
  static ratio recall_of(const tally& n) { return {n.hits, n.truth}; }
  static ratio specificity_of(const tally& n) { return {n.all - n.truth - n.predicted + n.hits, n.all - n.truth}; }
  static ratio iou_of(const tally& n) { return {n.hits, n.truth + n.predicted - n.hits}; }
  struct f_of {
    explicit f_of(double beta) : square(beta * beta) {
      if (!(beta >= 0) || !math::is_finite(square)) raise(text() << who << ": f_beta: expected a beta of 0 or more, got " << beta);
    }
    ratio operator()(const tally& n) const { return {(1 + square) * n.hits, square * n.truth + n.predicted}; }
    double square;
  };

  std::vector<tally> tallies() const {
    std::vector<tally> all(width(), tally{.all = total()});
    for (std::size_t t = 0; t < width(); ++t)
      for (std::size_t p = 0; p < width(); ++p) {
        const double n = counts_[t * width() + p];
        all[t].truth += n;
        all[p].predicted += n;
        if (t == p) all[t].hits = n;
      }
    return all;
  }
  template <class Measure>
  double of(Measure measure, int c, double zero_division) const {
    return ratio(measure(tally{count(c, c), predicted_as(c), of_class(c), total()})).or_else(zero_division);
  }
  template <class Measure>
  double over(Measure measure, average how, const averaging& a, const char* what) const {
    some(what);
    const std::vector<tally> all = tallies();
    tally sums;
    double sum = 0, weights = 0;
    for (std::size_t i = 0; i < (a.classes.empty() ? all.size() : a.classes.size()); ++i) {
      const tally& one = all[a.classes.empty() ? i : place_of(0, a.classes[i])];
      sums = {sums.hits + one.hits, sums.predicted + one.predicted, sums.truth + one.truth, sums.all + one.all};
      const double value = ratio(measure(one)).or_else(a.zero_division), weight = how == average::weighted ? one.truth : 1;
      if (!math::is_nan(value)) sum += weight * value, weights += weight;
    }
    return how == average::micro ? ratio(measure(sums)).or_else(a.zero_division) : ratio{sum, weights}.or_else(a.zero_division);
  }

  double some(const char* what) const {
    const double all = total();
    if (!(all > 0)) detail::refuse_no_data(who, what);
    return all;
  }
  static int checked(std::span<const float> scores, std::span<const std::int32_t> labels, int classes) {
    if (classes < 1 || scores.size() != labels.size() * static_cast<std::size_t>(classes))
      raise(text() << who << ": scores: expected " << labels.size() << " rows of " << classes << ", got " << scores.size()
                   << " values; check the number of classes");
    return classes;
  }
  std::size_t width() const { return static_cast<std::size_t>(classes_); }
  std::size_t place_of(int truth, int predicted) const {
    for (const int c : {truth, predicted})
      if (c < 0 || c >= classes_) raise(text() << who << ": class: expected one in [0, " << classes_ << "), got " << c);
    return static_cast<std::size_t>(truth) * width() + static_cast<std::size_t>(predicted);
  }
  double& at(int truth, int predicted) { return counts_[place_of(truth, predicted)]; }

  int classes_;
  std::vector<double> counts_;  // [true][predicted]
};

}  // namespace igata::inline IGATA_ABI::train
