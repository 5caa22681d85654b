// How often the label is among the k most probable classes, as metric::top_k has it of one batch.
//
//   train::top_k five(1000, 5);
//   five.update(scores, labels);  five.value();
#pragma once
#include <cstdint>      // int32_t
#include <string_view>  // string_view

#include "mean_of_rows.hpp"

namespace igata::inline IGATA_ABI::train {

// The share of rows in which fewer than k scores are larger than the label's.
class top_k : public mean_of_rows<top_k> {
 public:
  static constexpr std::string_view name = "top_k";
  static constexpr bool higher_is_better = true;

  top_k(int classes, int k) : mean_of_rows(classes), k_(k) {
    if (k < 1) raise(text() << name << ": k: expected 1 or more, got " << k);
  }
  bool is_like(const top_k& other) const { return mean_of_rows::is_like(other) && k_ == other.k_; }
  void update(std::span<const float> scores, std::span<const std::int32_t> labels, std::span<const float> weights = {}) {
    detail::require_count(name, "scores", labels.size() * width(), scores.size());
    detail::require_finite_numbers(name, "score", scores);
    detail::require_labels(name, "label", labels, static_cast<int>(width()));
    detail::require_weights(name, weights, labels.size());
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const auto row = scores.subspan(i * width(), width());
      int larger = 0;
      for (const float s : row) larger += s > row[static_cast<std::size_t>(labels[i])];
      add(larger < k_ ? 1 : 0, detail::weight_of(weights, i));
    }
  }

 private:
  int k_;
};

}  // namespace igata::inline IGATA_ABI::train
