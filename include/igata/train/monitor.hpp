// Which epoch was the best, by one of the logged values.
#pragma once
#include <cstdint>  // uint8_t
#include <string>   // string

#include "../core/math.hpp"
#include "callback.hpp"

namespace igata::inline IGATA_ABI::train {

enum class better : std::uint8_t { automatic, lower, higher };  // automatic: by the name, see higher_is_better

// The best value of a measure so far, and its epoch.
struct best_epoch {
  int epoch = -1;  // none yet
  double value = 0;

  // Whether this epoch is better than all before by more than min_delta. `who` heads the message.
  bool update(const context& c, const std::string& who, const std::string& monitor, better which, double min_delta) {
    const double* now = c.values.find(monitor);
    if (!now) {
      std::string names;
      for (const auto& [name, v] : c.values) names += (names.empty() ? "'" : ", '") + name + '\'';
      raise(who + ": monitor: expected one of " + names + ", got '" + monitor + "'; val_… needs .validation or .validation_split");
    }
    if (math::is_nan(*now)) return false;
    const bool higher = which == better::automatic ? higher_is_better(monitor) : which == better::higher;
    if (epoch >= 0 && !(higher ? *now > value + min_delta : *now < value - min_delta)) return false;
    epoch = c.epoch;
    value = *now;
    return true;
  }
};

}  // namespace igata::inline IGATA_ABI::train
