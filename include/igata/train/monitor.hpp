// Which epoch was the best, by one of the logged values.
#pragma once
#include <string>  // string

#include "../core/better.hpp"
#include "../core/math.hpp"
#include "callback.hpp"

namespace igata::inline IGATA_ABI::train {

using igata::better;

// The best value of a measure so far, and its epoch.
struct best_epoch {
  int epoch = -1;  // none yet
  double value = 0;

  // Before the first epoch: refuses what cannot be monitored. A training that goes on (c.epoch > 0) keeps the best of the epochs before;
  // else nothing is left of an earlier use. `who` heads the message.
  void begin(const context& c, const std::string& who, const std::string& monitor, better which, double min_delta) {
    if (!(min_delta >= 0) || !math::is_finite(min_delta)) raise(text() << who << ": min_delta: expected 0 or more, got " << min_delta);
    if (!c.measured.contains(monitor)) refuse(c, who, monitor);
    if (which == better::automatic && c.measured.direction(monitor) == better::automatic)
      raise(who + ": mode: expected better::lower or better::higher, got automatic; '" + monitor + "' does not say whether more is better");
    if (epoch >= c.epoch) *this = {};
  }
  // Whether this epoch is better than all before by more than min_delta. What is not finite never is.
  bool update(const context& c, const std::string& who, const std::string& monitor, better which, double min_delta) {
    const double* now = c.values.find(monitor);
    if (!now) refuse(c, who, monitor);
    if (!math::is_finite(*now)) return false;
    const bool higher = (which == better::automatic ? c.measured.direction(monitor) : which) == better::higher;
    if (epoch >= 0 && !(higher ? *now > value + min_delta : *now < value - min_delta)) return false;
    epoch = c.epoch;
    value = *now;
    return true;
  }

  [[noreturn]] static void refuse(const context& c, const std::string& who, const std::string& monitor) {
    raise(who + ": monitor: expected one of " + c.measured.names() + ", got '" + monitor +
          "'; val_… needs .validation or .validation_split, a callback's own c.measured.set in on_train_begin");
  }
};

}  // namespace igata::inline IGATA_ABI::train
