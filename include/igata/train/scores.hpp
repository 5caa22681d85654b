// What a row of a classifier's scores says: its class, and how sure that is.
//
//   const int digit = train::argmax(scores);
//   const double sure = train::confidence(scores, digit);
#pragma once
#include <cmath>    // exp
#include <cstddef>  // size_t
#include <span>     // span

#include "../core/math.hpp"

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

}  // namespace igata::inline IGATA_ABI::train
