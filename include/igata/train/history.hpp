// Named numbers: of one epoch (logs), and of all epochs (history).
//
//   const train::history h = train::fit(…);
//   h["val_loss"].back();  h.best("val_accuracy");
#pragma once
#include <cstddef>      // size_t
#include <limits>       // numeric_limits
#include <string>       // string
#include <string_view>  // string_view
#include <utility>      // pair
#include <vector>       // vector

#include "../engine/error.hpp"

namespace igata::inline IGATA_ABI::train {

// Measures by name, in the order in which they were set.
class logs {
 public:
  const double* find(std::string_view name) const {
    for (const auto& [key, value] : values_)
      if (key == name) return &value;
    return nullptr;
  }
  double operator[](std::string_view name) const {
    if (const double* value = find(name)) return *value;
    std::string names;
    for (const auto& [key, value] : values_) names += (names.empty() ? "'" : ", '") + key + '\'';
    raise("logs: expected '" + std::string(name) + "', got " + (names.empty() ? "no values" : names) +
          "; check the name, val_… needs validation data");
  }
  void set(std::string_view name, double value) {
    for (auto& [key, old] : values_)
      if (key == name) {
        old = value;
        return;
      }
    values_.emplace_back(name, value);
  }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }
  int size() const { return static_cast<int>(values_.size()); }

 private:
  std::vector<std::pair<std::string, double>> values_;  // in the order of the program's metrics
};

// Whether more is better; the rest of the names are losses and errors.
constexpr bool higher_is_better(std::string_view name) {
  for (const std::string_view part : {"acc", "precision", "recall", "f1", "auc", "r2"})
    if (name.find(part) != std::string_view::npos) return true;
  return false;
}

class history {
 public:
  void add(const logs& epoch, double seconds) {
    const auto missing = std::numeric_limits<double>::quiet_NaN();
    for (auto& [name, values] : curves_) {
      const double* value = epoch.find(name);
      values.push_back(value ? *value : missing);
    }
    for (const auto& [name, value] : epoch)
      if (!find(name)) {
        curves_.emplace_back(name, std::vector<double>(seconds_.size(), missing));
        curves_.back().second.push_back(value);
      }
    seconds_.push_back(seconds);
  }
  int epochs() const { return static_cast<int>(seconds_.size()); }
  const std::vector<double>& seconds() const { return seconds_; }
  const std::vector<double>* find(std::string_view name) const {
    for (const auto& [key, values] : curves_)
      if (key == name) return &values;
    return nullptr;
  }
  // One value per epoch; NaN where an epoch had none.
  const std::vector<double>& operator[](std::string_view name) const {
    if (const auto* values = find(name)) return *values;
    raise("history: expected a value '" + std::string(name) +
          "', got none of that name; check the name, val_… needs validation data");
  }
  double best(std::string_view name) const {
    const auto& values = (*this)[name];
    double result = values.front();
    for (const double v : values)
      if (result != result || (higher_is_better(name) ? v > result : v < result)) result = v;
    return result;
  }
  auto begin() const { return curves_.begin(); }
  auto end() const { return curves_.end(); }

 private:
  std::vector<std::pair<std::string, std::vector<double>>> curves_;
  std::vector<double> seconds_;
};

}  // namespace igata::inline IGATA_ABI::train
