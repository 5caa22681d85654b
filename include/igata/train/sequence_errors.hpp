// How far predicted sequences are from the right ones: words or characters of a recognizer, tokens. A std::string is bytes, which are characters in
// ASCII alone: of other texts give std::u32string.
//
//   train::edit_distance(std::string("kitten"), std::string("sitting"));      3
//   train::sequence_errors e;
//   e.update(words, reference);        a pair: strings, vectors or spans of what compares by ==
//   e.error_rate();                    the word error rate, or of characters
#pragma once
#include <cstddef>  // size_t
#include <type_traits>  // is_floating_point_v, is_same_v, remove_cvref_t
#include <utility>  // declval, swap
#include <vector>   // vector

#include "accumulators.hpp"

namespace igata::inline IGATA_ABI::train {

// How many items must be put in, left out or replaced to make b of a (Levenshtein 1966). It takes time for the product of their sizes, memory for
// one.
template <class A, class B>
  requires requires(const A& a, const B& b) { a[0] == b[0], a.size(), b.size(); }
std::size_t edit_distance(const A& a, const B& b) {
  std::vector<std::size_t> before(b.size() + 1), row(b.size() + 1);
  for (std::size_t k = 0; k <= b.size(); ++k) row[k] = k;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::swap(before, row);
    row[0] = i + 1;
    for (std::size_t k = 0; k < b.size(); ++k) {
      const std::size_t replaced = before[k] + (a[i] == b[k] ? 0 : 1), other = before[k + 1] < row[k] ? before[k + 1] : row[k];
      row[k + 1] = replaced <= other ? replaced : other + 1;
    }
  }
  return row[b.size()];
}

class sequence_errors {
 public:
  // Items of one type that is no fraction: scores are no sequence.
  template <class A, class B>
    requires(std::is_same_v<std::remove_cvref_t<decltype(std::declval<const A&>()[0])>, std::remove_cvref_t<decltype(std::declval<const B&>()[0])>> &&
             !std::is_floating_point_v<std::remove_cvref_t<decltype(std::declval<const A&>()[0])>>)
  void update(const A& predicted, const B& reference) {
    const std::size_t distance = train::edit_distance(predicted, reference);
    sums_[0] += 1;
    sums_[1] += static_cast<double>(distance);
    sums_[2] += static_cast<double>(reference.size());
    sums_[3] += distance == 0;
  }
  void merge(const sequence_errors& other) {
    for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += other.sums_[i];
  }
  void reset() { sums_.assign(sums_.size(), 0); }
  std::vector<double> state() const { return sums_; }
  void restore(std::span<const double> state) {
    detail::require_state("sequence_errors", state, sums_.size(), true);
    sums_.assign(state.begin(), state.end());
  }

  double pairs() const { return sums_[0]; }
  // All edits over all items of the references; above 1 where much is put in. NaN where all references are empty.
  double error_rate() const { return some("error_rate"), sums_[2] > 0 ? sums_[1] / sums_[2] : math::nan; }
  double edit_distance() const { return some("edit_distance"), sums_[1] / sums_[0]; }  // the mean of the pairs
  double exact() const { return some("exact"), sums_[3] / sums_[0]; }                  // the share of pairs without an error

  logs result() const {
    logs all;
    all.set("error_rate", error_rate());
    all.set("edit_distance", edit_distance());
    all.set("exact", exact());
    return all;
  }
  static measures measured() {
    measures all;
    all.set("error_rate", better::lower);
    all.set("edit_distance", better::lower);
    all.set("exact", better::higher);
    return all;
  }

 private:
  void some(const char* what) const {
    if (!(sums_[0] > 0)) detail::refuse_no_data("sequence_errors", what);
  }
  std::vector<double> sums_ = std::vector<double>(4);  // pairs, edits, items of the references, pairs without an error
};

}  // namespace igata::inline IGATA_ABI::train
