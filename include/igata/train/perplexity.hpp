// How surprised a language model is by the next token.
//
//   train::perplexity p(vocabulary);
//   p.update(logits, next, weights);      a row of logits for each token; weight 0 for padding
//   p.value();  p.bits();
#pragma once
#include <cmath>        // exp, log
#include <cstdint>      // int32_t
#include <string_view>  // string_view

#include "mean_of_rows.hpp"

namespace igata::inline IGATA_ABI::train {

// exp of the mean of -ln(probability of the token), which is softmax(logits) at the token: 1 is certain, `classes` a guess.
class perplexity : public mean_of_rows<perplexity> {
 public:
  static constexpr std::string_view name = "perplexity";
  static constexpr bool higher_is_better = false;

  explicit perplexity(int classes) : mean_of_rows(classes) {}
  // Logits of -inf are tokens that cannot be; the label is none of them.
  void update(std::span<const float> logits, std::span<const std::int32_t> labels, std::span<const float> weights = {}) {
    detail::require_count(name, "logits", labels.size() * width(), logits.size());
    detail::require_labels(name, "label", labels, static_cast<int>(width()));
    detail::require_weights(name, weights, labels.size());
    for (std::size_t i = 0; i < logits.size(); ++i) {
      const auto x = static_cast<double>(logits[i]);
      const bool is_label = i % width() == static_cast<std::size_t>(labels[i / width()]);
      if (!math::is_finite(x) && (math::is_nan(x) || x > 0 || is_label))
        raise(text() << name << ": logit " << i << ": expected a finite number" << (is_label ? "" : " or -inf") << ", got " << logits[i]);
    }
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const auto row = logits.subspan(i * width(), width());
      const auto of_label = static_cast<double>(row[static_cast<std::size_t>(labels[i])]);
      double highest = of_label, sum = 0;
      for (const float x : row) highest = static_cast<double>(x) > highest ? static_cast<double>(x) : highest;
      for (const float x : row) sum += std::exp(static_cast<double>(x) - highest);
      add(std::log(sum) + highest - of_label, detail::weight_of(weights, i));
    }
  }
  double value() const { return std::exp(nats()); }
  double nats() const { return mean_of_rows::value(); }  // for each token
  double bits() const { return nats() / math::ln2; }
};

}  // namespace igata::inline IGATA_ABI::train
