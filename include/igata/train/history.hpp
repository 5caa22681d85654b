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

#include "../core/better.hpp"
#include "../core/math.hpp"
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

// The names of what is measured, and whether more of it is better.
class measures {
 public:
  void set(std::string_view name, better which = better::automatic) {
    for (auto& [key, old] : all_)
      if (key == name) {
        old = which;
        return;
      }
    all_.emplace_back(name, which);
  }
  bool contains(std::string_view name) const {
    for (const auto& [key, which] : all_)
      if (key == name) return true;
    return false;
  }
  // automatic: it is not known.
  better direction(std::string_view name) const {
    for (const auto& [key, which] : all_)
      if (key == name) return which;
    return name == "loss" || name == "val_loss" ? better::lower : better::automatic;
  }
  // 'loss', 'accuracy'
  std::string names() const {
    std::string line;
    for (const auto& [key, which] : all_) line += (line.empty() ? "'" : ", '") + key + '\'';
    return line.empty() ? "no values" : line;
  }
  auto begin() const { return all_.begin(); }
  auto end() const { return all_.end(); }

 private:
  std::vector<std::pair<std::string, better>> all_;
};

class history {
 public:
  history() = default;
  explicit history(measures of) : of_(std::move(of)) {}
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
    raise("history: expected a value '" + std::string(name) + "', got none of that name; check the name, val_… needs validation data");
  }
  // The lowest or the highest value, as the measure itself says it. NaN counts only where there is nothing else.
  double best(std::string_view name, better which = better::automatic) const {
    const auto& values = (*this)[name];
    if (which == better::automatic) which = of_.direction(name);
    if (which == better::automatic)
      raise("history: best of '" + std::string(name) +
            "': expected better::lower or better::higher, got automatic; the measure does not say it");
    double result = values.front();
    for (const double v : values)
      if (!math::is_nan(v) && (math::is_nan(result) || (which == better::higher ? v > result : v < result))) result = v;
    return result;
  }
  auto begin() const { return curves_.begin(); }
  auto end() const { return curves_.end(); }

 private:
  std::vector<std::pair<std::string, std::vector<double>>> curves_;
  std::vector<double> seconds_;
  measures of_;
};

}  // namespace igata::inline IGATA_ABI::train
