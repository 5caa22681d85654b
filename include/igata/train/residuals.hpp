// How far predicted numbers are from their targets.
//
//   train::residuals r;                       or residuals r(3): rows of three numbers
//   r.update(predictions, targets);
//   r.rmse();  r.r2();  r.mae(2);             the mean of all outputs, of output 2 alone
#pragma once
#include <cmath>    // abs, sqrt
#include <cstddef>  // size_t
#include <span>     // span
#include <vector>   // vector

#include "accumulators.hpp"

namespace igata::inline IGATA_ABI::train {

// With e = target - prediction. Means and squares around them are updated and merged without the loss of digits that sums of squares have (West 1979,
// Chan, Golub and LeVeque 1983). Each measure is asked for an output, or is the mean of the outputs' measures.
class residuals {
 public:
  explicit residuals(int outputs = 1) {
    if (outputs < 1) raise(text() << who << ": outputs: expected 1 or more, got " << outputs);
    all_.resize(static_cast<std::size_t>(outputs));
  }

  void update(std::span<const float> predicted, std::span<const float> targets, std::span<const float> weights = {}) {
    const std::size_t rows = detail::require_pairs(who, predicted, targets, all_.size());
    detail::require_finite_numbers(who, "prediction", predicted);
    detail::require_finite_numbers(who, "target", targets);
    detail::require_weights(who, weights, rows);
    for (std::size_t i = 0; i < targets.size(); ++i)
      if (const double w = detail::weight_of(weights, i / all_.size()); w > 0)
        all_[i % all_.size()].add(static_cast<double>(predicted[i]), static_cast<double>(targets[i]), w);
  }
  void merge(const residuals& other) {
    if (other.outputs() != outputs()) raise(text() << who << ": merge: expected " << outputs() << " outputs, got " << other.outputs());
    for (std::size_t k = 0; k < all_.size(); ++k) all_[k].merge(other.all_[k]);
  }
  void reset() { all_.assign(all_.size(), moments()); }
  std::vector<double> state() const {
    std::vector<double> all;
    for (const moments& m : all_)
      all.insert(all.end(), {m.rows, m.weight, m.target.mean, m.target.squares, m.error.mean, m.error.squares, m.absolute, m.relative, m.most});
    return all;
  }
  void restore(std::span<const double> state) {
    detail::require_state(who, state, 9 * all_.size(), false);
    for (moments& m : all_) {
      m = {state[0], state[1], {state[2], state[3]}, {state[4], state[5]}, state[6], state[7], state[8]};
      state = state.subspan(9);
    }
  }

  int outputs() const { return static_cast<int>(all_.size()); }
  double mse(int output) const { return of(output, "mse").mse(); }
  double rmse(int output) const { return of(output, "rmse").rmse(); }
  double mae(int output) const { return of(output, "mae").mae(); }
  // The mean of |e| / |target|, where |target| is at least 2^-52.
  double mape(int output) const { return of(output, "mape").mape(); }
  // 1 - sum(e²) / sum((target - mean)²). Of targets that are all the same 1 if all predictions are right, else 0; NaN of fewer than two rows.
  double r2(int output) const { return of(output, "r2").r2(); }
  // The same with the variance of e in the place of its square: a constant error does not count.
  double explained_variance(int output) const { return of(output, "explained_variance").explained_variance(); }
  double bias(int output) const { return of(output, "bias").bias(); }  // the mean of e
  double max_error(int output) const { return of(output, "max_error").max_error(); }
  double mse() const { return over(&moments::mse, "mse"); }
  double rmse() const { return over(&moments::rmse, "rmse"); }
  double mae() const { return over(&moments::mae, "mae"); }
  double mape() const { return over(&moments::mape, "mape"); }
  double r2() const { return over(&moments::r2, "r2"); }
  double explained_variance() const { return over(&moments::explained_variance, "explained_variance"); }
  double bias() const { return over(&moments::bias, "bias"); }
  double max_error() const { return over(&moments::max_error, "max_error"); }

  logs result() const {
    logs all;
    all.set("rmse", rmse());
    all.set("mae", mae());
    all.set("mape", mape());
    all.set("max_error", max_error());
    all.set("r2", r2());
    all.set("explained_variance", explained_variance());
    return all;
  }
  static measures measured() {
    measures all;
    for (const char* name : {"rmse", "mae", "mape", "max_error"}) all.set(name, better::lower);
    for (const char* name : {"r2", "explained_variance"}) all.set(name, better::higher);
    return all;
  }

 private:
  static constexpr const char* who = "residuals";

  struct spread {
    double mean = 0, squares = 0;  // of what is away from the mean
    void add(double x, double w, double weight) {  // weight: with this one
      const double away = x - mean;
      mean += away * (w / weight);
      squares += w * away * (x - mean);
    }
    void merge(const spread& other, double mine, double others) {
      const double away = other.mean - mean, all = mine + others;
      mean += away * (others / all);
      squares += other.squares + away * away * (mine / all) * others;
    }
  };
  struct moments {
    double rows = 0, weight = 0;
    spread target{}, error{};
    double absolute = 0, relative = 0, most = 0;

    void add(double predicted, double truth, double w) {
      const double e = truth - predicted, size = std::abs(e), of = std::abs(truth);
      rows += 1;
      weight += w;
      target.add(truth, w, weight);
      error.add(e, w, weight);
      absolute += w * size;
      relative += w * (size / (of < 0x1p-52 ? 0x1p-52 : of));
      most = size > most ? size : most;
    }
    void merge(const moments& other) {
      if (!(other.weight > 0)) return;
      target.merge(other.target, weight, other.weight);
      error.merge(other.error, weight, other.weight);
      rows += other.rows;
      weight += other.weight;
      absolute += other.absolute;
      relative += other.relative;
      most = other.most > most ? other.most : most;
    }
    double mse() const { return error.squares / weight + error.mean * error.mean; }
    double rmse() const { return std::sqrt(mse()); }
    double mae() const { return absolute / weight; }
    double mape() const { return relative / weight; }
    double bias() const { return error.mean; }
    double max_error() const { return most; }
    double r2() const { return rows < 2 ? math::nan : explained(error.squares + weight * error.mean * error.mean); }
    double explained_variance() const { return explained(error.squares); }
    double explained(double left) const { return target.squares > 0 ? 1 - left / target.squares : left > 0 ? 0 : 1; }
  };

  const moments& of(int output, const char* what) const {
    if (output < 0 || output >= outputs()) raise(text() << who << ": output: expected one in [0, " << outputs() << "), got " << output);
    const moments& m = all_[static_cast<std::size_t>(output)];
    if (!(m.weight > 0)) detail::refuse_no_data(who, what);
    return m;
  }
  double over(double (moments::*measure)() const, const char* what) const {
    double sum = 0;
    for (int k = 0; k < outputs(); ++k) sum += (of(k, what).*measure)();
    return sum / outputs();
  }

  std::vector<moments> all_;
};

}  // namespace igata::inline IGATA_ABI::train
