// How well scores rank rows: areas below the ROC and the precision-recall curve.
//
//   train::ranking r;                                 two classes: one score per label, of class 1; probabilities, logits, any numbers
//   r.update(scores, labels);
//   r.roc_auc();  r.average_precision();
//   train::ranking of_many(10);                       a row of scores per label: each class against the rest
//   of_many.roc_auc(3);  of_many.roc_auc(train::average::macro);
//   train::ranking small(2, {.thresholds = 200});     of probabilities: counts at 200 thresholds, as Keras' AUC
//
// The exact one keeps every score, 4 bytes each; with thresholds memory does not grow.
#pragma once
#include <algorithm>  // sort
#include <cstddef>    // size_t
#include <cstdint>    // int32_t
#include <span>       // span
#include <utility>    // move
#include <vector>     // vector

#include "accumulators.hpp"
#include "averages.hpp"
#include "operating_points.hpp"

namespace igata::inline IGATA_ABI::train {

struct ranking_options {
  int thresholds = 0;  // 0: exact; else so many, evenly from 0 to 1, the first below 0 and the last above 1
};

// Ties count as scikit-learn counts them. NaN where a measure is not defined: all rows are of one class.
class ranking {
 public:
  explicit ranking(int classes = 2, const ranking_options& how = {}) : classes_(classes), thresholds_(how.thresholds) {
    if (classes < 2) raise(text() << who << ": classes: expected 2 or more, got " << classes);
    if (thresholds_ != 0 && thresholds_ < 2) raise(text() << who << ": thresholds: expected 2 or more, or 0 for exact values, got " << thresholds_);
    counts_.resize(columns() * bins() * 2);
  }

  // scores: one per label, of class 1; of more than two classes one per class.
  void update(std::span<const float> scores, std::span<const std::int32_t> labels, std::span<const float> weights = {}) {
    detail::require_count(who, "scores", labels.size() * columns(), scores.size());
    detail::require_finite_numbers(who, "score", scores);
    detail::require_labels(who, "label", labels, classes_);
    detail::require_weights(who, weights, labels.size());
    if (thresholds_)
      for (std::size_t i = 0; i < scores.size(); ++i)
        if (scores[i] < 0 || scores[i] > 1)
          raise(text() << who << ": score " << i << ": expected a probability in [0, 1] for thresholds, got " << scores[i]
                       << "; apply sigmoid or softmax");
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const double weight = detail::weight_of(weights, i);
      if (!(weight > 0)) continue;
      const auto row = scores.subspan(i * columns(), columns());
      if (thresholds_) {
        for (std::size_t k = 0; k < columns(); ++k) counts_[(k * bins() + bin_of(row[k])) * 2 + (is_positive(labels[i], k) ? 1 : 0)] += weight;
      } else {
        scores_.insert(scores_.end(), row.begin(), row.end());
        labels_.push_back(labels[i]);
        weights_.push_back(weight);
      }
    }
  }
  void merge(const ranking& other) {
    if (other.classes_ != classes_ || other.thresholds_ != thresholds_)
      raise(text() << who << ": merge: expected " << classes_ << " classes and " << thresholds_ << " thresholds, got " << other.classes_ << " and "
                   << other.thresholds_);
    if (&other == this) return merge(ranking(other));
    scores_.insert(scores_.end(), other.scores_.begin(), other.scores_.end());
    labels_.insert(labels_.end(), other.labels_.begin(), other.labels_.end());
    weights_.insert(weights_.end(), other.weights_.begin(), other.weights_.end());
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  }
  void reset() { *this = ranking(classes_, {thresholds_}); }
  // Of the exact one a row's label, weight and scores, row by row.
  std::vector<double> state() const {
    std::vector<double> all = counts_;
    for (std::size_t i = 0; i < labels_.size(); ++i) {
      all.insert(all.end(), {static_cast<double>(labels_[i]), weights_[i]});
      for (std::size_t k = 0; k < columns(); ++k) all.push_back(static_cast<double>(scores_[i * columns() + k]));
    }
    return all;
  }
  void restore(std::span<const double> state) {
    const std::size_t row = 2 + columns();
    detail::require_state(who, state, thresholds_ ? counts_.size() : state.size() / row * row, thresholds_ != 0);
    ranking fresh(classes_, {thresholds_});
    if (thresholds_) fresh.counts_.assign(state.begin(), state.end());
    for (std::size_t i = 0; !thresholds_ && i < state.size(); i += row) {
      if (!(state[i] >= 0 && state[i] < classes_ && state[i] == math::floor(state[i]) && state[i + 1] > 0))
        raise(text() << who << ": restore: expected a label in [0, " << classes_ << ") and its weight, got " << state[i] << " and " << state[i + 1]);
      fresh.labels_.push_back(static_cast<std::int32_t>(state[i]));
      fresh.weights_.push_back(state[i + 1]);
      for (std::size_t k = 0; k < columns(); ++k) fresh.scores_.push_back(static_cast<float>(state[i + 2 + k]));
    }
    *this = std::move(fresh);
  }

