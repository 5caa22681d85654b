// How good a classifier's probabilities are: log loss, Brier score, calibration.
//
//   train::probabilities p;                      two classes: the probability of class 1 for each label
//   p.update(probabilities, labels);
//   p.log_loss();  p.brier();  p.calibration_error();
//   train::probabilities of_many(10, {.bins = 15});      a row of probabilities for each label
#pragma once
#include <cmath>    // log, abs
#include <cstddef>  // size_t
#include <cstdint>  // int32_t
#include <span>     // span
#include <vector>   // vector

#include "accumulators.hpp"
#include "scores.hpp"

namespace igata::inline IGATA_ABI::train {

struct probability_options {
  int bins = 10;  // of calibration, equally wide
};

// Rows whose probability is in one bin: of two classes that of class 1, else that of the most probable class.
struct calibration_bin {
  double rows = 0;         // or the sum of their weights
  double probability = 0;  // their mean
  double hits = 0;         // the share of rows that are of the class
};

class probabilities {
 public:
  explicit probabilities(int classes = 2, const probability_options& how = {}) : classes_(classes), bins_(how.bins) {
    if (classes < 2) raise(text() << who << ": classes: expected 2 or more, got " << classes);
    if (bins_ < 1) raise(text() << who << ": bins: expected 1 or more, got " << bins_);
    sums_.resize(3 + 3 * static_cast<std::size_t>(bins_));
  }

  // Of two classes one probability for each label, else one for each class: rows whose sum is 1 to a thousandth.
  void update(std::span<const float> given, std::span<const std::int32_t> labels, std::span<const float> weights = {}) {
    const std::size_t columns = classes_ == 2 ? 1 : static_cast<std::size_t>(classes_);
    detail::require_count(who, "values", labels.size() * columns, given.size());
    detail::require_labels(who, "label", labels, classes_);
    detail::require_weights(who, weights, labels.size());
    detail::require_probabilities(who, "value", given, columns);
    for (std::size_t i = 0; i < labels.size(); ++i) add(given.subspan(i * columns, columns), labels[i], detail::weight_of(weights, i));
  }
  void merge(const probabilities& other) {
    if (other.classes_ != classes_ || other.bins_ != bins_)
      raise(text() << who << ": merge: expected " << classes_ << " classes and " << bins_ << " bins, got " << other.classes_ << " and "
                   << other.bins_);
    for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += other.sums_[i];
  }
  void reset() { sums_.assign(sums_.size(), 0); }
  std::vector<double> state() const { return sums_; }
  void restore(std::span<const double> state) {
    detail::require_state(who, state, sums_.size(), true);
    sums_.assign(state.begin(), state.end());
  }

  // The mean of -ln(probability of the label), where probabilities are at least 2^-52 and at most 1 - 2^-52, and rows are divided by their sum.
  double log_loss() const { return sums_[1] / some("log_loss"); }
  // The mean of the squared distance of a row from the label's: (p - y)² of two classes, else the sum of it over the classes (Brier 1950).
  double brier() const { return sums_[2] / some("brier"); }
  // What the bins' shares of hits are away from their probabilities, weighted by their rows (Naeini 2015, Guo 2017).
  double calibration_error() const {
    const double all = some("calibration_error");
    double sum = 0;
    for (const calibration_bin& b : calibration()) sum += b.rows / all * std::abs(b.hits - b.probability);
    return sum;
  }
  // Of the bin where it is most.
  double max_calibration_error() const {
    some("max_calibration_error");
    double most = 0;
    for (const calibration_bin& b : calibration())
      if (const double error = std::abs(b.hits - b.probability); error > most) most = error;
    return most;
  }
  // A bin has its upper end and not its lower one, the first one both.
  std::vector<calibration_bin> calibration() const {
    std::vector<calibration_bin> all(static_cast<std::size_t>(bins_));
    for (std::size_t b = 0; b < all.size(); ++b)
      if (const double* s = sums_.data() + 3 + 3 * b; s[0] > 0) all[b] = {s[0], s[1] / s[0], s[2] / s[0]};
    return all;
  }

  logs result() const {
    logs all;
    all.set("log_loss", log_loss());
    all.set("brier", brier());
    all.set("calibration_error", calibration_error());
    return all;
  }
  static measures measured() {
    measures all;
    for (const char* name : {"log_loss", "brier", "calibration_error"}) all.set(name, better::lower);
    return all;
  }

 private:
  static constexpr const char* who = "probabilities";

  void add(std::span<const float> row, std::int32_t label, double weight) {
    double of_label, sum = 1, squares = 0, shown;
    bool hit;
    if (classes_ == 2) {
      shown = static_cast<double>(row[0]);
      hit = label == 1;
      of_label = hit ? detail::clipped(shown) : 1 - detail::clipped(shown);
      squares = (shown - hit) * (shown - hit);
    } else {
      sum = 0;
      for (std::size_t c = 0; c < row.size(); ++c) {
        const double p = static_cast<double>(row[c]), apart = p - (static_cast<std::size_t>(label) == c);
        sum += detail::clipped(p);
        squares += apart * apart;
      }
      const int most = argmax(row);
      shown = static_cast<double>(row[static_cast<std::size_t>(most)]);
      hit = label == most;
      of_label = detail::clipped(static_cast<double>(row[static_cast<std::size_t>(label)]));
    }
    sums_[0] += weight;
    sums_[1] -= weight * std::log(of_label / sum);
    sums_[2] += weight * squares;
    const double above = math::ceil(shown * bins_);
    double* const bin = sums_.data() + 3 + 3 * (above > 0 ? static_cast<std::size_t>(above) - 1 : 0);
    bin[0] += weight;
    bin[1] += weight * shown;
    bin[2] += hit ? weight : 0;
  }
  double some(const char* what) const {
    if (!(sums_[0] > 0)) detail::refuse_no_data(who, what);
    return sums_[0];
  }

  int classes_, bins_;
  std::vector<double> sums_;  // weights, log losses, squares; for each bin weights, probabilities, hits
};

}  // namespace igata::inline IGATA_ABI::train
