// How alike rows are: cosine similarity of vectors, Kullback-Leibler divergence of distributions. Means over rows.
//
//   train::cosine_similarity c(128);  c.update(embeddings, targets);  c.value();
//   train::kl_divergence d(10);       d.update(probabilities, targets);
#pragma once
#include <cmath>        // log, sqrt
#include <string_view>  // string_view

#include "mean_of_rows.hpp"

namespace igata::inline IGATA_ABI::train {

// p · t / (|p| |t|); 0 where one of them is zero.
class cosine_similarity : public mean_of_rows<cosine_similarity> {
 public:
  static constexpr std::string_view name = "cosine_similarity";
  static constexpr bool higher_is_better = true;

  explicit cosine_similarity(int width) : mean_of_rows(width) {}
  void update(std::span<const float> predicted, std::span<const float> targets, std::span<const float> weights = {}) {
    const std::size_t rows = detail::require_pairs(name, predicted, targets, width());
    detail::require_weights(name, weights, rows);
    detail::require_finite_numbers(name, "prediction", predicted);
    detail::require_finite_numbers(name, "target", targets);
    for (std::size_t i = 0; i < rows; ++i) {
      double both = 0, p = 0, t = 0;
      for (std::size_t k = i * width(); k < (i + 1) * width(); ++k) {
        const auto x = static_cast<double>(predicted[k]), y = static_cast<double>(targets[k]);
        both += x * y, p += x * x, t += y * y;
      }
      add(p > 0 && t > 0 ? both / (std::sqrt(p) * std::sqrt(t)) : 0, detail::weight_of(weights, i));
    }
  }
};

// sum(t ln(t / p)) of target and predicted probabilities, where 0 ln 0 = 0 and p is at least 2^-52.
class kl_divergence : public mean_of_rows<kl_divergence> {
 public:
  static constexpr std::string_view name = "kl_divergence";
  static constexpr bool higher_is_better = false;

  explicit kl_divergence(int width) : mean_of_rows(width) {}
  void update(std::span<const float> predicted, std::span<const float> targets, std::span<const float> weights = {}) {
    const std::size_t rows = detail::require_pairs(name, predicted, targets, width());
    detail::require_weights(name, weights, rows);
    detail::require_probabilities(name, "prediction", predicted, width());
    detail::require_probabilities(name, "target", targets, width());
    for (std::size_t i = 0; i < rows; ++i) {
      double sum = 0;
      for (std::size_t k = i * width(); k < (i + 1) * width(); ++k) {
        const auto p = static_cast<double>(predicted[k]), t = static_cast<double>(targets[k]);
        if (t > 0) sum += t * std::log(t / (p < 0x1p-52 ? 0x1p-52 : p));
      }
      add(sum, detail::weight_of(weights, i));
    }
  }
};

}  // namespace igata::inline IGATA_ABI::train