  int classes() const { return classes_; }
  // A class against the rest; of two classes class 1.
  std::vector<operating_point> points(int c = 1) const { return points(column_of(c), column_of(c) + 1); }

  double roc_auc(int c = 1) const { return train::roc_auc(some("roc_auc", c)); }
  double average_precision(int c = 1) const { return train::average_precision(some("average_precision", c)); }
  double pr_auc(int c = 1) const { return train::pr_auc(some("pr_auc", c)); }
  double interpolated_pr_auc(int c = 1) const { return train::interpolated_pr_auc(some("interpolated_pr_auc", c)); }
  // macro: the mean of the classes; weighted: by how often each is true; micro: of all pairs of row and class in one ranking.
  double roc_auc(average how) const { return over(train::roc_auc, how, "roc_auc"); }
  double average_precision(average how) const { return over(train::average_precision, how, "average_precision"); }
  double pr_auc(average how) const { return over(train::pr_auc, how, "pr_auc"); }
  double interpolated_pr_auc(average how) const { return over(train::interpolated_pr_auc, how, "interpolated_pr_auc"); }

  // Of more than two classes their means (macro).
  logs result() const {
    logs all;
    all.set("roc_auc", roc_auc(average::macro));
    all.set("average_precision", average_precision(average::macro));
    all.set("pr_auc", pr_auc(average::macro));
    return all;
  }
  static measures measured() {
    measures all;
    for (const char* name : {"roc_auc", "average_precision", "pr_auc"}) all.set(name, better::higher);
    return all;
  }

 private:
  static constexpr const char* who = "ranking";
  std::size_t columns() const { return classes_ == 2 ? 1 : static_cast<std::size_t>(classes_); }
  std::size_t bins() const { return static_cast<std::size_t>(thresholds_); }
  bool is_positive(std::int32_t label, std::size_t column) const { return label == (classes_ == 2 ? 1 : static_cast<std::int32_t>(column)); }
  // The highest threshold that is below a probability, of 0: below 0, 1/(t - 1), …, above 1.
  std::size_t bin_of(float probability) const {
    const double above = math::ceil(static_cast<double>(probability) * (thresholds_ - 1));
    return above > 0 ? static_cast<std::size_t>(above) - 1 : 0;
  }
  std::size_t column_of(int c) const {
    const int first = classes_ == 2 ? 1 : 0;
    if (c < first || c >= classes_) raise(text() << who << ": class: expected one in [" << first << ", " << classes_ << "), got " << c);
    return static_cast<std::size_t>(c - first);
  }

  // Of the columns from begin to end in one ranking.
  std::vector<operating_point> points(std::size_t begin, std::size_t end) const {
    std::vector<operating_point> all;
    double tp = 0, fp = 0;
    for (std::size_t b = bins(); b-- > 0;) {
      for (std::size_t k = begin; k < end; ++k) fp += counts_[(k * bins() + b) * 2], tp += counts_[(k * bins() + b) * 2 + 1];
      all.push_back({static_cast<double>(b) / (thresholds_ - 1), tp, fp});
    }
    if (thresholds_) return all;
    struct pair {
      float score;
      bool positive;
      double weight;
    };
    std::vector<pair> pairs;
    for (std::size_t i = 0; i < labels_.size(); ++i)
      for (std::size_t k = begin; k < end; ++k) pairs.push_back({scores_[i * columns() + k], is_positive(labels_[i], k), weights_[i]});
    std::sort(pairs.begin(), pairs.end(), [](const pair& a, const pair& b) { return a.score > b.score; });
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      (pairs[i].positive ? tp : fp) += pairs[i].weight;
      if (i + 1 == pairs.size() || pairs[i + 1].score < pairs[i].score) all.push_back({static_cast<double>(pairs[i].score), tp, fp});
    }
    return all;
  }
  std::vector<operating_point> some(const char* what, std::size_t begin, std::size_t end) const {
    std::vector<operating_point> all = points(begin, end);
    if (all.empty() || !(all.back().true_positives + all.back().false_positives > 0)) detail::refuse_no_data(who, what);
    return all;
  }
  std::vector<operating_point> some(const char* what, int c) const { return some(what, column_of(c), column_of(c) + 1); }
  template <class Measure>
  double over(Measure measure, average how, const char* what) const {
    if (how == average::micro) return measure(some(what, 0, columns()));
    double sum = 0, weights = 0;
    for (std::size_t k = 0; k < columns(); ++k) {
      const std::vector<operating_point> all = some(what, k, k + 1);
      const double weight = how == average::weighted ? all.back().true_positives : 1;
      sum += weight * measure(all);
      weights += weight;
    }
    return sum / weights;
  }

  int classes_, thresholds_;
  std::vector<float> scores_;         // exact: of each row
  std::vector<std::int32_t> labels_;  // exact
  std::vector<double> weights_;       // exact
  std::vector<double> counts_;        // by thresholds: [column][highest threshold below the score][negative, positive]
};

}  // namespace igata::inline IGATA_ABI::train
