// What every accumulator of metrics has: data are added part by part, two of them are one, and the numbers that follow have names and directions.
//
//   train::confusion_matrix m(10);
//   m.update(scores, labels);       any number of times, with any number of rows: as one update of all of them
//   m.merge(other);                 as one pass over the data of both
//   m.result();  m.measured();      logs: {"accuracy", 0.98}, …; measures: whether more is better
//   m.state();  m.restore(s);       what it has seen, as numbers for a file
//   m.reset();
//
// An update that is refused (sizes that differ, a label out of range, NaN) adds nothing. No measure is made of no data.
#pragma once
#include <concepts>     // same_as
#include <cstddef>      // size_t
#include <cstdint>      // int32_t
#include <span>         // span
#include <string_view>  // string_view
#include <vector>       // vector

#include "../core/math.hpp"
#include "history.hpp"

namespace igata::inline IGATA_ABI::train {

template <class A>
concept Accumulator = requires(A& a, const A& other, std::span<const double> state) {
  a.merge(other);
  a.reset();
  a.restore(state);
  { other.state() } -> std::same_as<std::vector<double>>;
  { other.result() } -> std::same_as<logs>;
  { other.measured() } -> std::same_as<measures>;
};

namespace detail {

inline void require_count(std::string_view who, std::string_view what, std::size_t expected, std::size_t got) {
  if (expected != got) raise(text() << who << ": " << what << ": expected " << expected << " values, got " << got);
}
// The number of rows of predictions and targets.
inline std::size_t require_pairs(std::string_view who, std::span<const float> predicted, std::span<const float> targets, std::size_t width) {
  require_count(who, "predictions", targets.size(), predicted.size());
  if (targets.size() % width)
    raise(text() << who << ": targets: not whole rows: expected a multiple of " << width << " values, got " << targets.size());
  return targets.size() / width;
}
inline void require_finite_numbers(std::string_view who, std::string_view what, std::span<const float> numbers) {
  for (std::size_t i = 0; i < numbers.size(); ++i)
    if (!math::is_finite(static_cast<double>(numbers[i])))
      raise(text() << who << ": " << what << ' ' << i << ": expected a finite number, got " << numbers[i]);
}
// One for each row, or none: every row counts once.
inline void require_weights(std::string_view who, std::span<const float> weights, std::size_t rows) {
  if (weights.empty()) return;
  require_count(who, "weights", rows, weights.size());
  for (std::size_t i = 0; i < rows; ++i)
    if (!(weights[i] >= 0) || !math::is_finite(static_cast<double>(weights[i])))
      raise(text() << who << ": weight " << i << ": expected 0 or more, got " << weights[i]);
}
inline void require_labels(std::string_view who, std::string_view what, std::span<const std::int32_t> labels, int classes) {
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (labels[i] < 0 || labels[i] >= classes)
      raise(text() << who << ": " << what << ' ' << i << ": expected one in [0, " << classes << "), got " << labels[i]);
}
// Rows of so many numbers in [0, 1] whose sum is 1 to a thousandth; of one column no sum.
inline void require_probabilities(std::string_view who, std::string_view what, std::span<const float> given, std::size_t columns) {
  for (std::size_t i = 0; i < given.size(); ++i)
    if (!math::is_finite(static_cast<double>(given[i])) || given[i] < 0 || given[i] > 1)
      raise(text() << who << ": " << what << ' ' << i << ": expected a probability in [0, 1], got " << given[i] << "; apply sigmoid or softmax");
  for (std::size_t i = 0; columns > 1 && i < given.size(); i += columns) {
    double sum = 0;
    for (const float p : given.subspan(i, columns)) sum += static_cast<double>(p);
    if (sum < 0.999 || sum > 1.001)
      raise(text() << who << ": " << what << "s of row " << i / columns << ": expected a sum of 1, got " << sum << "; apply softmax");
  }
}
// Neither 0 nor 1, so that logarithms are finite: by 2^-52, as scikit-learn's log_loss has it.
inline double clipped(double p) { return p < 0x1p-52 ? 0x1p-52 : p > 1 - 0x1p-52 ? 1 - 0x1p-52 : p; }
inline double weight_of(std::span<const float> weights, std::size_t i) { return weights.empty() ? 1 : static_cast<double>(weights[i]); }

// What restore() is given: numbers of 0 or more, or finite ones.
inline void require_state(std::string_view who, std::span<const double> state, std::size_t expected, bool counts) {
  if (state.size() != expected)
    raise(text() << who << ": restore: expected " << expected << " numbers, got " << state.size() << "; it was saved by another one");
  for (const double x : state)
    if (!math::is_finite(x) || (counts && x < 0)) raise(text() << who << ": restore: expected counts of 0 or more, got " << x);
}
[[noreturn]] inline void refuse_no_data(std::string_view who, std::string_view what) {
  raise(text() << who << ": " << what << ": expected at least one row, got none; call update first");
}

}  // namespace detail

}  // namespace igata::inline IGATA_ABI::train
