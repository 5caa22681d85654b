// Measures of a classifier from its predictions.
//
//   train::confusion_matrix m(train::predict(t, held_out), held_out.labels("digit"), 10);
//   m.accuracy();  m.f1(3);  m.print();
#pragma once
#include <cmath>    // exp
#include <cstddef>  // size_t
#include <cstdint>  // int32_t
#include <span>     // span
#include <string>   // string, to_string
#include <vector>   // vector

#include "../core/math.hpp"
#include "../engine/error.hpp"

namespace igata::inline IGATA_ABI::train {

// The largest one's index, the first of equals. As in a model, NaN is larger than every number (NumPy's and PyTorch's rule).
inline int argmax(std::span<const float> scores) {
  std::size_t best = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (math::is_nan(static_cast<double>(scores[i]))) return static_cast<int>(i);
    if (scores[i] > scores[best]) best = i;
  }
  return static_cast<int>(best);
}

// The probability of a class: rows that are not probabilities already are taken as logits. 0 where a score is NaN.
inline double confidence(std::span<const float> scores, int of) {
  double sum = 0, exponentials = 0;
  float highest = scores[0];
  bool probabilities = true;
  for (const float s : scores) {
    if (math::is_nan(static_cast<double>(s))) return 0;
    sum += static_cast<double>(s);
    probabilities &= s >= 0;
    if (s > highest) highest = s;
  }
  const float score = scores[static_cast<std::size_t>(of)];
  if (probabilities && sum > 0.999 && sum < 1.001) return static_cast<double>(score);
  for (const float s : scores) exponentials += std::exp(static_cast<double>(s - highest));
  return std::exp(static_cast<double>(score - highest)) / exponentials;
}

// How often each true class was predicted as each class; the measures that follow from it.
class confusion_matrix {
 public:
  // scores: one row of `classes` floats per label. A row that holds NaN predicts no class and is refused.
  confusion_matrix(std::span<const float> scores, std::span<const std::int32_t> labels, int classes) : classes_(classes) {
    if (classes < 1 || scores.size() != labels.size() * static_cast<std::size_t>(classes))
      raise(text() << "confusion_matrix: scores: expected " << static_cast<long long>(labels.size()) << " rows of " << classes << ", got "
                   << static_cast<long long>(scores.size()) << " values; check the number of classes");
    const auto width = static_cast<std::size_t>(classes);
    counts_.resize(width * width);
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (labels[i] < 0 || labels[i] >= classes)
        raise(text() << "confusion_matrix: label " << static_cast<long long>(i) << ": expected one in [0, " << classes << "), got "
                     << static_cast<long long>(labels[i]));
      const int predicted = argmax(scores.subspan(i * width, width));
      if (math::is_nan(static_cast<double>(scores[i * width + static_cast<std::size_t>(predicted)])))
        raise(text() << "confusion_matrix: row " << static_cast<long long>(i) << ": expected numbers, got nan; it predicts no class");
      ++counts_[static_cast<std::size_t>(labels[i]) * width + static_cast<std::size_t>(predicted)];
    }
  }
  int classes() const { return classes_; }
  int count(int truth, int predicted) const {
    return counts_[static_cast<std::size_t>(truth) * static_cast<std::size_t>(classes_) + static_cast<std::size_t>(predicted)];
  }
  int total() const {
    int n = 0;
    for (const int c : counts_) n += c;
    return n;
  }
  int of_class(int truth) const {
    int n = 0;
    for (int p = 0; p < classes_; ++p) n += count(truth, p);
    return n;
  }
  int predicted_as(int predicted) const {
    int n = 0;
    for (int t = 0; t < classes_; ++t) n += count(t, predicted);
    return n;
  }
  double accuracy() const {
    int right = 0;
    for (int c = 0; c < classes_; ++c) right += count(c, c);
    return share(right, total());
  }
  // 0 where there is nothing to divide by.
  double precision(int c) const { return share(count(c, c), predicted_as(c)); }
  double recall(int c) const { return share(count(c, c), of_class(c)); }
  double f1(int c) const { return share(2 * count(c, c), of_class(c) + predicted_as(c)); }
  double macro_f1() const {
    double sum = 0;
    for (int c = 0; c < classes_; ++c) sum += f1(c);
    return sum / classes_;
  }

  // Rows are the true classes, columns the predicted ones.
  std::string print() const {
    std::size_t width = 5;
    for (const int c : counts_)
      if (std::to_string(c).size() + 1 > width) width = std::to_string(c).size() + 1;
    const auto padded = [&](const std::string& s) { return std::string(s.size() < width ? width - s.size() : 0, ' ') + s; };
    std::string out = padded("");
    for (int p = 0; p < classes_; ++p) out += padded(std::to_string(p));
    for (int t = 0; t < classes_; ++t) {
      out += '\n' + padded(std::to_string(t));
      for (int p = 0; p < classes_; ++p) out += padded(count(t, p) ? std::to_string(count(t, p)) : ".");
    }
    return out + '\n';
  }

 private:
  static double share(int part, int whole) { return whole ? static_cast<double>(part) / whole : 0; }
  int classes_;
  std::vector<int> counts_;  // [true][predicted]
};

}  // namespace igata::inline IGATA_ABI::train
