// The same metric of parts of the data.
//
//   train::slices by_light(train::confusion_matrix(10), {"day", "night"});
//   by_light.update(held_out.labels("light"), scores, labels);      which slice a row is of, then what the accumulator is given
//   by_light.all().accuracy();  by_light["night"].accuracy();
//   by_light.result()["night/accuracy"];  by_light.worst("accuracy");
#pragma once
#include <cstddef>      // size_t
#include <cstdint>      // int32_t
#include <span>         // span
#include <string>       // string
#include <string_view>  // string_view
#include <type_traits>  // remove_cvref
#include <utility>      // move
#include <vector>       // vector

#include "accumulators.hpp"

namespace igata::inline IGATA_ABI::train {

// Every row is in all(), and in one slice or, as -1, in none.
template <Accumulator A>
class slices {
 public:
  // `empty` is what each slice begins with: it has the options and no data.
  slices(const A& empty, std::vector<std::string> names) : all_(empty), names_(std::move(names)), parts_(names_.size(), empty), rows_(names_.size()) {
    reset();
    for (std::size_t i = 0; i < names_.size(); ++i)
      for (std::size_t k = 0; k < i; ++k)
        if (names_[i] == names_[k]) raise("slices: names: expected different ones, got '" + names_[i] + "' twice");
  }

  // arrays: spans, vectors or arrays of the accumulator's update, of as many rows as `which` has, whatever a row's width; or empty ones.
  template <class... Arrays>
  void update(std::span<const std::int32_t> which, const Arrays&... arrays) {
    for (std::size_t i = 0; i < which.size(); ++i)
      if (which[i] < -1 || which[i] >= size())
        raise(text() << "slices: row " << i << ": expected a slice in [0, " << size() << ") or -1, got " << which[i]);
    (require_rows(which.size(), arrays.size()), ...);
    if (!which.empty() && (arrays.size() + ...) == 0)
      raise(text() << "slices: values: expected some for each of " << which.size() << " rows, got none");
    all_.update(arrays...);  // refuses what is wrong with the rows before any slice has them
    for (std::size_t s = 0; s < parts_.size(); ++s) {
      std::vector<std::size_t> rows;
      for (std::size_t i = 0; i < which.size(); ++i)
        if (which[i] == static_cast<std::int32_t>(s)) rows.push_back(i);
      if (rows.empty()) continue;
      parts_[s].update(gathered(arrays, rows, which.size())...);
      rows_[s] += static_cast<double>(rows.size());
    }
  }
  void merge(const slices& other) {
    if (other.names_ != names_) raise(text() << "slices: merge: expected " << list(names_) << ", got " << list(other.names_));
    all_.merge(other.all_);
    for (std::size_t s = 0; s < parts_.size(); ++s) parts_[s].merge(other.parts_[s]), rows_[s] += other.rows_[s];
  }
  void reset() {
    all_.reset();
    for (A& part : parts_) part.reset();
    rows_.assign(rows_.size(), 0);
  }
  // The state of all, then of each slice its rows and its state, each behind its length.
  std::vector<double> state() const {
    std::vector<double> all;
    const auto write = [&all](const std::vector<double>& state) {
      all.push_back(static_cast<double>(state.size()));
      all.insert(all.end(), state.begin(), state.end());
    };
    write(all_.state());
    for (std::size_t s = 0; s < parts_.size(); ++s) all.push_back(rows_[s]), write(parts_[s].state());
    return all;
  }
  void restore(std::span<const double> state) {
    slices fresh = *this;
    const auto next = [&state](double most) {
      if (state.empty() || !(state[0] >= 0 && state[0] <= most)) raise("slices: restore: expected the state of the same slices, got another one");
      const double x = state[0];
      state = state.subspan(1);
      return x;
    };
    const auto read = [&](A& to) {
      const auto n = static_cast<std::size_t>(next(static_cast<double>(state.size()) - 1));
      to.restore(state.first(n));
      state = state.subspan(n);
    };
    read(fresh.all_);
    for (std::size_t s = 0; s < parts_.size(); ++s) fresh.rows_[s] = next(0x1p53), read(fresh.parts_[s]);
    if (!state.empty()) raise("slices: restore: expected the state of the same slices, got another one");
    *this = std::move(fresh);
  }

  int size() const { return static_cast<int>(parts_.size()); }
  const std::vector<std::string>& names() const { return names_; }
  double rows(std::string_view name) const { return rows_[place_of(name)]; }
  const A& all() const { return all_; }
  const A& operator[](std::string_view name) const { return parts_[place_of(name)]; }
  // The slice with rows whose measure is the worst, by its direction; NaN is worse than any number.
  std::string_view worst(std::string_view measure) const {
    const bool higher = all_.measured().direction(measure) == better::higher;
    const std::string* found = nullptr;
    double most = 0;
    for (std::size_t s = 0; s < parts_.size(); ++s) {
      if (!(rows_[s] > 0)) continue;
      const double x = parts_[s].result()[measure];
      if (found && (math::is_nan(most) || !(math::is_nan(x) || (higher ? x < most : x > most)))) continue;
      found = &names_[s];
      most = x;
    }
    if (!found) detail::refuse_no_data("slices", "worst");
    return *found;
  }

  // The numbers of all rows by their names; of slices with rows as "night/accuracy".
  logs result() const {
    logs all = all_.result();
    for (std::size_t s = 0; s < parts_.size(); ++s)
      if (rows_[s] > 0)
        for (const auto& [measure, value] : parts_[s].result()) all.set(names_[s] + '/' + measure, value);
    return all;
  }
  measures measured() const {
    measures all = all_.measured();
    for (std::size_t s = 0; s < parts_.size(); ++s)
      if (rows_[s] > 0)
        for (const auto& [measure, value] : parts_[s].result()) all.set(names_[s] + '/' + measure, all_.measured().direction(measure));
    return all;
  }

 private:
  static void require_rows(std::size_t rows, std::size_t values) {
    if (values != 0 && (rows == 0 || values % rows != 0))
      raise(text() << "slices: values: expected as many for each of " << rows << " rows, got " << values);
  }
  template <class Array>
  static auto gathered(const Array& from, const std::vector<std::size_t>& rows, std::size_t all) {
    std::vector<std::remove_cvref_t<decltype(from[0])>> to;
    const std::size_t width = from.size() / all;
    for (const std::size_t i : rows)
      for (std::size_t k = 0; k < width; ++k) to.push_back(from[i * width + k]);
    return to;
  }
  static std::string list(const std::vector<std::string>& names) {
    std::string line;
    for (const std::string& name : names) line += (line.empty() ? "'" : ", '") + name + '\'';
    return line.empty() ? "no slices" : line;
  }
  std::size_t place_of(std::string_view name) const {
    for (std::size_t s = 0; s < names_.size(); ++s)
      if (names_[s] == name) return s;
    raise("slices: expected one of " + list(names_) + ", got '" + std::string(name) + '\'');
  }

  A all_;
  std::vector<std::string> names_;
  std::vector<A> parts_;
  std::vector<double> rows_;  // of each slice
};

}  // namespace igata::inline IGATA_ABI::train
