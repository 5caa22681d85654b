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
