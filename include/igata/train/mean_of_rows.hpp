// What accumulators have that are the mean of a number for each row.
//
//   class cosine_similarity : public mean_of_rows<cosine_similarity> {
//    public:
//     static constexpr std::string_view name = "cosine_similarity";
//     static constexpr bool higher_is_better = true;
//     void update(…) { add(number_of_a_row, weight); }
//   };
#pragma once
#include <cstddef>  // size_t
#include <span>     // span
#include <vector>   // vector

#include "accumulators.hpp"

namespace igata::inline IGATA_ABI::train {

template <class Self>
class mean_of_rows {
 public:
  explicit mean_of_rows(int width) : width_(width) {
    if (width < 1) raise(text() << Self::name << ": width: expected 1 or more, got " << width);
  }
  // Made with the same options.
  bool is_like(const Self& other) const { return width_ == other.width_; }
  void merge(const Self& other) {
    if (!static_cast<const Self&>(*this).is_like(other))
      raise(text() << Self::name << ": merge: expected one that was made with the same options, got another");
    sum_ += other.sum_;
    weight_ += other.weight_;
  }
  void reset() { sum_ = weight_ = 0; }
  std::vector<double> state() const { return {sum_, weight_}; }
  void restore(std::span<const double> state) {
    detail::require_state(Self::name, state, 2, false);
    sum_ = state[0];
    weight_ = state[1];
  }

  double rows() const { return weight_; }  // or the sum of their weights
  double value() const {
    if (!(weight_ > 0)) detail::refuse_no_data(Self::name, "value");
    return sum_ / weight_;
  }
  logs result() const {
    logs all;
    all.set(Self::name, static_cast<const Self&>(*this).value());
    return all;
  }
  static measures measured() {
    measures all;
    all.set(Self::name, Self::higher_is_better ? better::higher : better::lower);
    return all;
  }

 protected:
  void add(double number, double weight) {
    sum_ += weight * number;
    weight_ += weight;
  }
  std::size_t width() const { return static_cast<std::size_t>(width_); }

 private:
  int width_;
  double sum_ = 0, weight_ = 0;
};

}  // namespace igata::inline IGATA_ABI::train
